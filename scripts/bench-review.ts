// Measures what is promised about the speed and size of a review, beside the program that people use for it now, on
// generated clusters in a real API server. Words on the command line choose figures; `--write` writes the section of
// docs/performance.md.

import { type AccessLab, openAccessLab } from './bench/access-lab.ts';
import { measureQuestion, type Question } from './bench/access-questions.ts';
import type { FilledCluster } from './bench/filled-cluster.ts';
import { writeSection } from './bench/page.ts';
import { tableOf } from './bench/report.ts';
import { measurePage } from './bench/review-page.ts';
import { measureKeys, measureScreen } from './bench/review-screen.ts';
import { median, type Row } from './bench/row.ts';
import { runBench } from './bench/run.ts';
import { sizeA, sizeB } from './parts/rbac-data.ts';

/** MB of 10^6 bytes. */
const memoryBar = 600;
const wholeB: Question = {
  figure: 'B: `review -o json`',
  bar: 0.5,
  words: ['review', '-o', 'json'],
  peer: 'rbac-tool',
  theirWords: ['analysis'],
  rounds: 5,
  memoryBar,
};
const completeBarMs = 2500;

const measurements: Readonly<Record<string, (lab: AccessLab) => Promise<readonly Row[]>>> = {
  A: (lab) =>
    lab.withCluster(sizeA, async (cluster) => [
      ...(await measurePage(lab, cluster)),
      ...(await measureScreen(lab, cluster, { name: 'A' })),
    ]),
  B: (lab) =>
    lab.withCluster(sizeB, async (cluster) => [
      ...(await measureQuestion(lab, cluster, wholeB)),
      await measureComplete(lab, cluster),
      ...(await measureScreen(lab, cluster, {
        name: 'B',
        completeMs: completeBarMs,
        megabytes: memoryBar,
      })),
    ]),
  keys: (lab) => measureKeys(lab, console.error),
};

/** A review of everything, as lines: reading, counting, writing. */
async function measureComplete(lab: AccessLab, { kubeconfig }: FilledCluster): Promise<Row> {
  const own = { program: lab.ours, words: ['review'], env: { KUBECONFIG: kubeconfig } };
  const [times = []] = await lab.time({ contestants: [own], rounds: 5, warmUps: 1 });
  const count = Math.round(median(times));
  return {
    kind: 'count',
    figure: 'B: `review` as a table, complete, ms',
    bar: completeBarMs,
    count,
    words: 'median of 5',
  };
}

function sectionOf(rows: readonly Row[], facts: readonly string[], date: string): string {
  return `# Review

Written by \`node scripts/bench-review.ts --write\` on ${date}; do not edit. Clusters A and B are those of the section on access, measured in the same way; the page is opened in a headless Chromium. The screen runs on a real pseudo-terminal of 120x40 with a terminal emulator behind it, in the bench's own process; times are from the opening of the terminal, and from the sending of a key, to the end of what the emulator drew. The rows of the keys are those of B and 50,000 users besides, saved.

${tableOf(rows)}

${facts.map((fact) => `- ${fact}`).join('\n')}
`;
}

await runBench('bench-review', {
  measurements,
  open: (program) => openAccessLab(program, console.error),
  close: (lab) => lab.close(),
  write: (rows, facts, date) => writeSection('Review', sectionOf(rows, facts, date)),
});
