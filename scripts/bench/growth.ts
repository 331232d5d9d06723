// Whether evaluation grows with the bindings and no faster: the engine alone, in memory, at three sizes.

import { join } from 'node:path';
import { isFields } from '../../src/json-fields.ts';
import { runStep, type Say } from '../parts/progress.ts';
import { compared, type Row } from './row.ts';

/** Of a binding among ten times as many; 1 would be exactly linear, the collector of memory takes the rest. */
const bar = 1.5;
const script = join(import.meta.dirname, '../bench-engine.ts');
const measured = ['index', 'who can get secrets, everywhere', 'all that one group may'];
const bindings = { A: 5_007, B: 55_007, C: 500_000 };

/** In a process of its own: the largest takes gigabytes. */
export async function measureGrowth(say: Say): Promise<readonly Row[]> {
  const command = [process.execPath, script, '--json', 'A', 'B', 'C'] as const;
  const found: unknown = JSON.parse(
    await runStep({ title: 'the engine in memory', command, env: process.env }, say),
  );
  const ms = (size: keyof typeof bindings, what: string): number => {
    const ofSize = isFields(found) ? found[size] : undefined;
    const value = isFields(ofSize) ? ofSize[what] : undefined;
    if (typeof value !== 'number')
      throw new Error(`the bench of the engine says nothing of ${what} on ${size}`);
    return value;
  };
  return measured.map((what) => {
    const side = (size: keyof typeof bindings) => {
      const total = ms(size, what);
      const title = `${total.toFixed(0)} ms for ${bindings[size].toLocaleString('en-US')}: for a thousand`;
      return { title, ms: [(total / bindings[size]) * 1000] };
    };
    return compared({ figure: `engine, ${what}, time for a binding`, bar }, side('C'), side('B'));
  });
}
