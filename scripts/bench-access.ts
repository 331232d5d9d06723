// Measures what is promised about the speed of answers on access, beside the programs that people use for it now, on
// generated clusters in a real API server. Words on the command line choose figures; `--write` writes the section of
// docs/performance.md.

import { parseArgs } from 'node:util';
import { measureChecks } from './bench/access-checks.ts';
import { type AccessLab, openAccessLab } from './bench/access-lab.ts';
import { accessSectionOf } from './bench/access-page.ts';
import { measureQuestion, type Question, questionsOnA, questionsOnB } from './bench/access-questions.ts';
import type { FilledCluster } from './bench/filled-cluster.ts';
import { measureGrowth } from './bench/growth.ts';
import { writeSection } from './bench/page.ts';
import { lineOf, machineFacts } from './bench/report.ts';
import { type Row, verdictOn } from './bench/row.ts';
import { sizeA, sizeB } from './parts/rbac-data.ts';

/** In the order of the page. */
const measurements: Readonly<Record<string, (lab: AccessLab) => Promise<readonly Row[]>>> = {
  A: (lab) => lab.withCluster(sizeA, (cluster) => askAll(lab, cluster, questionsOnA)),
  B: (lab) =>
    lab.withCluster(sizeB, async (cluster) => [
      ...(await askAll(lab, cluster, questionsOnB)),
      ...(await measureChecks(lab, cluster)),
    ]),
  growth: () => measureGrowth(console.error),
};

/** Whether every bar was held. */
async function main(): Promise<boolean> {
  const { values, positionals } = parseArgs({
    options: { program: { type: 'string' }, write: { type: 'boolean', default: false } },
    allowPositionals: true,
  });
  const names = Object.keys(measurements);
  const unknown = positionals.find((word) => !names.includes(word));
  if (unknown !== undefined) throw new Error(`no figure is called ${unknown}; there are ${names.join(', ')}`);
  if (values.write && positionals.length > 0)
    throw new Error('--write is for all figures: the page holds them all');
  const facts = await machineFacts();
  const lab = await openAccessLab(values.program, console.error);
  closeWhenInterrupted(lab);
  const rows: Row[] = [];
  try {
    for (const name of names.filter((each) => positionals.length === 0 || positionals.includes(each)))
      rows.push(...(await measureAndSay(name, lab)));
  } finally {
    await lab.close();
  }
  if (values.write)
    await writeSection('Access', accessSectionOf(rows, facts, new Date().toISOString().slice(0, 10)));
  return rows.every((row) => verdictOn(row) !== 'MISSED');
}

/** Ctrl-C, too, leaves no server and no folder behind. */
function closeWhenInterrupted({ close }: AccessLab): void {
  for (const name of ['SIGINT', 'SIGTERM'] as const) {
    process.once(name, () => void close().finally(() => process.exit(1)));
  }
}

async function askAll(
  lab: AccessLab,
  cluster: FilledCluster,
  questions: readonly Question[],
): Promise<readonly Row[]> {
  const rows: Row[] = [];
  for (const question of questions) rows.push(...(await measureQuestion(lab, cluster, question)));
  return rows;
}

async function measureAndSay(name: string, lab: AccessLab): Promise<readonly Row[]> {
  console.error(`Measuring ${name} …`);
  const rows = (await measurements[name]?.(lab)) ?? [];
  for (const row of rows) console.log(lineOf(row));
  return rows;
}

try {
  process.exitCode = (await main()) ? 0 : 1;
} catch (error) {
  console.error(`bench-access: ${error instanceof Error ? error.message : error}`);
  process.exitCode = 1;
}
