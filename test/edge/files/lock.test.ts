import { mkdirSync, readdirSync, readFileSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { withLock } from '../../../src/edge/files/lock.ts';
import { Failure } from '../../../src/failure.ts';
import { freshFolder } from '../parts/processes.ts';

const signal = new AbortController().signal;

describe('a lock', () => {
  it('lets one piece of work in at a time within a process too, and everybody in the end', async () => {
    const path = join(freshFolder(), 'l');
    let inside = 0;
    const work = async (): Promise<number> => {
      inside += 1;
      await wait(5);
      inside -= 1;
      return inside;
    };
    const all = Array.from({ length: 8 }, () => withLock(path, { waitMs: 10_000, signal }, work));
    expect(await Promise.all(all)).toEqual(Array(8).fill(0));
  });

  it('tells who met nobody from who waited or took over', async () => {
    const path = join(freshFolder(), 'l');
    const told: boolean[] = [];
    let owner = {};
    const note = async (isAlone: boolean): Promise<void> => {
      told.push(isAlone);
      owner = JSON.parse(readFileSync(path, 'utf8'));
      await wait(30);
    };
    const options = { waitMs: 10_000, signal };
    await Promise.all([withLock(path, options, note), withLock(path, options, note)]);
    writeFileSync(path, JSON.stringify({ ...owner, pid: 2 ** 22 + 1, nonce: 'of-the-dead' }));
    await withLock(path, options, note);
    await withLock(path, options, note);
    expect(told).toEqual([true, false, false, true]);
  });

  it('is released when the work fails, with the failure of the work', async () => {
    const folder = freshFolder();
    const failing = withLock(join(folder, 'l'), { waitMs: 0, signal }, () =>
      Promise.reject(new Failure('provider', 'no')),
    );
    await expect(failing).rejects.toMatchObject({ code: 'provider' });
    expect(readdirSync(folder)).toEqual([]);
  });

  it('names the process and its work when the wait ends', async () => {
    const path = join(freshFolder(), 'l');
    await withLock(path, { waitMs: 0, signal, doing: 'signing in' }, async () => {
      await expect(withLock(path, { waitMs: 50, signal }, async () => 0)).rejects.toMatchObject({
        code: 'conflict',
        message: `waited 0 s for process ${process.pid} (signing in)`,
      });
    });
  });

  it('ends the wait with the reason of the signal, and leaves nothing behind', async () => {
    const folder = freshFolder();
    const path = join(folder, 'l');
    const controller = new AbortController();
    const cancelled = new Failure('cancelled', 'cancelled by SIGINT');
    await withLock(path, { waitMs: 0, signal }, async () => {
      const waiting = withLock(
        path,
        { waitMs: 60_000, signal: controller.signal, onWait: () => controller.abort(cancelled) },
        async () => 0,
      );
      await expect(waiting).rejects.toBe(cancelled);
      expect(readdirSync(folder)).toEqual(['l']);
    });
  });

  it('does not release a lock that another has taken over', async () => {
    const path = join(freshFolder(), 'l');
    await withLock(path, { waitMs: 0, signal }, async () => writeFileSync(path, '{"nonce":"another"}'));
    expect(readFileSync(path, 'utf8')).toBe('{"nonce":"another"}');
  });

  it('shows its heartbeat by the time of the file', async () => {
    const path = join(freshFolder(), 'l');
    await withLock(path, { waitMs: 0, signal }, async () => {
      utimesSync(path, 1, 1);
      const until = performance.now() + 5000;
      while (statSync(path).mtimeMs < 10_000 && performance.now() < until) await wait(50);
      expect(Date.now() - statSync(path).mtimeMs).toBeLessThan(5000);
    });
  });

  it('fails with one line where its folder is missing or a folder stands in its place', async () => {
    const folder = freshFolder();
    mkdirSync(join(folder, 'l'));
    const inNone = withLock(join(folder, 'none', 'l'), { waitMs: 0, signal }, async () => 0);
    await expect(inNone).rejects.toMatchObject({ code: 'file', reason: 'ENOENT' });
    const overFolder = withLock(join(folder, 'l'), { waitMs: 0, signal }, async () => 0);
    await expect(overFolder).rejects.toMatchObject({ code: 'refused' });
  });
});
