// What a person waits for: a whole kubectl against a real API server, by our exec entry or by a token in the kubeconfig.

import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Lab, signInBoth, withApiServer, withoutProvider } from './lab.ts';
import { compared, type Row } from './row.ts';

const rounds = 100;

export async function measureKubectl(lab: Lab): Promise<readonly Row[]> {
  const row = {
    figure: '`kubectl get --raw /readyz` through our exec entry, against a static token in the kubeconfig',
    bar: 1.1,
  };
  const { assets, stage } = lab;
  if (assets.kind === 'missing') return [{ ...row, ...assets }];
  await signInBoth(lab);
  return withApiServer(lab, assets.it, async () => {
    const kubeconfigs = [join(stage.home, '.kube/config'), await writeStaticKubeconfig(lab)];
    const contestants = kubeconfigs.map((path) => ({
      program: assets.it.kubectl,
      words: [`--kubeconfig=${path}`, 'get', '--raw', '/readyz'],
    }));
    const turns = { contestants, rounds, warmUps: 5 };
    const [own, theirs] = await withoutProvider(lab, () => stage.time(turns));
    return [compared(row, { title: 'exec entry', ms: own }, { title: 'static token', ms: theirs })];
  });
}

async function writeStaticKubeconfig({ stage, ours }: Lab): Promise<string> {
  const { program, words } = ours.getToken;
  // A shell between: to a client that does not say what it is, nothing is given.
  const credential = await stage.run('/bin/sh', '-c', '"$@"; exit $?', 'sh', program, ...words);
  const { token } = JSON.parse(credential).status;
  const path = join(stage.home, 'static.kubeconfig');
  const kubeconfig = {
    apiVersion: 'v1',
    kind: 'Config',
    'current-context': 'static',
    clusters: [
      {
        name: 'static',
        cluster: {
          server: `https://127.0.0.1:${stage.port}`,
          'certificate-authority-data': Buffer.from(stage.certificates.certPem).toString('base64'),
        },
      },
    ],
    users: [{ name: 'static', user: { token } }],
    contexts: [{ name: 'static', context: { cluster: 'static', user: 'static' } }],
  };
  await writeFile(path, JSON.stringify(kubeconfig), { mode: 0o600 });
  return path;
}
