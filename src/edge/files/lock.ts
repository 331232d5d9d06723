// One process at a time for one piece of work. The lock is a file that appears whole, names its owner, and is
// touched while the owner lives; a lock whose owner is gone is taken over, by exactly one of those who wait.

import * as fs from 'node:fs';
import { basename } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { Failure } from '../../failure.ts';
import { codeOf, fileFailure } from './file-failure.ts';
import { type HeldLock, isAbandoned, type LockOwner, ourselves, parseOwner, staleMs } from './lock-owner.ts';
import { sweepTemporaries, temporaryOf, unlinkIfThere } from './temporaries.ts';

export type { LockOwner } from './lock-owner.ts';

export type LockOptions = {
  /** How long to wait for others before `conflict`. */
  readonly waitMs: number;
  readonly signal: AbortSignal;
  /** Called once, when somebody else turns out to hold the lock. */
  readonly onWait?: (owner: LockOwner) => void;
  /** What the others are told that this process is doing. */
  readonly doing?: string;
};

const heartbeatMs = 2000;

/** The global `performance` loads all of Node's measuring for it, 4 ms. */
const monotonicMs = (): number => Number(process.hrtime.bigint() / 1_000_000n);

/**
 * Runs the work while no other process runs work under the same path, whose folder must be there; it is told whether
 * nobody else was met there. Released on every way out. Fails with `conflict` after `waitMs`, `file`, or the signal's reason.
 */
export async function withLock<Result>(
  path: string,
  options: LockOptions,
  work: (isAlone: boolean) => Promise<Result>,
): Promise<Result> {
  const owner = ourselves(options.doing ?? `work on ${basename(path)}`);
  const isAlone = await acquire(path, owner, options);
  const heart = beat(path);
  try {
    return await work(isAlone);
  } finally {
    heart.stop();
    release(path, owner);
  }
}

/** True when nobody else held it meanwhile, dead or alive. */
async function acquire(path: string, owner: LockOwner, options: LockOptions): Promise<boolean> {
  const endsAt = monotonicMs() + options.waitMs;
  const watch = { nonce: '', mtimeMs: 0, since: 0 };
  let isAlone = true;
  for (let pauseMs = 20; ; pauseMs = Math.min(pauseMs * 1.3, 100)) {
    options.signal.throwIfAborted();
    if (create(path, owner)) return isAlone;
    isAlone = false;
    const held = readLock(path);
    if (held === undefined) {
      await pause(1, options.signal);
      continue;
    }
    if (watch.since === 0) options.onWait?.(held.owner);
    if (watch.nonce !== held.owner.nonce || watch.mtimeMs !== held.mtimeMs) {
      Object.assign(watch, { nonce: held.owner.nonce, mtimeMs: held.mtimeMs, since: monotonicMs() });
    }
    if (isAbandoned(held, monotonicMs() - watch.since) && takeOver(path, held.owner, owner)) return false;
    if (monotonicMs() >= endsAt) throw conflict(path, held.owner, options.waitMs);
    await pause(pauseMs * (0.75 + Math.random() / 2), options.signal);
  }
}

/** Makes the lock file (or `guard` beside it), whole from its first moment; false when there is one already. */
function create(path: string, owner: LockOwner, guard = path): boolean {
  const temporary = temporaryOf(path);
  try {
    fs.writeFileSync(temporary, JSON.stringify(owner), { flag: 'wx', mode: 0o600 });
    return linked(temporary, guard);
  } catch (error) {
    throw fileFailure('could not lock', path, error);
  } finally {
    unlinkIfThere(temporary);
  }
}

function linked(from: string, to: string): boolean {
  try {
    fs.linkSync(from, to);
    return true;
  } catch (error) {
    if (codeOf(error) === 'EEXIST') return false;
    if (!withoutLinks.has(codeOf(error))) throw error;
  }
  try {
    // File systems without hard links (FAT, some network drives): exclusive, though for a moment empty.
    fs.copyFileSync(from, to, fs.constants.COPYFILE_EXCL);
    return true;
  } catch (error) {
    if (codeOf(error) === 'EEXIST') return false;
    throw error;
  }
}

const withoutLinks: ReadonlySet<string> = new Set([
  'EPERM',
  'ENOTSUP',
  'EOPNOTSUPP',
  'ENOSYS',
  'EMLINK',
  'EISDIR',
]);

/** The lock that is there; undefined when it was released meanwhile. */
function readLock(path: string): HeldLock | undefined {
  try {
    const stat = fs.lstatSync(path);
    if (!stat.isFile()) {
      throw new Failure('refused', `the lock ${path} is not a file`, { hint: 'Move it away.' });
    }
    return { owner: parseOwner(fs.readFileSync(path, 'utf8')), mtimeMs: stat.mtimeMs };
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return undefined;
    throw fileFailure('could not read the lock', path, error);
  }
}

/**
 * Puts our lock in the place of an abandoned one; false when somebody else was faster. The guard, named by the
 * abandoned lock's nonce, lets one in; moving it over the lock is the one step that decides, and the nonce read
 * back tells who won it, even where a guard left behind had to be broken.
 */
export function takeOver(path: string, gone: LockOwner, owner: LockOwner): boolean {
  const guard = `${path}.after-${gone.nonce.replaceAll(/[^0-9a-zA-Z-]/g, '')}`;
  if (!create(path, owner, guard)) {
    const other = readLock(guard);
    if (other !== undefined && isAbandoned(other, 0)) unlinkIfThere(guard);
    return false;
  }
  if (nonceAt(path) !== gone.nonce) {
    if (nonceAt(guard) === owner.nonce) unlinkIfThere(guard);
    return false;
  }
  try {
    fs.renameSync(guard, path);
  } catch (error) {
    if (codeOf(error) !== 'ENOENT') throw fileFailure('could not take over the lock', path, error);
  }
  sweepTemporaries(path, staleMs);
  return nonceAt(path) === owner.nonce;
}

function release(path: string, owner: LockOwner): void {
  if (nonceAt(path) === owner.nonce) unlinkIfThere(path);
}

function nonceAt(path: string): string | undefined {
  return readLock(path)?.owner.nonce;
}

/** Touches our lock by its descriptor: once another has taken over, the touch no longer reaches what others read. */
function beat(path: string): { readonly stop: () => void } {
  const descriptor = fs.openSync(path, 'r+');
  const timer = setInterval(() => {
    const now = Date.now() / 1000;
    // Lost with its disk: without a heartbeat others take the lock over, and `release` knows a lock that is not ours.
    if (!reached(() => fs.futimesSync(descriptor, now, now))) clearInterval(timer);
  }, heartbeatMs);
  timer.unref();
  return {
    stop: () => {
      clearInterval(timer);
      reached(() => fs.closeSync(descriptor));
    },
  };
}

/** False where the disk behind a descriptor no longer answers (ESTALE, EIO): a timer has nobody to throw to. */
function reached(touch: () => void): boolean {
  try {
    touch();
    return true;
  } catch (error) {
    if (codeOf(error) === '') throw error;
    return false;
  }
}

async function pause(ms: number, signal: AbortSignal): Promise<void> {
  try {
    await wait(ms, undefined, { signal });
  } catch {
    // The timer fails only by the signal, whose own reason is what the caller gave.
    signal.throwIfAborted();
  }
}

function conflict(path: string, owner: LockOwner, waitMs: number): Failure {
  const who = owner.pid > 0 ? `process ${owner.pid} (${owner.doing})` : 'another process';
  const waited = `waited ${Math.round(waitMs / 1000)} s for ${who}`;
  return new Failure('conflict', waited, {
    hint: `Let it finish or end it, then run this again; the lock is ${path}`,
  });
}
