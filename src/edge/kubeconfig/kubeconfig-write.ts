// Kubeconfig files replaced whole or not at all, under kubectl's own lock, through links, with a backup.

import { constants } from 'node:fs';
import { type FileHandle, lstat, mkdir, open, readlink, rename, rm, stat } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { Failure } from '../../failure.ts';
import { cleanText } from '../../foreign-text.ts';
import { codeOf } from '../files/file-failure.ts';
import { type KubeChange, readText } from './kubeconfig.ts';
import { kubeFileFailure } from './kubeconfig-failure.ts';

const lockPollMs = 50;

/** How long to wait for another kubectl's lock, and the signal that ends the wait. */
export type WriteLimits = { readonly lockWaitMs: number; readonly signal: AbortSignal };

/** A file that was written, and where its state before is kept (undefined: there was none). */
export type WrittenFile = { readonly path: string; readonly backup: string | undefined };

/**
 * Writes every change, or none that was not yet renamed into place: all are prepared on disk first. Fails with
 * `conflict` when a file is locked or was changed since it was read, and with `file`.
 */
export async function writeChanges(
  changes: readonly KubeChange[],
  limits: WriteLimits,
): Promise<readonly WrittenFile[]> {
  await using locks = new AsyncDisposableStack();
  // kubectl locks in sorted order too, so that two writers of two files never wait for each other.
  for (const { path } of changes.toSorted((left, right) => (left.path < right.path ? -1 : 1))) {
    await makeFolder(path);
    await lock(path, limits);
    locks.defer(() => rm(lockPathOf(path), { force: true }));
  }
  for (const change of changes) {
    if ((await readText(change.path)) !== change.before) throw changedMeanwhile(change.path);
  }
  const staged: Staged[] = [];
  await using leftovers = new AsyncDisposableStack();
  for (const change of changes) {
    const files = await stage(change);
    staged.push(files);
    leftovers.defer(() => removeTemporary(files));
  }
  limits.signal.throwIfAborted();
  const written: WrittenFile[] = [];
  for (const files of staged) written.push(await commit(files));
  return written;
}

type Staged = {
  readonly path: string;
  readonly target: string;
  readonly fresh: string;
  readonly backup: { readonly fresh: string; readonly path: string } | undefined;
};

/** Everything that can fail for want of space or permission happens here, before the first rename. */
async function stage({ path, before, after }: KubeChange): Promise<Staged> {
  const target = await linkTarget(path);
  const fresh = temporaryFor(target);
  const backup =
    before === undefined
      ? undefined
      : { path: `${path}.kubectl-oidc.bak`, fresh: temporaryFor(`${path}.bak`) };
  try {
    const old = before === undefined ? undefined : await stat(target);
    // A rename would go around the write protection of the file itself.
    if (old !== undefined) await (await open(target, constants.O_WRONLY)).close();
    await writeNew(fresh, after, old);
    if (backup !== undefined) await writeNew(backup.fresh, before ?? '', undefined);
    return { path, target, fresh, backup };
  } catch (error) {
    await removeTemporary({ path, target, fresh, backup });
    throw kubeFileFailure('write', target, error);
  }
}

async function commit({ path, target, fresh, backup }: Staged): Promise<WrittenFile> {
  try {
    if (backup !== undefined) await rename(backup.fresh, backup.path);
    await rename(fresh, target);
    await syncFolder(dirname(target));
    return { path, backup: backup?.path };
  } catch (error) {
    throw kubeFileFailure('replace', target, error);
  }
}

async function writeNew(
  path: string,
  text: string,
  like: { readonly mode: number; readonly uid: number; readonly gid: number } | undefined,
): Promise<void> {
  await using file = await open(path, constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL, 0o600);
  await file.writeFile(text);
  if (like !== undefined) await keepOwnerAndMode(file, like);
  await file.sync();
}

async function keepOwnerAndMode(
  file: FileHandle,
  like: { readonly mode: number; readonly uid: number; readonly gid: number },
): Promise<void> {
  if (process.platform === 'win32') return;
  const { uid, gid } = await file.stat();
  if (uid !== like.uid || gid !== like.gid) {
    try {
      await file.chown(like.uid, like.gid);
    } catch (error) {
      // Only root may give files away; then the file becomes the writer's, as with every editor that renames.
      if (codeOf(error) !== 'EPERM') throw error;
    }
  }
  await file.chmod(like.mode & 0o777);
}

async function makeFolder(path: string): Promise<void> {
  try {
    await mkdir(dirname(path), { recursive: true, mode: 0o700 });
  } catch (error) {
    throw kubeFileFailure('make the folder of', path, error);
  }
}

function lockPathOf(path: string): string {
  return `${path}.lock`;
}

/** client-go's convention: whoever creates `FILE.lock` exclusively may write FILE. */
async function lock(path: string, { lockWaitMs, signal }: WriteLimits): Promise<void> {
  const endsAt = performance.now() + lockWaitMs;
  for (;;) {
    signal.throwIfAborted();
    try {
      const file = await open(
        lockPathOf(path),
        constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL,
        0o600,
      );
      return await file.close();
    } catch (error) {
      if (codeOf(error) !== 'EEXIST') throw kubeFileFailure('lock', path, error);
    }
    if (performance.now() >= endsAt) throw lockedByOther(path);
    await waitOrAbort(signal);
  }
}

async function waitOrAbort(signal: AbortSignal): Promise<void> {
  try {
    await delay(lockPollMs, undefined, { signal });
  } catch {
    signal.throwIfAborted();
  }
}

function lockedByOther(path: string): Failure {
  const lockPath = cleanText(lockPathOf(path));
  return new Failure('conflict', `${cleanText(path)} is locked: ${lockPath} exists`, {
    hint: `Another kubectl may be writing: run it again. If none is, a crashed one left the lock: delete ${lockPath}.`,
  });
}

function changedMeanwhile(path: string): Failure {
  return new Failure('conflict', `${cleanText(path)} was changed by another program meanwhile`, {
    hint: 'Nothing was written. Run it again to see the change on top of the new content.',
  });
}

/** The file that a link leads to, also when that one does not exist yet: the link itself stays. */
async function linkTarget(path: string): Promise<string> {
  let target = path;
  for (let hops = 0; hops < 40; hops++) {
    try {
      if (!(await lstat(target)).isSymbolicLink()) return target;
      target = resolve(dirname(target), await readlink(target));
    } catch (error) {
      if (codeOf(error) === 'ENOENT') return target;
      throw kubeFileFailure('read', path, error);
    }
  }
  throw kubeFileFailure('read', path, Object.assign(new Error(), { code: 'ELOOP' }));
}

function temporaryFor(path: string): string {
  return join(dirname(path), `.${crypto.randomUUID()}.kubectl-oidc.tmp`);
}

async function removeTemporary({ fresh, backup }: Staged): Promise<void> {
  await rm(fresh, { force: true });
  if (backup !== undefined) await rm(backup.fresh, { force: true });
}

async function syncFolder(path: string): Promise<void> {
  // Windows opens no folders, and its rename is journaled.
  if (process.platform === 'win32') return;
  await using folder = await open(path);
  await folder.sync();
}
