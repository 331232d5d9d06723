// Who holds a lock, and whether that process is still there. Process ids are used again and mean nothing on another
// machine, so an owner is told by more than its id.

import { randomUUID } from 'node:crypto';
import * as fs from 'node:fs';
import { hostname } from 'node:os';
import { cleanText } from '../../foreign-text.ts';
import { parseFields } from '../../json-fields.ts';
import { startTimeAt, statFieldsOf } from './process-stat.ts';
import { isAlive } from './temporaries.ts';

export type LockOwner = {
  readonly pid: number;
  /** Start of the process in the kernel's ticks, '' where the system does not tell: another value is another process. */
  readonly startedAt: string;
  /** Host, boot and process namespace: only there does `pid` mean this process. */
  readonly machine: string;
  readonly nonce: string;
  readonly doing: string;
};

export type HeldLock = { readonly owner: LockOwner; readonly mtimeMs: number };

/** A lock without a heartbeat for so long is nobody's. */
export const staleMs = 10_000;
// A clock that jumps (sleep, another machine's clock) makes a living lock look old; a heartbeat seen to be missing does not.
const watchedMs = 3000;
const maxWordLength = 300;

export function ourselves(doing: string): LockOwner {
  return {
    pid: process.pid,
    startedAt: startOf(process.pid),
    machine: machine(),
    nonce: randomUUID(),
    doing,
  };
}

/** Field 22 of /proc/PID/stat (proc(5)); 'gone' for one that has ended but was not reaped; '' where there is no /proc. */
function startOf(pid: number): string {
  const fields = statFieldsOf(pid);
  return fields[0] === 'Z' || fields[0] === 'X' ? 'gone' : (fields[startTimeAt] ?? '');
}

function machine(): string {
  const parts = [hostname()];
  if (process.platform === 'linux') {
    parts.push(firstOf(() => fs.readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim()));
    parts.push(firstOf(() => fs.readlinkSync('/proc/self/ns/pid')));
  }
  return cleanText(parts.join(' '), maxWordLength);
}

function firstOf(read: () => string): string {
  try {
    return read();
  } catch {
    // Not every sandbox shows these; the host's name is then all there is.
    return '';
  }
}

/** An owner that can't be read is nobody whose process could be looked for: only the missing heartbeat ends it. */
export function parseOwner(text: string): LockOwner {
  const fields = parseFields(text) ?? {};
  const word = (name: string): string =>
    typeof fields[name] === 'string' ? cleanText(fields[name], maxWordLength) : '';
  const pid = Number.isSafeInteger(fields.pid) ? Number(fields.pid) : 0;
  return {
    pid,
    startedAt: word('startedAt'),
    machine: word('machine'),
    nonce: word('nonce'),
    doing: word('doing'),
  };
}

/** Whether the owner is gone: its process at once where that can be seen, else by `unchangedMs` without a heartbeat. */
export function isAbandoned({ owner, mtimeMs }: HeldLock, unchangedMs: number): boolean {
  if (owner.pid > 0 && owner.machine === machine()) {
    const startedAt = startOf(owner.pid);
    if (!isAlive(owner.pid) || startedAt === 'gone') return true;
    if (owner.startedAt !== '' && startedAt !== '' && startedAt !== owner.startedAt) return true;
  }
  return unchangedMs >= staleMs || (unchangedMs >= watchedMs && Date.now() - mtimeMs >= staleMs);
}
