// Locks whose owners were stopped, or replaced by another process with the same id, which Linux tells.

import { readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { getsLock, heldBy, thisOwner } from '../edge/parts/locks.ts';
import { freshFolder } from '../edge/parts/processes.ts';

describe('row 23: a lock that was left behind', () => {
  it('row 23: of a stopped holder is taken over after the heartbeat has been missing', {
    timeout: 30_000,
  }, async () => {
    const path = join(freshFolder(), 'login.lock');
    const holder = await heldBy(path);
    process.kill(holder.pid!, 'SIGSTOP');
    const tookMs = await getsLock(path);
    expect(tookMs).toBeGreaterThan(3000);
    expect(tookMs).toBeLessThan(15_000);
  });

  it('row 23: of a process whose id now belongs to another one is taken over at once', async () => {
    const folder = freshFolder();
    const path = join(folder, 'login.lock');
    writeFileSync(path, JSON.stringify({ ...(await thisOwner(folder)), startedAt: '1', nonce: 'n1' }));
    expect(await getsLock(path)).toBeLessThan(1000);
  });

  it('row 23: is taken over although another taker died half-way', async () => {
    const folder = freshFolder();
    const path = join(folder, 'login.lock');
    const gone = { ...(await thisOwner(folder)), startedAt: '1' };
    writeFileSync(path, JSON.stringify({ ...gone, nonce: 'n1' }));
    writeFileSync(`${path}.after-n1`, JSON.stringify({ ...gone, nonce: 'n2' }));
    expect(await getsLock(path)).toBeLessThan(1000);
    expect(readdirSync(folder)).toEqual([]);
  });
});
