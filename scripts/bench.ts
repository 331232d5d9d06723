// Measures what is promised about speed, each figure beside what it is held against, in one run: absolute times of two
// machines say nothing. Words on the command line choose figures; `--write` writes its
// section of docs/performance.md.

import { parseArgs } from 'node:util';
import { measureExecutable } from './bench/executable.ts';
import { measureExpired } from './bench/expired.ts';
import { measureHits, measureParallelHits } from './bench/hits.ts';
import { measureHour } from './bench/hour.ts';
import { measureKubectl } from './bench/kubectl.ts';
import { type Lab, openLab } from './bench/lab.ts';
import { measureNpmForm } from './bench/npm-form.ts';
import { writeSection } from './bench/page.ts';
import { lineOf, machineFacts, pageOf } from './bench/report.ts';
import { type Row, verdictOn } from './bench/row.ts';

/** In the order of the page. */
const measurements: Readonly<Record<string, (lab: Lab) => Promise<readonly Row[]>>> = {
  hits: measureHits,
  parallel: measureParallelHits,
  expired: measureExpired,
  kubectl: measureKubectl,
  hour: measureHour,
  executable: measureExecutable,
  npm: measureNpmForm,
};

/** Whether every bar was held. */
async function main(): Promise<boolean> {
  const { values, positionals } = parseArgs({
    options: { program: { type: 'string' }, write: { type: 'boolean', default: false } },
    allowPositionals: true,
  });
  const chosen = chosenFrom(positionals);
  if (values.write && positionals.length > 0)
    throw new Error('--write is for all figures: the page holds them all');
  const facts = await machineFacts();
  const lab = await openLab(values.program, console.error);
  closeWhenInterrupted(lab);
  const rows: Row[] = [];
  try {
    for (const name of chosen) rows.push(...(await measureAndSay(name, lab)));
  } finally {
    await lab.stage.close();
  }
  if (values.write)
    await writeSection('Performance', pageOf(rows, facts, new Date().toISOString().slice(0, 10)));
  return rows.every((row) => verdictOn(row) !== 'MISSED');
}

/** Ctrl-C, too, leaves no folder and no login behind. */
function closeWhenInterrupted({ stage }: Lab): void {
  for (const name of ['SIGINT', 'SIGTERM'] as const) {
    process.once(name, () => void stage.close().finally(() => process.exit(1)));
  }
}

function chosenFrom(words: readonly string[]): readonly string[] {
  const names = Object.keys(measurements);
  const unknown = words.find((word) => !names.includes(word));
  if (unknown !== undefined) throw new Error(`no figure is called ${unknown}; there are ${names.join(', ')}`);
  return words.length === 0 ? names : names.filter((name) => words.includes(name));
}

async function measureAndSay(name: string, lab: Lab): Promise<readonly Row[]> {
  console.error(`Measuring ${name} …`);
  const rows = (await measurements[name]?.(lab)) ?? [];
  for (const row of rows) console.log(lineOf(row));
  return rows;
}

try {
  process.exitCode = (await main()) ? 0 : 1;
} catch (error) {
  console.error(`bench: ${error instanceof Error ? error.message : error}`);
  process.exitCode = 1;
}
