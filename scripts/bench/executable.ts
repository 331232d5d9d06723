// How much the main executable adds to what every single executable of this Node needs to start.

import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { makeExecutable } from '../archives/executable.ts';
import { targetHere } from '../archives/targets.ts';
import type { Lab } from './lab.ts';
import { compared, type Row } from './row.ts';

const rounds = 100;

export async function measureExecutable({ stage, ours }: Lab): Promise<readonly Row[]> {
  const row = { figure: 'main executable `--version`, against an empty single executable', bar: 1.3 };
  const empty = join(stage.home, 'empty-executable');
  // Made as ours is, with nothing in it.
  await writeFile(empty, await makeExecutable(targetHere(), { script: '', assets: {} }), { mode: 0o755 });
  const contestants = [
    { program: ours.main, words: ['--version'] },
    { program: empty, words: [] },
  ];
  const [own, theirs] = await stage.time({ contestants, rounds, warmUps: 5 });
  return [compared(row, { title: 'main', ms: own }, { title: 'empty executable', ms: theirs })];
}
