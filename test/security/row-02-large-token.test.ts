// Tokens larger than a keychain item, and a crash between any two writes of their chunks.

import { describe, expect, it } from 'vitest';
import { deleteChunked, readChunked, writeChunked } from '../../src/edge/store/chunks.ts';
import { itemLimitBytes } from '../../src/edge/store/keychain.ts';
import { fakeItems, tokenOf200Groups } from '../edge/parts/logins.ts';

const windowsBytes = 2560;
const account = 'issuer=x';
const limitBytes = itemLimitBytes('win32');
const write = (stored: Map<string, string>, value: string, operationsLeft?: number) => {
  const items = fakeItems(stored, windowsBytes, operationsLeft);
  return writeChunked(items, { account, limitBytes }, value).then(items.operations);
};
const read = (stored: Map<string, string>) => readChunked(fakeItems(stored, windowsBytes), account);

describe('row 02: a keychain that takes 2,560 bytes an item', () => {
  it('row 02: keeps and gives back the token of a person in 200 groups', async () => {
    const stored = new Map<string, string>();
    const token = tokenOf200Groups('é');
    await write(stored, token);
    expect(await read(stored)).toEqual({ kind: 'found', value: token });
  });

  const large = tokenOf200Groups('old');
  const moves = [
    ['large over large', large, tokenOf200Groups('new')],
    ['larger over large', large, tokenOf200Groups('much-longer-new')],
    ['small over large', large, 'small'],
    ['large over small', 'small', large],
    ['small over small', 'small', 'other'],
  ] as const;
  for (const [name, before, after] of moves) {
    it(`row 02: a crash after any operation of ${name} leaves the old or the new token`, async () => {
      const started = new Map<string, string>();
      await write(started, before);
      const operations = await write(new Map(started), after);
      const seen: string[] = [];
      for (let dead = 0; dead < operations; dead += 1) {
        const stored = new Map(started);
        await expect(write(stored, after, dead)).rejects.toThrow('dead');
        const outcome = await read(stored);
        expect([before, after]).toContain(outcome.kind === 'found' ? outcome.value : outcome.kind);
        seen.push(outcome.kind === 'found' && outcome.value === before ? 'old' : 'new');
        // The next login heals whatever the crash left behind.
        await write(stored, before);
        expect(await read(stored)).toEqual({ kind: 'found', value: before });
        await deleteChunked(fakeItems(stored, windowsBytes), account);
        expect([...stored.keys()]).toEqual([]);
      }
      expect(seen.join(' ')).toMatch(/^old( old)*( new)*$/);
    });
  }
});
