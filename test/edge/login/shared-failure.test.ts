import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openFailureNotes } from '../../../src/edge/login/shared-failure.ts';
import { Failure } from '../../../src/failure.ts';

const failure = new Failure('provider', 'the provider did not answer', {
  hint: 'Try again.',
  cause: 'ECONNREFUSED',
});
let folder = '';
let nowMs = 0;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'notes-'));
  nowMs = 1_000_000;
});
afterEach(() => rmSync(folder, { recursive: true }));

const asker = (clientPid: number, watched: boolean, askedMs?: number) =>
  openFailureNotes({ folder, key: 'login' }, { clientPid, askedMs, watched, nowMs: () => nowMs });

describe('a failure that several processes meet', () => {
  it('is shared, as it was, with those who waited while it happened', async () => {
    const waiting = asker(2, true);
    nowMs += 500;
    await asker(1, true).recordFailure(failure);
    await expect(waiting.throwSharedFailure()).rejects.toEqual(failure);
  });

  it('is repeated to the same kubectl, which asks five times for one command, and not to the next one', async () => {
    await asker(1, true).recordFailure(failure);
    nowMs += 1000;
    await expect(asker(1, true).throwSharedFailure()).rejects.toThrow(failure.message);
    await expect(asker(2, true).throwSharedFailure()).resolves.toBeUndefined();
  });

  it('is shared with those who asked before it happened and waited elsewhere, five minutes at most', async () => {
    const askedMs = nowMs;
    nowMs += 180_000;
    await asker(1, true).recordFailure(failure);
    nowMs += 100;
    await expect(asker(2, true, askedMs).throwSharedFailure()).rejects.toThrow(failure.message);
    for (const unbelievable of [0, askedMs - 200_000, nowMs + 1]) {
      await expect(asker(2, true, unbelievable).throwSharedFailure()).resolves.toBeUndefined();
    }
  });

  it('keeps background callers quiet for half a minute', async () => {
    await asker(1, false).recordFailure(failure);
    nowMs += 29_000;
    await expect(asker(2, false).throwSharedFailure()).rejects.toThrow(failure.message);
    nowMs += 2000;
    await expect(asker(2, false).throwSharedFailure()).resolves.toBeUndefined();
  });

  it('for want of a person is not shared with a person', async () => {
    const person = asker(2, true);
    nowMs += 500;
    await asker(1, false).recordFailure(new Failure('sign-in-required', 'nobody is there'));
    await expect(person.throwSharedFailure()).resolves.toBeUndefined();
  });

  it('is forgotten after a success, and another login never sees it', async () => {
    const notes = asker(1, true);
    await notes.recordFailure(failure);
    const other = openFailureNotes(
      { folder, key: 'other' },
      { clientPid: 1, askedMs: undefined, watched: true, nowMs: () => nowMs },
    );
    await expect(other.throwSharedFailure()).resolves.toBeUndefined();
    await notes.clear();
    await expect(notes.throwSharedFailure()).resolves.toBeUndefined();
    expect(readdirSync(folder)).toEqual([]);
  });
});
