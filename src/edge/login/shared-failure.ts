// How processes that ask for the same login share one failure instead of each trying for itself: twenty kubectls
// must not open twenty tabs, nor one kubectl five, nor wait five times for a dead network.

import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { Failure, type FailureCode, isFailureCode } from '../../failure.ts';
import { parseFields } from '../../json-fields.ts';
import { readOwnFile, removeOwnFile, writeOwnFile } from '../files/our-folder.ts';

export type FailureNotes = {
  readonly throwSharedFailure: () => Promise<void>;
  readonly recordFailure: (failure: Failure) => Promise<void>;
  readonly clear: () => Promise<void>;
};

export type Asker = {
  /** Who runs us; kubectl asks up to five times for one command. */
  readonly clientPid: number;
  /** When it asked, if it has waited for others before it came to us; epoch milliseconds. */
  readonly askedMs: number | undefined;
  /** Whether a person could have acted in this process: what only failed for want of one is not theirs to share. */
  readonly watched: boolean;
  readonly nowMs: () => number;
};

/** One kubectl repeats itself at once; a background caller comes again every few seconds. */
const sameClientMs = 20_000;
const unwatchedMs = 30_000;
/** Longer than the front lets anybody wait. A variable that says more is not believed. */
const longestWaitMs = 300_000;

/** The notes of one login. What can't be read or written is as if nothing had failed. */
export function openFailureNotes(
  place: { readonly folder: string; readonly key: string },
  asker: Asker,
): FailureNotes {
  const path = join(
    place.folder,
    `failed-${createHash('sha256').update(place.key).digest('hex').slice(0, 32)}.json`,
  );
  const startedMs = startOf(asker);
  return {
    throwSharedFailure: async () => {
      const note = parseNote(await quietly(() => readOwnFile(path)));
      if (note === undefined || !isShared(note, { ...asker, startedMs })) return;
      throw failureOf(note);
    },
    recordFailure: async (failure) => {
      if (failure.code === 'cancelled' && !asker.watched) return;
      const { code, message, hint, reason } = failure;
      const { clientPid, watched } = asker;
      const note = { code, message, hint, reason, clientPid, watched, failedMs: asker.nowMs() };
      await quietly(() => writeOwnFile(path, JSON.stringify(note)));
    },
    clear: async () => {
      await quietly(() => removeOwnFile(path));
    },
  };
}

function startOf({ askedMs, nowMs }: Asker): number {
  const now = nowMs();
  return askedMs !== undefined && askedMs <= now && now - askedMs <= longestWaitMs ? askedMs : now;
}

/** A note is a courtesy: what goes wrong with it must not stand in the place of what it is about. */
async function quietly<Result>(work: () => Promise<Result>): Promise<Result | undefined> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof Failure) return undefined;
    throw error;
  }
}

type Note = {
  readonly code: FailureCode;
  readonly message: string;
  readonly hint: string | undefined;
  readonly reason: string | undefined;
  readonly clientPid: number;
  readonly watched: boolean;
  readonly failedMs: number;
};

function isShared(note: Note, asker: Asker & { readonly startedMs: number }): boolean {
  const agoMs = asker.nowMs() - note.failedMs;
  if (agoMs < 0) return false;
  if (asker.watched && !note.watched) return false;
  if (note.failedMs >= asker.startedMs) return true;
  if (note.clientPid === asker.clientPid) return agoMs < sameClientMs;
  return !asker.watched && agoMs < unwatchedMs;
}

function failureOf({ code, message, hint, reason }: Note): Failure {
  return new Failure(code, message, {
    ...(hint === undefined ? {} : { hint }),
    ...(reason === undefined ? {} : { cause: reason }),
  });
}

function parseNote(text: string | undefined): Note | undefined {
  const fields = text === undefined ? undefined : parseFields(text);
  if (fields === undefined) return undefined;
  const { code, message, hint, reason, clientPid, watched, failedMs } = fields;
  if (!isFailureCode(code) || typeof message !== 'string' || typeof failedMs !== 'number') return undefined;
  const optionalText = (value: unknown): string | undefined =>
    typeof value === 'string' ? value : undefined;
  return {
    code,
    message,
    hint: optionalText(hint),
    reason: optionalText(reason),
    clientPid: Number(clientPid),
    watched: watched === true,
    failedMs,
  };
}
