import { closeSync, openSync, readdirSync, readlinkSync, statSync, utimesSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { withLock } from '../../../src/edge/files/lock.ts';
import { freshFolder } from '../parts/processes.ts';

const signal = new AbortController().signal;

/** The folder that is being listed is gone when its own descriptor is looked at. */
const linkOf = (descriptor: string): string => {
  try {
    return readlinkSync(`/proc/self/fd/${descriptor}`);
  } catch {
    return '';
  }
};

describe('a lock', () => {
  it('lets the work come to its end when the disk behind the heartbeat is gone', async () => {
    const path = join(freshFolder(), 'l');
    const outcome = await withLock(path, { waitMs: 0, signal }, async () => {
      const descriptor = Number(readdirSync('/proc/self/fd').find((each) => linkOf(each) === path));
      closeSync(descriptor);
      // O_PATH in its place: every touch through it fails (EBADF), and no other file gets its number.
      expect(openSync('/', 0o10000000)).toBe(descriptor);
      utimesSync(path, 1, 1);
      // A heartbeat that fails shows by nothing; an error of its timer would fail this file.
      await wait(2200);
      expect(statSync(path).mtimeMs).toBe(1000);
      return 'done';
    });
    expect(outcome).toBe('done');
  });
});
