// A real API server with a few objects in it, the real kubectl and our built program, for tests that need no more.

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { type ApiServer, startApiServer } from '../../scripts/parts/api-server.ts';
import { assetsForTests } from '../../scripts/parts/assets.ts';
import { makeCertificateAuthority } from '../../scripts/parts/certificates.ts';
import { type Ended, program, runProgram } from './lab.ts';

export type ClusterLab = {
  readonly folder: string;
  readonly apiServer: ApiServer;
  /** The administrator's: HOME is the folder, kubectl is in PATH. */
  readonly env: Readonly<Record<string, string>>;
  readonly kubectl: (...words: readonly string[]) => Promise<Ended>;
  /** Our program, in the folder. */
  readonly oidc: (words: readonly string[], stdin?: string) => Promise<Ended>;
  /** Writes a file of JSON into the folder. */
  readonly put: (name: string, value: unknown) => void;
  /** Ends what runs and removes the folder. */
  readonly stop: () => Promise<void>;
};

/** The objects are created, in that order, by kubectl; they stay in `world.json`. */
export async function openClusterLab(objects: readonly object[]): Promise<ClusterLab> {
  const folder = mkdtempSync(join(tmpdir(), 'cluster-'));
  const certificates = await makeCertificateAuthority();
  const assets = assetsForTests(process.env);
  const apiServer = await startApiServer({ assets, certificates, folder: join(folder, 'server') });
  const env = {
    HOME: folder,
    PATH: [dirname(apiServer.kubectl), process.env.PATH ?? ''].join(delimiter),
    KUBECONFIG: apiServer.adminKubeconfigPath,
    TERM: 'xterm',
  };
  const kubectl = (...words: readonly string[]) => runProgram(apiServer.kubectl, words, { env, cwd: folder });
  const put = (name: string, value: unknown): void =>
    writeFileSync(join(folder, name), JSON.stringify(value));
  const stop = async (): Promise<void> => {
    await apiServer.stop();
    rmSync(folder, { recursive: true, force: true });
  };
  put('world.json', { apiVersion: 'v1', kind: 'List', items: objects });
  const created = await kubectl('create', '-f', 'world.json');
  if (created.status !== 0) {
    await stop();
    throw new Error(`kubectl create: ${created.stderr}`);
  }
  const oidc = (words: readonly string[], stdin = '') =>
    runProgram(process.execPath, [program, ...words], { env, stdin, cwd: folder });
  return { folder, apiServer, env, kubectl, oidc, put, stop };
}
