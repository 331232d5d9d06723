// Twenty processes meet an expired token at once: one of them may ask the provider, the others share its answer.

import { setTimeout as wait } from 'node:timers/promises';
import { type Lab, signInBoth } from './lab.ts';
import { type Peer, peerName } from './peer.ts';
import { compared, type Row } from './row.ts';
import type { Contestant } from './timer.ts';

const crowd = 20;
const trials = 9;
const warmUps = 1;
/** Longer than a trial, so that nobody in it meets the next expiry. */
const lifeSeconds = 4;
const slowMs = 50;

/** What one trial took, and how often the provider's token endpoint was asked in it. */
type Trial = { readonly ms: number; readonly refreshes: number };
type Trials = { readonly own: readonly Trial[]; readonly theirs: readonly Trial[] };

const what = `${crowd} parallel processes on an expired token`;
const against = `${what}, against ${crowd} of ${peerName}, loopback provider`;

/** The refreshes of ours, and the wall time of both, with the provider next door and with it 50 ms away. */
export async function measureExpired(lab: Lab): Promise<readonly Row[]> {
  const near = await runTrials(lab, 0);
  const far = await runTrials(lab, slowMs);
  return [
    refreshesOf([...near.own, ...far.own]),
    wallTimes(lab, { figure: against, bar: 2 }, near),
    wallTimes(lab, { figure: `${against}, every answer of it ${slowMs} ms late`, bar: 1 }, far),
  ];
}

function refreshesOf(own: readonly Trial[]): Row {
  const counts = own.map(({ refreshes }) => refreshes);
  if (counts.includes(0)) throw new Error('a trial met a token that had not expired: its times mean nothing');
  const words = `${Math.min(...counts)} to ${Math.max(...counts)} refreshes in ${counts.length} trials`;
  const figure = `${what}, requests to the token endpoint`;
  return { kind: 'count', figure, bar: 1, count: Math.max(...counts), words };
}

function wallTimes(
  { peer }: Lab,
  row: { readonly figure: string; readonly bar: number },
  found: Trials,
): Row {
  if (peer.kind === 'missing') return { ...row, ...peer };
  const [own, theirs] = [found.own, found.theirs].map((list) => list.map(({ ms }) => ms));
  return compared(row, { title: 'front and main', ms: own }, { title: peerName, ms: theirs });
}

/** In turns; who begins changes, since the second finds the machine warmer. */
async function runTrials(lab: Lab, delayMs: number): Promise<Trials> {
  const { stage, ours, peer } = lab;
  await signInBoth(lab, lifeSeconds);
  stage.provider.setLatency(delayMs);
  const found: Record<keyof Trials, Trial[]> = { own: [], theirs: [] };
  const sides = [{ name: 'own', getToken: ours.getToken } as const, ...theirSide(peer)];
  for (let trial = -warmUps; trial < trials; trial += 1) {
    // Whole seconds are what a token's end is told in.
    await wait((lifeSeconds + 1) * 1000);
    for (const { name, getToken } of trial % 2 === 0 ? sides : sides.toReversed()) {
      const one = await runTrial(lab, getToken);
      if (trial >= 0) found[name].push(one);
    }
  }
  stage.provider.setLatency(0);
  return found;
}

function theirSide(
  peer: Lab['peer'],
): readonly { readonly name: 'theirs'; readonly getToken: Peer['getToken'] }[] {
  return peer.kind === 'here' ? [{ name: 'theirs', getToken: peer.it.getToken }] : [];
}

async function runTrial({ stage }: Lab, getToken: Contestant): Promise<Trial> {
  const before = stage.provider.requests.token;
  const [[ms = Number.NaN] = []] = await stage.time({ contestants: [getToken], rounds: 1, clients: crowd });
  return { ms, refreshes: stage.provider.requests.token - before };
}
