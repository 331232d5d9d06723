// One hour of work, a kubectl every second, against a provider whose tokens live a minute: nobody may wait for it.
//
// The hour runs four times as fast: tokens of 15 s, a kubectl every 250 ms, 3,600 of them. All margins of the program
// are parts of a token's life, so they shrink alike; nothing in it knows that the time is short. What does not shrink
// makes it harder: the provider's delay, the seconds that lives are counted in, the time that Node needs to start.

import { type Lab, signInBoth, withApiServer } from './lab.ts';
import { median, type Row } from './row.ts';
import type { Span } from './timer.ts';
import { thoseThatWaited } from './waiting.ts';

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
    const before = stage.refreshesMs.length;
    stage.provider.setLatency(delayMs);
    const kubectl = { program: assets.it.kubectl, words: ['get', '--raw', '/readyz'] };
    const [ran = []] = await stage.spans({ contestants: [kubectl], rounds: calls, everyMs: 1000 / speed });
    stage.provider.setLatency(0);
    return [rowOf(ran, stage.refreshesMs.slice(before))];
  });
}

function rowOf(ran: readonly Span[], askedMs: readonly number[]): Row {
  const lives = calls / speed / tokenSeconds;
  if (askedMs.length < lives) {
    throw new Error(`${askedMs.length} refreshes are too few for ${lives} lives of a token`);
  }
  const waited = thoseThatWaited(ran, { askedMs, delayMs });
  const lengths = ran.map(([startedMs, endedMs]) => endedMs - startedMs);
  const words = [
    `${waited.length} of ${ran.length} calls, ${askedMs.length} refreshes`,
    `median ${median(lengths).toFixed(0)} ms, slowest ${Math.max(...lengths).toFixed(0)} ms`,
    `${speed} times as fast, every answer of the provider ${delayMs} ms late`,
  ].join('; ');
  return { kind: 'count', figure, bar: 0, count: waited.length, words };
}
