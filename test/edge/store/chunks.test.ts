import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { deleteChunked, readChunked, writeChunked } from '../../../src/edge/store/chunks.ts';
import { fakeItems } from '../parts/logins.ts';

const account = 'a';

describe('chunks', () => {
  it('read a value that fits an item with one read', async () => {
    const stored = new Map<string, string>();
    await writeChunked(fakeItems(stored, 100), { account, limitBytes: 100 }, 'value');
    const items = fakeItems(stored, 100);
    expect(await readChunked(items, account)).toEqual({ kind: 'found', value: 'value' });
    expect(items.operations()).toBe(1);
  });

  it('give back what was written last, whatever was written before, and nothing else stays', async () => {
    // Long ones too, which need chunks; the limit leaves room for the manifest of 90 bytes.
    const values = fc.array(fc.string({ unit: 'grapheme', minLength: 1, maxLength: 300, size: 'max' }), {
      minLength: 1,
      maxLength: 5,
    });
    await fc.assert(
      fc.asyncProperty(values, async (list) => {
        const stored = new Map<string, string>();
        const items = fakeItems(stored, 100);
        for (const value of list) await writeChunked(items, { account, limitBytes: 100 }, value);
        expect(await readChunked(items, account)).toEqual({ kind: 'found', value: list.at(-1) });
        const generations = new Set([...stored.keys()].map((name) => name.slice(0, 3)));
        expect(generations.size).toBeLessThanOrEqual(2);
        await deleteChunked(items, account);
        expect(stored.size).toBe(0);
      }),
      { numRuns: 60 },
    );
  });

  it('keep a value that looks like a manifest apart from a manifest', async () => {
    const items = fakeItems(new Map(), 500);
    const value = `kubectl-oidc-chunks a 1 ${'0'.repeat(64)}`;
    await writeChunked(items, { account, limitBytes: 500 }, value);
    expect(await readChunked(items, account)).toEqual({ kind: 'found', value });
  });

  it.each([
    ['a chunk is missing', (stored: Map<string, string>) => stored.delete('a#a1')],
    ['a chunk was changed', (stored: Map<string, string>) => stored.set('a#a1', 'x')],
    ['the manifest is garbled', (stored: Map<string, string>) => stored.set('a', 'kubectl-oidc-chunks ?')],
  ])('say "damaged" when %s', async (_, spoil) => {
    const stored = new Map<string, string>();
    const items = fakeItems(stored, 10);
    const long = 'v'.repeat(25);
    const wide = { ...items, set: async (name: string, value: string) => void stored.set(name, value) };
    await writeChunked(wide, { account, limitBytes: 10 }, long);
    spoil(stored);
    expect(await readChunked(wide, account)).toEqual({ kind: 'damaged' });
  });

  it('follow a writer that flips the manifest between two reads', async () => {
    const stored = new Map<string, string>();
    const items = fakeItems(stored, 200);
    await writeChunked(items, { account, limitBytes: 100 }, 'o'.repeat(250));
    let isFlipped = false;
    const raced = {
      ...items,
      get: async (name: string) => {
        const value = await items.get(name);
        if (name === account && !isFlipped) {
          isFlipped = true;
          await writeChunked(items, { account, limitBytes: 100 }, 'n'.repeat(250));
        }
        return value;
      },
    };
    expect(await readChunked(raced, account)).toEqual({ kind: 'found', value: 'n'.repeat(250) });
  });
});
