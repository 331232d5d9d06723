// The program under test: the two programs of the Linux archive, with a real sign-in.

import { readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { parse } from 'yaml';
import { isExecutable } from '../parts/assets.ts';
import { unpackedArchive } from '../parts/test-archive.ts';
import type { Stage } from './stage.ts';
import type { Contestant } from './timer.ts';

export type ProgramUnderTest = {
  /** What kubectl runs. */
  readonly front: string;
  /** The executable beside it. */
  readonly main: string;
  /** The exec entry's call, as kubectl makes it: through the front. */
  readonly getToken: Contestant;
  /** Sets a login with tokens of this life up in place of the one before. */
  readonly signInFor: (seconds: number) => Promise<void>;
};

/** `given` is a folder with an unpacked archive; without one it is the archive that tests get. */
export async function openProgram(stage: Stage, given: string | undefined): Promise<ProgramUnderTest> {
  const folder = given === undefined ? await unpackedArchive() : resolve(given);
  const [front, main] = [join(folder, 'kubectl-oidc'), join(folder, 'kubectl-oidc-main')];
  for (const path of [front, main]) if (!isExecutable(path)) throw new Error(`${path} cannot be run`);
  await stage.run(front, ...setupWords(stage));
  const signInFor = async (seconds: number) => {
    stage.provider.setIdTokenTtl(seconds);
    await stage.run(front, 'login');
  };
  stage.onClose(() => stage.run(front, 'logout'));
  await stage.run(front, 'login');
  return { front, main, getToken: await execEntryOf(stage, front), signInFor };
}

function setupWords({ provider, caFile, port }: Stage): readonly string[] {
  return [
    'setup',
    `--issuer-url=${provider.issuerUrl}`,
    `--client-id=${provider.clientId}`,
    `--certificate-authority=${caFile}`,
    '--scope=email',
    '--scope=groups',
    '--context=bench',
    '--cluster=bench',
    `--server=https://127.0.0.1:${port}`,
    `--cluster-certificate-authority=${caFile}`,
    '--cluster-side=none',
    '--use-context',
    '--yes',
  ];
}

/** From the kubeconfig that `setup` wrote, with the exec info that kubectl adds (`provideClusterInfo: true`). */
async function execEntryOf({ home }: Stage, program: string): Promise<Contestant> {
  const kubeconfig = parse(await readFile(join(home, '.kube/config'), 'utf8'));
  const words: readonly string[] = kubeconfig.users[0].user.exec.args;
  const execInfo = {
    kind: 'ExecCredential',
    apiVersion: 'client.authentication.k8s.io/v1',
    spec: { cluster: { ...kubeconfig.clusters[0].cluster, config: null }, interactive: false },
  };
  return { program, words, env: { KUBERNETES_EXEC_INFO: JSON.stringify(execInfo) } };
}
