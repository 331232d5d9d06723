// Locks whose owners were killed or are elsewhere; real processes.

import { existsSync, readdirSync, readFileSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { type LockOwner, takeOver, withLock } from '../../src/edge/files/lock.ts';
import { getsLock, heldBy, patience, thisOwner } from '../edge/parts/locks.ts';
import { freshFolder, kill, runProcess } from '../edge/parts/processes.ts';

describe('row 23: a lock that was left behind', () => {
  it('row 23: of a killed holder is taken over at once', async () => {
    const path = join(freshFolder(), 'login.lock');
    await kill(await heldBy(path));
    expect(existsSync(path)).toBe(true);
    expect(await getsLock(path)).toBeLessThan(1000);
    expect(existsSync(path)).toBe(false);
  });

  it('row 23: is taken over by somebody who waits already when the holder is killed', async () => {
    const path = join(freshFolder(), 'login.lock');
    const holder = await heldBy(path);
    const waiting = Promise.withResolvers<LockOwner>();
    const work = withLock(path, { ...patience, onWait: waiting.resolve }, async () => 'worked');
    expect(await waiting.promise).toMatchObject({ pid: holder.pid, doing: 'holding for a test' });
    await kill(holder);
    expect(await work).toBe('worked');
  });

  it('row 23: of another machine is believed while its heartbeat is fresh, and no longer', async () => {
    const folder = freshFolder();
    const path = join(folder, 'login.lock');
    writeFileSync(
      path,
      JSON.stringify({ ...(await thisOwner(folder)), machine: 'elsewhere', pid: 1, nonce: 'n1' }),
    );
    await expect(withLock(path, { ...patience, waitMs: 300 }, async () => 0)).rejects.toMatchObject({
      code: 'conflict',
    });
    const longAgo = Date.now() / 1000 - 60;
    utimesSync(path, longAgo, longAgo);
    expect(await getsLock(path)).toBeLessThan(5000);
  });

  it('row 23: that somebody else has taken over meanwhile is left to them', async () => {
    const folder = freshFolder();
    const path = join(folder, 'login.lock');
    const owner = await thisOwner(folder);
    const [gone, faster, slower] = [
      { ...owner, nonce: 'n1' },
      { ...owner, nonce: 'n2' },
      { ...owner, nonce: 'n3' },
    ];
    writeFileSync(path, JSON.stringify(gone));
    expect(takeOver(path, gone, faster)).toBe(true);
    expect(takeOver(path, gone, slower)).toBe(false);
    expect(JSON.parse(readFileSync(path, 'utf8')).nonce).toBe('n2');
    expect(readdirSync(folder)).toEqual(['login.lock']);
  });

  it('row 23: goes to exactly one at a time of 30 who wait for it', { timeout: 60_000 }, async () => {
    const folder = freshFolder();
    const path = join(folder, 'login.lock');
    const counter = join(folder, 'counter');
    writeFileSync(counter, '0');
    const holder = await heldBy(path);
    const runs = Array.from({ length: 30 }, () => runProcess(['increment', path, counter]));
    await kill(holder);
    const outcomes = await Promise.all(runs);
    expect(outcomes.map(({ stderr }) => stderr).join('')).toBe('');
    expect(readFileSync(counter, 'utf8')).toBe('30');
    expect(readdirSync(folder)).toEqual(['counter']);
  });
});
