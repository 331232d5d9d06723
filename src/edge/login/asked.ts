// Who was given which token: a process that asks again for a token that has not expired got a 401 for it, which is
// all that client-go tells a plugin. Best effort; a lost note costs one 401 that does not heal by itself.

import { closeSync, constants, openSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import type { Tokens } from '../../oidc/token.ts';
import { judgeFolder, readOwnFileSync } from '../files/our-folder.ts';

export type Asking = {
  readonly tokens: Tokens;
  readonly server: string;
  readonly client: { readonly pid: number; readonly startTime: string };
  /** Epoch seconds. */
  readonly now: number;
};

const keptNotes = 40;
/** A login heals at most once in so many seconds: a cluster that refuses every token must not cost a refresh a call. */
const healSeconds = 60;

/** Whether a login that a server refused may be refreshed. */
export function mayHeal({ tokens, now }: Pick<Asking, 'tokens' | 'now'>): boolean {
  return now - tokens.obtainedAt >= healSeconds;
}

/** Notes who got this token; true when the same process got it before and the login may heal. Never fails. */
export function askedBefore(folder: string, asking: Asking): boolean {
  const { pid, startTime } = asking.client;
  const note = `${pid}.${startTime} ${asking.tokens.obtainedAt} ${asking.server}`;
  const path = join(folder, 'asked');
  const notes = readNotes(folder, path);
  if (notes.includes(note)) return mayHeal(asking);
  writeNotes(path, [...notes.slice(1 - keptNotes), note]);
  return false;
}

function readNotes(folder: string, path: string): readonly string[] {
  try {
    return judgeFolder(folder) === 'present' ? (readOwnFileSync(path)?.split('\n') ?? []) : [];
  } catch {
    // A planted or unreadable file is not followed, and the answer does not depend on it.
    return [];
  }
}

function writeNotes(path: string, notes: readonly string[]): void {
  const { O_WRONLY, O_CREAT, O_TRUNC, O_NOFOLLOW } = constants;
  try {
    const descriptor = openSync(path, O_WRONLY | O_CREAT | O_TRUNC | (O_NOFOLLOW ?? 0), 0o600);
    writeSync(descriptor, notes.join('\n'));
    closeSync(descriptor);
  } catch {
    // A full disk or a read-only home must not keep kubectl from its token.
    return;
  }
}
