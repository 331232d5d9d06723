// What every bench does: words on the command line choose figures, each is said when it is measured, `--write` writes
// its part of docs/performance.md.

import { parseArgs } from 'node:util';
import { lineOf, machineFacts } from './report.ts';
import { type Row, verdictOn } from './row.ts';

export type Bench<Lab> = {
  /** In the order of the page. */
  readonly measurements: Readonly<Record<string, (lab: Lab) => Promise<readonly Row[]>>>;
  /** `program`: a folder with the unpacked archive to measure; without one it is made. */
  readonly open: (program: string | undefined) => Promise<Lab>;
  readonly close: (lab: Lab) => Promise<unknown>;
  readonly write: (rows: readonly Row[], facts: readonly string[], date: string) => Promise<void>;
};

/** Sets the exit status: 0 when every bar was held, 1 otherwise, with a line where something else went wrong. */
export async function runBench<Lab>(title: string, bench: Bench<Lab>): Promise<void> {
  try {
    const rows = await measureChosen(bench);
    process.exitCode = rows.every((row) => verdictOn(row) !== 'MISSED') ? 0 : 1;
  } catch (error) {
    console.error(`${title}: ${error instanceof Error ? error.message : error}`);
    process.exitCode = 1;
  }
}

async function measureChosen<Lab>(bench: Bench<Lab>): Promise<readonly Row[]> {
  const { values, positionals } = parseArgs({
    options: { program: { type: 'string' }, write: { type: 'boolean', default: false } },
    allowPositionals: true,
  });
  const chosen = chosenFrom(Object.keys(bench.measurements), positionals);
  if (values.write && positionals.length > 0)
    throw new Error('--write is for all figures: the page holds them all');
  const facts = await machineFacts();
  const lab = await bench.open(values.program);
  closeWhenInterrupted(() => bench.close(lab));
  const rows: Row[] = [];
  try {
    for (const name of chosen) {
      console.error(`Measuring ${name} …`);
      const found = (await bench.measurements[name]?.(lab)) ?? [];
      for (const row of found) console.log(lineOf(row));
      rows.push(...found);
    }
  } finally {
    await bench.close(lab);
  }
  if (values.write) await bench.write(rows, facts, new Date().toISOString().slice(0, 10));
  return rows;
}

/** Ctrl-C, too, leaves no folder, no server and no login behind. */
function closeWhenInterrupted(close: () => Promise<unknown>): void {
  for (const name of ['SIGINT', 'SIGTERM'] as const) {
    process.once(name, () => void close().finally(() => process.exit(1)));
  }
}

function chosenFrom(names: readonly string[], words: readonly string[]): readonly string[] {
  const unknown = words.find((word) => !names.includes(word));
  if (unknown !== undefined) throw new Error(`no figure is called ${unknown}; there are ${names.join(', ')}`);
  return words.length === 0 ? names : names.filter((name) => words.includes(name));
}
