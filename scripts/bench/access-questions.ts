// The questions that people ask about access, put to our program and to the peer that answers them, on one cluster.

import type { AccessLab, AccessPeer } from './access-lab.ts';
import type { FilledCluster } from './filled-cluster.ts';
import { compared, median, type Row } from './row.ts';
import type { Contestant, Span } from './timer.ts';

export type Question = {
  readonly figure: string;
  readonly bar: number | undefined;
  readonly words: readonly string[];
  readonly peer: AccessPeer;
  readonly theirWords: readonly string[];
  readonly rounds: number;
  /** What our program may take at most, in MB of 10^6 bytes; no row of it where nothing is promised. */
  readonly memoryBar?: number;
};

/** A row of times, and one of memory where that has a bar. Where the peer is missing ours is not measured either. */
export async function measureQuestion(
  lab: AccessLab,
  { kubeconfig }: FilledCluster,
  question: Question,
): Promise<readonly Row[]> {
  const { figure, bar, words, theirWords, rounds, memoryBar } = question;
  const peer = lab.peers[question.peer];
  const env = { KUBECONFIG: kubeconfig };
  const own: Contestant = { program: lab.ours, words, env };
  const theirs = peer.kind === 'here' ? [{ program: peer.it.path, words: theirWords, env }] : [];
  const [ours = [], peers = []] = await lab.spans({ contestants: [own, ...theirs], rounds, warmUps: 1 });
  const memory: readonly Row[] =
    memoryBar === undefined ? [] : [memoryRow(figure, memoryBar, { ours, peers })];
  if (peer.kind === 'missing') return [{ kind: 'missing', figure, bar, why: peer.why }, ...memory];
  const title = `${peer.it.title} \`${theirWords.join(' ')}\``;
  const row = compared({ figure: `${figure}, against ${peer.it.title}`, bar }, sideOf('ours', ours), {
    ...sideOf(title, peers),
  });
  return [row, ...memory];
}

function sideOf(title: string, spans: readonly Span[]): { readonly title: string; readonly ms: number[] } {
  return {
    title: `${title} ${megabytes(spans)} MB,`,
    ms: spans.map(([startedMs, endedMs]) => endedMs - startedMs),
  };
}

function memoryRow(
  figure: string,
  bar: number,
  { ours, peers }: { readonly ours: readonly Span[]; readonly peers: readonly Span[] },
): Row {
  const theirs = peers.length === 0 ? '' : `, the peer ${megabytes(peers)} MB`;
  return {
    kind: 'count',
    figure: `${figure}, memory at its largest, MB`,
    bar,
    count: megabytes(ours),
    words: `ours ${megabytes(ours)} MB${theirs}`,
  };
}

function megabytes(spans: readonly Span[]): number {
  return Math.round((median(spans.map(([, , peakKiB]) => peakKiB)) * 1024) / 1e6);
}

/** One group among the generated, with some bindings in its own namespaces, and a namespace of another. */
const [team, namespace] = ['oidc:team-7', 'team-3-dev'];

export const questionsOnA: readonly Question[] = [
  {
    figure: 'A: `who-can get secrets -A`',
    bar: 0.8,
    words: ['who-can', 'get', 'secrets', '-A'],
    peer: 'rbac-tool',
    theirWords: ['who-can', 'get', 'secrets'],
    rounds: 15,
  },
];

export const questionsOnB: readonly Question[] = [
  {
    figure: 'B: `who-can get secrets -A`',
    bar: 0.35,
    words: ['who-can', 'get', 'secrets', '-A'],
    peer: 'rbac-tool',
    theirWords: ['who-can', 'get', 'secrets'],
    rounds: 7,
    memoryBar: 450,
  },
  {
    figure: 'B: `who-can get secrets` in one namespace',
    bar: 1.5,
    words: ['who-can', 'get', 'secrets', '-n', namespace],
    peer: 'kubectl-who-can',
    theirWords: ['get', 'secrets', '-n', namespace],
    rounds: 21,
  },
  {
    figure: 'B: everything that one group may do',
    bar: 0.35,
    words: ['can', `group:${team}`],
    peer: 'rbac-tool',
    theirWords: ['policy-rules', '-e', `^${team}$`],
    rounds: 7,
  },
  {
    figure: 'B: what I may do in one namespace',
    bar: undefined,
    words: ['can', 'me', '-n', namespace],
    peer: 'rakkess',
    theirWords: ['--namespace', namespace],
    rounds: 5,
  },
];
