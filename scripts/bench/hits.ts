// A hit: the token is there and fresh, which is what kubectl meets on nearly every command.

import { type Lab, lookFor, type Part, signInBoth, withoutProvider } from './lab.ts';
import { peerName } from './peer.ts';
import { compared, type Row } from './row.ts';
import { buildEmptyProgram, type Contestant } from './timer.ts';

const rounds = 200;
const crowd = 50;
const crowdRounds = 20;

type Rival = { readonly title: string; readonly bar: number; readonly part: Part<Contestant> };

/** One hit against kubelogin in both of its forms and against a program that does nothing, all in turns. */
export async function measureHits(lab: Lab): Promise<readonly Row[]> {
  await signInBoth(lab);
  const rivals = await rivalsIn(lab);
  const present = rivals.flatMap(({ title, part }) => (part.kind === 'here' ? [{ title, it: part.it }] : []));
  const contestants = [lab.ours.getToken, ...present.map(({ it }) => it)];
  const turns = { contestants, rounds, warmUps: 10 };
  const [own, ...theirs] = await withoutProvider(lab, () => lab.stage.time(turns));
  const msOf = Object.fromEntries(present.map(({ title }, index) => [title, theirs[index]]));
  return rivals.map(({ title, bar, part }) => {
    const figure = `hit through the front, against ${title}`;
    if (part.kind === 'missing') return { figure, bar, ...part };
    return compared({ figure, bar }, { title: 'front', ms: own }, { title, ms: msOf[title] });
  });
}

async function rivalsIn({ stage, peer }: Lab): Promise<readonly Rival[]> {
  const build = () => buildEmptyProgram(stage.compiler, stage.home, stage.say);
  const empty = await lookFor('empty static C program', build, stage.say);
  const direct = peer.kind === 'here' ? { ...peer, it: peer.it.getToken } : peer;
  const documented = peer.kind === 'here' ? { ...peer, it: peer.it.throughKubectl } : peer;
  const nothing = empty.kind === 'here' ? { ...empty, it: { program: empty.it, words: [] } } : empty;
  return [
    { title: `${peerName} \`get-token\`, plaintext file cache`, bar: 0.4, part: direct },
    { title: '`kubectl oidc-login get-token`', bar: 0.06, part: documented },
    { title: 'an empty static C program', bar: 2.5, part: nothing },
  ];
}

/** Fifty clients at once, from the first start to the last end. */
export async function measureParallelHits(lab: Lab): Promise<readonly Row[]> {
  const row = { figure: `${crowd} parallel hits, against ${crowd} of ${peerName}`, bar: 0.4 };
  const { stage, peer } = lab;
  if (peer.kind === 'missing') return [{ ...row, ...peer }];
  await signInBoth(lab);
  const contestants = [lab.ours.getToken, peer.it.getToken];
  const turns = { contestants, rounds: crowdRounds, warmUps: 2, clients: crowd };
  const [own, theirs] = await withoutProvider(lab, () => stage.time(turns));
  return [compared(row, { title: 'front', ms: own }, { title: peerName, ms: theirs })];
}
