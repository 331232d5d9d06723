// Files that stand beside another while it is written: their names, and what becomes of those whose writer was killed.

import * as fs from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { codeOf, fileFailure } from './file-failure.ts';

/** Node's `rmSync` loads all that it needs for folders, 2 ms. */
export function unlinkIfThere(path: string): void {
  // A read-only disk refuses to remove even what is not there.
  if (fs.lstatSync(path, { throwIfNoEntry: false }) === undefined) return;
  try {
    fs.unlinkSync(path);
  } catch (error) {
    if (codeOf(error) !== 'ENOENT') throw error;
  }
}

/** A name beside `path` that only this process uses: `sweepTemporaries` knows by it whether its writer still lives. */
export function temporaryOf(path: string): string {
  return `${path}.${process.pid}-${process.hrtime.bigint().toString(36)}.tmp`;
}

/**
 * Removes the temporary files of writers that were killed: half a file may hold half a token. The age spares a
 * living writer on another machine that shares the folder, whose process id says nothing here.
 */
export function sweepTemporaries(path: string, olderThanMs: number): void {
  const folder = dirname(path);
  const prefix = `${basename(path)}.`;
  const names = namesIn(folder);
  for (const name of names) {
    if (!name.startsWith(prefix) || !name.endsWith('.tmp')) continue;
    const pid = Number(/^(\d+)-/.exec(name.slice(prefix.length))?.[1]);
    if (!(pid > 0) || isAlive(pid)) continue;
    const stat = fs.lstatSync(join(folder, name), { throwIfNoEntry: false });
    if (stat !== undefined && Date.now() - stat.mtimeMs >= olderThanMs) unlinkIfThere(join(folder, name));
  }
}

/** Whether a process of that id runs on this machine; one of another user counts. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return codeOf(error) !== 'ESRCH';
  }
}

function namesIn(folder: string): readonly string[] {
  try {
    return fs.readdirSync(folder);
  } catch (error) {
    throw fileFailure('could not write', folder, error);
  }
}
