// Our own folder and the files in it: judged before they are believed, replaced whole or not at all. Knows paths,
// owners and modes; what the files say belongs to others. It is synchronous, since kubectl waits for it: three system
// calls are faster than three promises, and Node's promises of files take 4 ms to load.

import * as fs from 'node:fs';
import { dirname, isAbsolute, join } from 'node:path';
import { Failure } from '../../failure.ts';
import { codeOf, fileFailure } from './file-failure.ts';
import { sweepTemporaries, temporaryOf, unlinkIfThere } from './temporaries.ts';

const { constants } = fs;
const maxFileBytes = 4 * 1024 * 1024;
const stickyBit = 0o1000;
const leftoverMs = 10_000;

/** `$KUBECTL_OIDC_HOME`, else `~/.kube/kubectl-oidc` of `HOME` (Windows: `USERPROFILE`). Fails with `usage`. */
export function folderPath(env: Readonly<Record<string, string | undefined>>): string {
  const given = env.KUBECTL_OIDC_HOME;
  if (given) {
    if (isAbsolute(given)) return given;
    throw new Failure('usage', `KUBECTL_OIDC_HOME is "${given}"`, { hint: 'Set it to an absolute path.' });
  }
  const home = env.HOME || env.USERPROFILE;
  if (home) return join(home, '.kube', 'kubectl-oidc');
  throw new Failure('usage', 'neither HOME nor KUBECTL_OIDC_HOME is set', { hint: 'Set one of them.' });
}

/**
 * Whether the folder is there and ours alone to write: no link, our own, not group- or world-writable, and nobody
 * may put another in its place. `private` also wants that nobody else may look in. Fails with `refused`, `file`.
 */
export function judgeFolder(path: string, wanted: 'ours' | 'private' = 'ours'): 'present' | 'absent' {
  const stat = reading(path, () => fs.lstatSync(path, { throwIfNoEntry: false }));
  if (stat === undefined) return 'absent';
  if (stat.isSymbolicLink()) throw refused(path, 'is a symbolic link', 'Put a real folder in its place.');
  if (!stat.isDirectory()) throw refused(path, 'is not a folder', 'Move it away.');
  judgeOwner(path, stat);
  judgeMode(path, stat, wanted === 'ours' ? 0o022 : 0o077);
  const parent = dirname(path);
  const above = reading(parent, () => fs.statSync(parent));
  if (hasModes() && (above.mode & 0o002) !== 0 && (above.mode & stickyBit) === 0) {
    throw refused(parent, 'may be changed by anybody', `Run: chmod o-w ${parent}`);
  }
  return 'present';
}

/** The folder, made 0700 where it is missing, then judged like `judgeFolder`. */
export async function openFolder(path: string, wanted: 'ours' | 'private' = 'ours'): Promise<string> {
  if (judgeFolder(path, wanted) === 'absent') {
    writing(path, () => fs.mkdirSync(path, { recursive: true, mode: 0o700 }));
    judgeFolder(path, wanted);
  }
  return path;
}

/**
 * The text of one of our files, undefined where there is none. Follows no link, opens no device or pipe, and wants
 * a file of ours that nobody else may read or write. Fails with `refused`, `file`.
 */
export function readOwnFileSync(path: string): string | undefined {
  const descriptor = openToRead(path);
  if (descriptor === undefined) return undefined;
  try {
    const stat = fs.fstatSync(descriptor);
    if (!stat.isFile()) throw refused(path, 'is not a file', 'Move it away.');
    judgeOwner(path, stat);
    judgeMode(path, stat, 0o077);
    if (stat.size > maxFileBytes)
      throw refused(path, `is larger than ${maxFileBytes} bytes`, 'Move it away.');
    return reading(path, () => fs.readFileSync(descriptor, 'utf8'));
  } finally {
    fs.closeSync(descriptor);
  }
}

/** `readOwnFileSync` for those who wait anyway. */
export async function readOwnFile(path: string): Promise<string | undefined> {
  return readOwnFileSync(path);
}

/** A text, or one that is too long for memory, in parts. */
type Written = string | AsyncIterable<Uint8Array> | Iterable<string>;

/**
 * Replaces the file as a whole, 0600 unless `mode` says otherwise: whoever reads, after a crash or a full disk too,
 * finds the old text or the new one. Fails with `file`; nothing of the new text then stays behind.
 */
export async function writeOwnFile(path: string, text: Written, mode = 0o600): Promise<void> {
  sweepTemporaries(path, leftoverMs);
  const temporary = temporaryOf(path);
  try {
    const descriptor = fs.openSync(temporary, 'wx', mode);
    try {
      for await (const part of typeof text === 'string' ? [text] : text) fs.writeFileSync(descriptor, part);
      fs.fsyncSync(descriptor);
    } finally {
      fs.closeSync(descriptor);
    }
    fs.renameSync(temporary, path);
    syncFolder(dirname(path));
  } catch (error) {
    unlinkIfThere(temporary);
    throw fileFailure('could not write', path, error);
  }
}

/** Removes the file and what a killed writer of it left behind; no matter whether there is one. Fails with `file`. */
export async function removeOwnFile(path: string): Promise<void> {
  sweepTemporaries(path, 0);
  writing(path, () => unlinkIfThere(path));
}

function openToRead(path: string): number | undefined {
  try {
    // O_NONBLOCK: a planted pipe would otherwise hold us for ever.
    return fs.openSync(path, constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0));
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return undefined;
    if (codeOf(error) === 'ELOOP') throw refused(path, 'is a symbolic link', 'Remove the link.');
    throw fileFailure('could not read', path, error);
  }
}

function syncFolder(path: string): void {
  // Windows opens no folders; its rename is written through by the file system's journal.
  if (process.platform === 'win32') return;
  const descriptor = fs.openSync(path, 'r');
  try {
    fs.fsyncSync(descriptor);
  } finally {
    fs.closeSync(descriptor);
  }
}

function judgeOwner(path: string, stat: fs.Stats): void {
  const uid = process.geteuid?.();
  if (uid === undefined || stat.uid === uid) return;
  throw refused(
    path,
    `belongs to user ${stat.uid}, not to you (${uid})`,
    `Run as that user, or: chown ${uid} ${path}`,
  );
}

function judgeMode(path: string, stat: fs.Stats, forbidden: number): void {
  if (!hasModes() || (stat.mode & forbidden) === 0) return;
  const mode = (stat.mode & 0o777).toString(8);
  throw refused(
    path,
    `is open to others (mode ${mode})`,
    `Run: chmod ${forbidden === 0o022 ? 'go-w' : 'go-rwx'} ${path}`,
  );
}

/** Windows has no modes worth judging: access lists of the profile folder do this work there. */
function hasModes(): boolean {
  return process.platform !== 'win32';
}

function refused(path: string, what: string, hint: string): Failure {
  return new Failure('refused', `${path} ${what}`, { hint });
}

function reading<Result>(path: string, work: () => Result): Result {
  return translated('could not read', path, work);
}

function writing<Result>(path: string, work: () => Result): Result {
  return translated('could not write', path, work);
}

function translated<Result>(attempt: string, path: string, work: () => Result): Result {
  try {
    return work();
  } catch (error) {
    throw fileFailure(attempt, path, error);
  }
}
