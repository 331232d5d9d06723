// The outcome in words: lines for who watches, and docs/performance.md.

import { execFile } from 'node:child_process';
import { cpus, loadavg, release, totalmem } from 'node:os';
import { promisify } from 'node:util';
import { findGo } from '../parts/go.ts';
import { type Row, ratioOf, type Side, verdictOn } from './row.ts';

const run = promisify(execFile);

/** What figures depend on besides the program, one fact a line; nothing that names a machine or a folder. */
export async function machineFacts(): Promise<readonly string[]> {
  const { model = 'unknown processor' } = cpus()[0] ?? {};
  const memory = `${Math.round(totalmem() / 2 ** 30)} GiB`;
  return [
    `${cpus().length} cores, ${model.trim()}, ${memory} of memory, ${process.arch}`,
    `Linux ${release()}, load average before the run ${loadavg()[0]?.toFixed(1)}`,
    `Node ${process.version}`,
    await goVersion().catch(() => 'no Go'),
  ];
}

async function goVersion(): Promise<string> {
  const go = await findGo(process.env, console.error);
  const { stdout } = await run(go.program, ['env', 'GOVERSION'], { env: go.env });
  return `Go ${stdout.trim().replace(/^go/, '')}`;
}

/** One line for a row, for a terminal. */
export function lineOf(row: Row): string {
  return `${verdictOn(row).padEnd(13)}${measuredOf(row).padEnd(9)}${barOf(row).padEnd(9)}${row.figure}${detailsOf(row)}`;
}

function detailsOf(row: Row): string {
  const details = absoluteOf(row);
  return details === '' ? '' : ` (${details.replaceAll('`', '')})`;
}

/** A row of Markdown for each figure. */
export function tableOf(rows: readonly Row[]): string {
  const lines = rows.map(
    (row) =>
      `| ${[row.figure, barOf(row), measuredOf(row), absoluteOf(row), verdictOn(row)].map(cellOf).join(' | ')} |`,
  );
  return ['| figure | bar | measured | medians | |', '| --- | --- | --- | --- | --- |', ...lines].join('\n');
}

/** The page's section on logins; `facts` as of `machineFacts`, `date` as of ISO 8601. */
export function pageOf(rows: readonly Row[], facts: readonly string[], date: string): string {
  return `# Performance

Written by \`npm run bench -- --write\` on ${date}; do not edit. What is compared ran in turns in one run on one machine: the ratio is what to look at, the milliseconds are those of this machine.

${tableOf(rows)}

## Machine

${facts.map((fact) => `- ${fact}`).join('\n')}

## How it is measured

- The programs are those of the Linux archive, made from the checkout; \`KUBECTL_OIDC_RELEASE=FOLDER\` names a folder that \`scripts/release\` made, \`--program FOLDER\` one with the archive unpacked.
- The sign-in is real: an identity provider over https on loopback, a gnome-keyring of its own, a scripted person in the browser. kubelogin is signed in at the same provider and keeps its tokens in its plaintext file, which is its default. It is built from its Go module; \`PEERS_BIN=FOLDER\` names a folder that holds it.
- A small program in C (\`scripts/bench/timer.c\`) starts each call from a client process of its own, as kubectl is one to its plugin, and takes the time from \`posix_spawn\` to the end by \`CLOCK_MONOTONIC\`. Stdin and stdout are \`/dev/null\`. Every round runs all that are compared once, in an order of its own. Warm-up calls are not counted; a figure is the median of its calls.
- Parallel calls: all client processes wait first, then start at once; the time is from the first start to the last end.
- The clients run in a user namespace of their own (\`unshare\`), so with a keyring of the kernel of their own: the front empties the user's when any login of the user changes.
- Hits count only if the provider was not asked at all meanwhile.
- The hour runs four times as fast: tokens of 15 s, a call every 250 ms, 3,600 calls. The program's margins are parts of a token's life and shrink with it; it knows nothing of the pace. A call counts as having waited if the provider answered a refresh while it ran and it took the provider's delay longer than the fastest call; slow calls at other times are the machine's.

Single rows: \`npm run bench -- hits parallel expired kubectl hour executable npm\`, any of these words. All of them take about twenty minutes, fifteen of which are the hour.
`;
}

function barOf({ kind, bar }: Row): string {
  if (bar === undefined) return '';
  return kind === 'count' ? `≤ ${bar}` : `≤ ${bar} x`;
}

function measuredOf(row: Row): string {
  if (row.kind === 'missing') return '';
  if (row.kind === 'count') return String(row.count);
  return `${ratioOf(row).toFixed(ratioOf(row) < 0.1 ? 3 : 2)} x`;
}

function absoluteOf(row: Row): string {
  if (row.kind === 'missing') return row.why;
  if (row.kind === 'count') return row.words;
  return [row.ours, row.theirs].map(sideOf).join(', ');
}

function sideOf({ title, medianMs }: Side): string {
  return `${title} ${medianMs.toFixed(medianMs < 10 ? 2 : 1)} ms`;
}

function cellOf(text: string): string {
  return text.replaceAll('|', '\\|');
}
