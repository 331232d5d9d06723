// Stage, program under test and peer together: what every measurement starts from.

import { type ApiServer, startApiServer } from '../parts/api-server.ts';
import { authenticationConfigurationOf } from '../parts/api-server-settings.ts';
import { type Assets, ensureAssets } from '../parts/assets.ts';
import { ensureKubelogin } from '../parts/kubelogin.ts';
import { waitUntilReady } from '../parts/process.ts';
import type { Say } from '../parts/progress.ts';
import { openPeer, type Peer } from './peer.ts';
import { openProgram, type ProgramUnderTest } from './program.ts';
import { longLifeSeconds, openStage, type Stage } from './stage.ts';

/** What a machine may lack, and the reason. Rows that need it are then not measured. */
export type Part<It> =
  | { readonly kind: 'here'; readonly it: It }
  | { readonly kind: 'missing'; readonly why: string };

export type Lab = {
  readonly stage: Stage;
  readonly ours: ProgramUnderTest;
  readonly assets: Part<Assets>;
  readonly peer: Part<Peer>;
};

/** `given`: a folder with the unpacked archive to measure; without one it is made. */
export async function openLab(given: string | undefined, say: Say): Promise<Lab> {
  const assets = await lookFor('a cluster', () => ensureAssets(process.env, say), say);
  const kubelogin = await lookFor('kubelogin', () => ensureKubelogin(process.env, say), say);
  const stage = await openStage(say);
  try {
    const ours = await openProgram(stage, given);
    return { stage, ours, assets, peer: await peerOf({ stage, ours, assets, kubelogin }) };
  } catch (error) {
    await stage.close();
    throw error;
  }
}

/** Says why when it cannot be had. */
export async function lookFor<It>(what: string, find: () => Promise<It>, say: Say): Promise<Part<It>> {
  try {
    return { kind: 'here', it: await find() };
  } catch (error) {
    const [why = ''] = String(error instanceof Error ? error.message : error).split('\n', 1);
    say(`without ${what}: ${why}`);
    return { kind: 'missing', why: `no ${what} here` };
  }
}

async function peerOf(
  found: Pick<Lab, 'stage' | 'ours' | 'assets'> & { readonly kubelogin: Part<string> },
): Promise<Part<Peer>> {
  const { stage, ours, assets, kubelogin } = found;
  if (kubelogin.kind === 'missing') return kubelogin;
  if (assets.kind === 'missing') return assets;
  const programs = { kubelogin: kubelogin.it, kubectl: assets.it.kubectl, ours };
  return { kind: 'here', it: await openPeer(stage, programs) };
}

/** Both signed in anew, with tokens of this life. */
export async function signInBoth({ ours, peer }: Lab, seconds = longLifeSeconds): Promise<void> {
  await ours.signInFor(seconds);
  if (peer.kind === 'here') await peer.it.signInFor(seconds);
}

/** What the work measures must not ask the provider: rejects when it did. */
export async function withoutProvider<Result>({ stage }: Lab, work: () => Promise<Result>): Promise<Result> {
  const before = JSON.stringify(stage.provider.requests);
  const result = await work();
  if (JSON.stringify(stage.provider.requests) === before) return result;
  throw new Error('the provider was asked: these were no warm answers');
}

/** A real API server at the address of the kubeconfig, which takes this login; it ends with the work. */
export async function withApiServer<Result>(
  { stage }: Lab,
  assets: Assets,
  work: (apiServer: ApiServer) => Promise<Result>,
): Promise<Result> {
  const { home, provider, certificates, port } = stage;
  const log = 'cluster/kube-apiserver.log';
  const apiServer = await startApiServer({
    assets,
    certificates,
    folder: `${home}/cluster`,
    port,
    authenticationConfiguration: authenticationConfigurationOf(provider),
  });
  try {
    const isReady = () =>
      stage.run(assets.kubectl, 'auth', 'whoami').then(
        () => true,
        () => false,
      );
    const what = 'the API server with the provider';
    await waitUntilReady({ what, isReady, daemons: [], deadlineMs: 30_000, log: `${home}/${log}` });
    return await work(apiServer);
  } finally {
    await apiServer.stop();
  }
}
