// Measures what is promised about the speed of answers on access, beside the programs that people use for it now, on
// generated clusters in a real API server. Words on the command line choose figures; `--write` writes the section of
// docs/performance.md.

import { measureChecks } from './bench/access-checks.ts';
import { type AccessLab, openAccessLab } from './bench/access-lab.ts';
import { accessSectionOf } from './bench/access-page.ts';
import { measureQuestion, type Question, questionsOnA, questionsOnB } from './bench/access-questions.ts';
import type { FilledCluster } from './bench/filled-cluster.ts';
import { measureGrowth } from './bench/growth.ts';
import { writeSection } from './bench/page.ts';
import type { Row } from './bench/row.ts';
import { runBench } from './bench/run.ts';
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

async function askAll(
  lab: AccessLab,
  cluster: FilledCluster,
  questions: readonly Question[],
): Promise<readonly Row[]> {
  const rows: Row[] = [];
  for (const question of questions) rows.push(...(await measureQuestion(lab, cluster, question)));
  return rows;
}

await runBench('bench-access', {
  measurements,
  open: (program) => openAccessLab(program, console.error),
  close: (lab) => lab.close(),
  write: (rows, facts, date) => writeSection('Access', accessSectionOf(rows, facts, date)),
});
