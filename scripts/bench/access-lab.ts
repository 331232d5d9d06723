// What the bench of access starts from: the program of the Linux archive, the peers, the parts of a cluster, a HOME of
// their own, and the timer.

import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { type Assets, ensureAssets, isExecutable } from '../parts/assets.ts';
import { ensureGoPeer, type GoPeer } from '../parts/go-peer.ts';
import type { Say } from '../parts/progress.ts';
import type { RbacSize } from '../parts/rbac-data.ts';
import { unpackedArchive } from '../parts/test-archive.ts';
import { type FilledCluster, startFilledCluster } from './filled-cluster.ts';
import { lookFor, type Part } from './lab.ts';
import { buildTimer, findCompiler, type Timer } from './timer.ts';

const goPeers = {
  'rbac-tool': {
    name: 'rbac-tool',
    version: 'v1.20.0',
    module: 'github.com/alcideio/rbac-tool',
    packagePath: 'github.com/alcideio/rbac-tool',
    usePath: true,
  },
  'kubectl-who-can': {
    name: 'kubectl-who-can',
    version: 'v0.4.0',
    module: 'github.com/aquasecurity/kubectl-who-can',
    packagePath: 'github.com/aquasecurity/kubectl-who-can/cmd/kubectl-who-can',
    usePath: true,
  },
  rakkess: {
    name: 'rakkess',
    version: 'v0.5.1',
    module: 'github.com/corneliusweig/rakkess',
    packagePath: 'github.com/corneliusweig/rakkess',
    usePath: true,
  },
} as const satisfies Readonly<Record<string, GoPeer>>;

export type AccessPeer = keyof typeof goPeers;
export type Program = { readonly title: string; readonly path: string };

export type AccessLab = Timer & {
  readonly home: string;
  readonly ours: string;
  readonly peers: Readonly<Record<AccessPeer, Part<Program>>>;
  readonly withCluster: <Result>(
    size: RbacSize,
    work: (cluster: FilledCluster) => Promise<Result>,
  ) => Promise<Result>;
  readonly close: () => Promise<void>;
};

/** `given`: a folder with the unpacked archive; without one it is made. Rejects where there is no cluster to be had. */
export async function openAccessLab(given: string | undefined, say: Say): Promise<AccessLab> {
  const assets = await ensureAssets(process.env, say);
  const ours = join(given === undefined ? await unpackedArchive() : resolve(given), 'kubectl-oidc');
  if (!isExecutable(ours)) throw new Error(`${ours} cannot be run`);
  const peers = {
    'rbac-tool': await peerNamed('rbac-tool', say),
    'kubectl-who-can': await peerNamed('kubectl-who-can', say),
    rakkess: await peerNamed('rakkess', say),
  };
  const stack = new AsyncDisposableStack();
  const home = await mkdtemp(join(tmpdir(), 'oidc-bench-access-'));
  stack.defer(() => rm(home, { recursive: true, force: true, maxRetries: 5 }));
  const env = { HOME: home, PATH: process.env.PATH ?? '' };
  const timer = await buildTimer(await findCompiler(say), { folder: home, env, say });
  return {
    ...timer,
    home,
    ours,
    peers,
    withCluster: (size, work) => withCluster({ size, assets, say, stack }, work),
    close: () => stack.disposeAsync(),
  };
}

async function peerNamed(name: AccessPeer, say: Say): Promise<Part<Program>> {
  const peer = goPeers[name];
  const path = await lookFor(name, () => ensureGoPeer(peer, process.env, say), say);
  return path.kind === 'missing'
    ? path
    : { kind: 'here', it: { title: `${name} ${peer.version}`, path: path.it } };
}

type ClusterWish = {
  readonly size: RbacSize;
  readonly assets: Assets;
  readonly say: Say;
  readonly stack: AsyncDisposableStack;
};

/** It ends with the work, or with the lab when that is closed first. */
async function withCluster<Result>(
  { size, assets, say, stack }: ClusterWish,
  work: (cluster: FilledCluster) => Promise<Result>,
): Promise<Result> {
  const cluster = await startFilledCluster(size, { assets, say });
  stack.defer(cluster.stop);
  try {
    return await work(cluster);
  } finally {
    await cluster.stop();
  }
}
