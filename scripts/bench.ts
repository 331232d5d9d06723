// Measures what is promised about speed, each figure beside what it is held against, in one run: absolute times of two
// machines say nothing. Words on the command line choose figures; `--write` writes its
// section of docs/performance.md.

import { measureExecutable } from './bench/executable.ts';
import { measureExpired } from './bench/expired.ts';
import { measureHits, measureParallelHits } from './bench/hits.ts';
import { measureHour } from './bench/hour.ts';
import { measureKubectl } from './bench/kubectl.ts';
import { type Lab, openLab } from './bench/lab.ts';
import { measureNpmForm } from './bench/npm-form.ts';
import { writeSection } from './bench/page.ts';
import { pageOf } from './bench/report.ts';
import type { Row } from './bench/row.ts';
import { runBench } from './bench/run.ts';

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

await runBench('bench', {
  measurements,
  open: (program) => openLab(program, console.error),
  close: ({ stage }) => stage.close(),
  write: (rows, facts, date) => writeSection('Performance', pageOf(rows, facts, date)),
});
