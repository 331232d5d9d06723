import { readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { parse, stringify } from 'yaml';
import { type ApiServer, startApiServer } from '../../scripts/parts/api-server.ts';
import { type Assets, assetsForTests } from '../../scripts/parts/assets.ts';
import { waitUntilReady } from '../../scripts/parts/process.ts';
import { type Lab, openLab } from './lab.ts';

type Step = { readonly command: string; readonly said: readonly string[] };

/** The commands of the first console block after this heading, and what the README says that they print. */
function stepsUnder(heading: string): readonly Step[] {
  const readme = readFileSync(join(import.meta.dirname, '../../README.md'), 'utf8');
  const block =
    readme
      .slice(readme.indexOf(`\n## ${heading}\n`))
      .split('```console\n')[1]
      ?.split('```')[0] ?? '';
  return block
    .split(/^\$ /m)
    .slice(1)
    .map((step) => {
      const [command = '', ...said] = step.trimEnd().split('\n');
      return { command, said };
    });
}

/** `…` stands for any rest, of a line or of the output. */
function patternOf(said: readonly string[]): RegExp {
  const escaped = said.map((line) =>
    line
      .split('…')
      .map((part) => part.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&'))
      .join('[^]*'),
  );
  return new RegExp(`^${escaped.join('\\n')}\\s*$`);
}

const steps = stepsUnder('In thirty seconds');
let lab: Lab;
let apiServer: ApiServer;
let assets: Required<Assets>;

beforeAll(async () => {
  assets = assetsForTests(process.env);
  lab = await openLab({ idTokenTtlSeconds: 600 });
  symlinkSync(lab.program, join(lab.folder, 'kubectl-oidc'));
  symlinkSync(assets.kubectl, join(lab.folder, 'kubectl'));
  apiServer = await startApiServer({
    assets,
    folder: join(lab.folder, 'api'),
    certificates: lab.certificates,
  });
  const words = [
    'setup',
    ...lab.loginFlags,
    '--cluster=lab',
    `--server=${apiServer.server}`,
    '--context=member',
  ];
  const more = [
    `--cluster-certificate-authority=${lab.caFile}`,
    '--use-context',
    '--username-claim=email',
    '--yes',
  ];
  const setup = await lab.oidc([...words, ...more]);
  await apiServer.setAuthenticationConfiguration(parse(setup.stdout));
  await lab.oidc(['login']);
  const isReady = async () => (await inShell('kubectl auth whoami --context member')).status === 0;
  // A cluster that is in use has groups of the provider in bindings: they show the prefix.
  await inShell(
    'kubectl --context admin create clusterrolebinding others --clusterrole=view --group=oidc:others',
  );
  const what = 'the API server with the provider';
  await waitUntilReady({ what, isReady, daemons: [], deadlineMs: 20_000, log: '/dev/null' });
}, 120_000);
afterAll(async () => {
  await apiServer?.stop();
  await lab?.stop();
}, 60_000);

/** The person's kubeconfig, and the administrator's beside it under the name that the README gives it. */
function kubeconfigs(): string {
  const admin = parse(readFileSync(apiServer.adminKubeconfigPath, 'utf8'));
  const named = { ...admin, 'current-context': '', contexts: [{ ...admin.contexts[0], name: 'admin' }] };
  const path = join(lab.folder, 'admin.yaml');
  writeFileSync(path, stringify(named));
  return [join(lab.home, '.kube/config'), path].join(delimiter);
}

function inShell(line: string) {
  const env = { KUBECONFIG: kubeconfigs(), PATH: [lab.folder, lab.env.PATH].join(delimiter) };
  return lab.exec('/bin/sh', ['-c', line], { env });
}

it('the README gives, uses, explains and takes back as its lines say', async () => {
  expect(steps).toHaveLength(7);
  for (const { command, said } of steps) {
    const { stdout } = await inShell(`{ ${command}; } 2>&1`);
    expect(stdout, command).toMatch(patternOf(said));
  }
});
