// How fast the screen of a review is: its first frame, all of it, and from a key to its frame.

import { join } from 'node:path';
import type { AccessLab } from './access-lab.ts';
import { writeCrowd } from './crowd.ts';
import type { FilledCluster } from './filled-cluster.ts';
import { keyTimes, screenStart, type Walk } from './review-seat.ts';
import { median, type Row } from './row.ts';

const rounds = 5;
const firstFrameBarMs = 600;
const keyBarMs = 16;

export type ScreenFigures = {
  /** The cluster's, for the figures. */
  readonly name: string;
  /** Bars, in ms and in MB of 10^6 bytes; without one nothing is promised. */
  readonly completeMs?: number;
  readonly megabytes?: number;
};

/** Rows of the screen on a live cluster. */
export async function measureScreen(
  lab: AccessLab,
  { kubeconfig }: FilledCluster,
  { name, completeMs, megabytes }: ScreenFigures,
): Promise<readonly Row[]> {
  const wish = { program: lab.ours, words: [], env: { ...ownEnv(lab), KUBECONFIG: kubeconfig } };
  await screenStart(wish);
  const starts = [];
  for (let round = 0; round < rounds; round++) starts.push(await screenStart(wish));
  const row = (figure: string, bar: number | undefined, count: number, words: string): Row => ({
    kind: 'count',
    figure: `${name}: the screen, ${figure}`,
    bar,
    count: Math.round(count),
    words,
  });
  const words = `median of ${rounds}`;
  return [
    row('until its first frame, ms', firstFrameBarMs, median(starts.map((each) => each.firstFrameMs)), words),
    row('until all is read and shown, ms', completeMs, median(starts.map((each) => each.completeMs)), words),
    row(
      'memory at its largest, MB',
      megabytes,
      Math.max(...starts.map((each) => each.megabytes)),
      `most of ${rounds}`,
    ),
  ];
}

const down = '\u001b[B';
const pageDown = '\u001b[6~';
const home = '\u001b[H';
const end = '\u001b[F';
const emptied = '\u0015';
const walks: readonly Walk[] = [
  { what: 'one row down', keys: repeated([down], 60) },
  { what: 'a screen down', keys: repeated([pageDown], 60) },
  { what: 'to the end and back', keys: repeated([end, home], 15) },
  {
    what: 'a filter, letter by letter',
    keys: ['/', ...'somebody-4711', emptied, ...'person-12', emptied, ...'sbd 77', '\u001b'],
  },
  { what: 'into a row and out', keys: repeated(['\r', '\u007f'], 15) },
  { what: 'why, and back', keys: repeated(['w', '\u007f'], 15) },
  { what: 'sides', keys: repeated(['\t'], 12) },
  { what: 'risky, system', keys: [...repeated(['r'], 4), ...repeated(['s'], 4)] },
];

function repeated(keys: readonly string[], times: number): readonly string[] {
  return Array.from({ length: times }, () => keys).flat();
}

/** One row: the keys of all walks together. Says each walk's times. */
export async function measureKeys(lab: AccessLab, say: (line: string) => void): Promise<readonly Row[]> {
  const snapshot = join(lab.home, 'crowd.json');
  await writeCrowd(snapshot);
  const wish = { program: lab.ours, words: ['--snapshot', snapshot], env: ownEnv(lab) };
  const times = await keyTimes(wish, walks);
  for (const [index, { what }] of walks.entries()) say(`  ${what}: ${inWords(times[index] ?? [])}`);
  const all = times.flat();
  return [
    {
      kind: 'count',
      figure: 'the screen on 75,423 rows, from a key press to its frame, ms at p95',
      bar: keyBarMs,
      count: Number(quantile(all, 0.95).toFixed(1)),
      words: inWords(all),
    },
  ];
}

function ownEnv({ home: HOME }: AccessLab): Readonly<Record<string, string>> {
  return { HOME, PATH: process.env.PATH ?? '' };
}

function inWords(times: readonly number[]): string {
  const [half, most] = [quantile(times, 0.5), quantile(times, 1)].map((ms) => ms.toFixed(1));
  return `${times.length} keys, median ${half}, p95 ${quantile(times, 0.95).toFixed(1)}, slowest ${most}`;
}

/** NaN of none. */
function quantile(numbers: readonly number[], part: number): number {
  const sorted = numbers.toSorted((one, other) => one - other);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))] ?? Number.NaN;
}
