// Locks of row 23: held by other processes, taken, forged.

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type LockOwner, withLock } from '../../../src/edge/files/lock.ts';
import { said, startProcess } from './processes.ts';

export const patience = { waitMs: 20_000, signal: new AbortController().signal };

/** How long it took to get the lock. */
export async function getsLock(path: string): Promise<number> {
  const startedAt = performance.now();
  return withLock(path, patience, async () => performance.now() - startedAt);
}

/** The owner of a lock held by this test, to forge others from. */
export async function thisOwner(folder: string): Promise<LockOwner> {
  const path = join(folder, 'sample.lock');
  return withLock(path, patience, async () => JSON.parse(readFileSync(path, 'utf8')));
}

/** A process that holds the lock. */
export async function heldBy(path: string): Promise<ReturnType<typeof startProcess>> {
  const holder = startProcess(['hold', path]);
  await said(holder, 'held');
  return holder;
}
