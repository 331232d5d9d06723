// One hour of work, a kubectl every second, against a provider whose tokens live a minute: nobody may wait for it.
//
// The hour runs four times as fast: tokens of 15 s, a kubectl every 250 ms, 3,600 of them. All margins of the program
// are parts of a token's life, so they shrink alike; nothing in it knows that the time is short. What does not shrink
// makes it harder: the provider's delay, the seconds that lives are counted in, the time that Node needs to start.

import { type Lab, signInBoth, withApiServer } from './lab.ts';
import type { Row } from './row.ts';

const speed = 4;
const calls = 3600;
const tokenSeconds = 60 / speed;
const delayMs = 300;

const figure =
  'an hour of `kubectl get --raw /readyz` every second, tokens of 60 s, calls that waited for the provider';

export async function measureHour(lab: Lab): Promise<readonly Row[]> {
  const { assets, stage } = lab;
  if (assets.kind === 'missing') return [{ figure, bar: 0, ...assets }];
  return withApiServer(lab, assets.it, async () => {
    await signInBoth(lab, tokenSeconds);
    stage.provider.setLatency(delayMs);
    const before = stage.provider.requests.token;
    const kubectl = { program: assets.it.kubectl, words: ['get', '--raw', '/readyz'] };
    const [ms = []] = await stage.time({ contestants: [kubectl], rounds: calls, everyMs: 1000 / speed });
    stage.provider.setLatency(0);
    return [rowOf(ms, stage.provider.requests.token - before)];
  });
}

/** Whoever waits for the provider takes its delay longer than the fastest at least. */
function rowOf(ms: readonly number[], refreshes: number): Row {
  // A token that is refreshed in the last fifth of its life makes more of them than lives.
  const lives = calls / speed / tokenSeconds;
  if (refreshes < lives) throw new Error(`${refreshes} refreshes are too few for ${lives} lives of a token`);
  const waited = ms.filter((each) => each >= Math.min(...ms) + delayMs);
  const slowest = `the slowest took ${Math.max(...ms).toFixed(0)} ms, the fastest ${Math.min(...ms).toFixed(0)} ms`;
  const pace = `${speed} times as fast, every answer of the provider ${delayMs} ms late`;
  const words = `${waited.length} of ${ms.length} calls, ${refreshes} refreshes; ${slowest}; ${pace}`;
  return { kind: 'count', figure, bar: 0, count: waited.length, words };
}
