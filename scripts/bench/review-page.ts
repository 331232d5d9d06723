// How soon the page of a review can be used, in a real Chromium: from its address to the answer to a first search.

import { execFile } from 'node:child_process';
import { stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { openPage } from '../parts/browser.ts';
import type { AccessLab } from './access-lab.ts';
import type { FilledCluster } from './filled-cluster.ts';
import { median, type Row } from './row.ts';

const rounds = 5;
const usableBarMs = 1000;
const sizeBarMb = 5;

/** Two rows: the size of the page in MB of 10^6 bytes, and the milliseconds. */
export async function measurePage(
  { ours, home }: AccessLab,
  { kubeconfig }: FilledCluster,
): Promise<readonly Row[]> {
  const file = join(home, 'review.html');
  const env = { HOME: home, KUBECONFIG: kubeconfig };
  const { stdout } = await promisify(execFile)(ours, ['review', '-o', 'html'], { env, maxBuffer: 2 ** 28 });
  await writeFile(file, stdout);
  const megabytes = Number(((await stat(file)).size / 1e6).toFixed(2));
  const ms = Math.round(median(await usedAfter(pathToFileURL(file).href)));
  return [
    { kind: 'count', figure: 'A: `review -o html`, MB', bar: sizeBarMb, count: megabytes, words: '' },
    {
      kind: 'count',
      figure: 'A: that page in Chromium, until the answer to a first search, ms',
      bar: usableBarMs,
      count: ms,
      words: `median of ${rounds}`,
    },
  ];
}

async function usedAfter(address: string): Promise<readonly number[]> {
  const { page, close } = await openPage();
  try {
    const times: number[] = [];
    for (let round = 0; round < rounds; round++) {
      await page.goto('about:blank');
      const startedMs = performance.now();
      await page.goto(address, { waitUntil: 'commit' });
      await page.locator('#search').fill('team-12');
      await page.locator('#rows .row', { hasText: 'oidc:team-12' }).first().waitFor();
      times.push(performance.now() - startedMs);
    }
    return times;
  } finally {
    await close();
  }
}
