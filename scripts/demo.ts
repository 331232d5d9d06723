// Shows a login from nothing: setup, a real sign-in, the credential, and a real cluster when one is at hand.
// Everything happens in a temporary HOME and is gone at the end.

import { glob, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs, styleText } from 'node:util';
import { parse } from 'yaml';
import { build } from './build.ts';
import { needsBuild, openStage, root, type Stage } from './demo-stage.ts';
import { startApiServer } from './parts/api-server.ts';
import { freePorts } from './parts/process.ts';

const say = (line = ''): void => console.log(line);
const dim = (text: string): string => styleText('dim', text);
const indent = (text: string): string => text.trimEnd().replaceAll(/^/gm, '   ');

function step(number: number, title: string): void {
  say(`\n${styleText(['bold', 'blue'], `${number}.`)} ${styleText('bold', title)}`);
}

/** Runs a command as a person would type it, and shows both. */
async function show(
  stage: Stage,
  command: readonly string[],
  look: 'watched' | 'quiet' = 'quiet',
): Promise<string> {
  say(`   ${styleText('green', '$')} ${command.join(' ')}`);
  return stage.run(command, look);
}

async function play(auto: boolean, signal: AbortSignal): Promise<void> {
  const startedAt = performance.now();
  if (await needsBuild(await newestSourceMs())) {
    say(dim('Building dist/ …'));
    await build();
  }
  const stage = await openStage(auto, signal);
  try {
    await tell(stage, auto);
  } finally {
    await stage.close();
  }
  const seconds = ((performance.now() - startedAt) / 1000).toFixed(1);
  say(
    `\n${styleText(['bold', 'green'], 'Done')} in ${seconds} s. Nothing is left running; ${stage.home} is removed.`,
  );
}

async function tell(stage: Stage, auto: boolean): Promise<void> {
  step(1, 'A company has an identity provider, and a cluster that shall trust it');
  say(`   provider  ${stage.provider.issuerUrl} ${dim('(a real one, oidc-provider, just for this demo)')}`);
  say(`   HOME      ${stage.home} ${dim('(temporary)')}`);
  const [port = 0] = await freePorts(1);

  step(2, 'Setup writes the kubeconfig and prints what the cluster needs');
  const clusterSide = await setUp(stage, port);
  say(indent(withoutCertificate(clusterSide)));

  step(3, auto ? 'Ada signs in (a script plays her in the browser)' : 'You sign in, in your browser');
  if (!auto) {
    say(dim('   Your browser will warn about the certificate: it is a throw-away one, of this demo only.'));
    say(`   The user name is ${styleText('bold', 'ada')}; there is no password.`);
  }
  say(indent(await show(stage, ['kubectl-oidc', 'login'], 'watched')));
  if (stage.whyNoKeychain !== undefined) {
    say(
      dim(`   The token is in a file of mode 0600 because no keychain is at hand: ${stage.whyNoKeychain}.`),
    );
  }

  step(4, 'What kubectl gets');
  await showCredential(stage);

  step(5, 'A real cluster');
  if (stage.assets === undefined) {
    say(
      '   No kube-apiserver, etcd and kubectl at hand: ./scripts/test builds them once, or set KUBEBUILDER_ASSETS.',
    );
    return;
  }
  await visitCluster(stage, { port, configuration: parse(clusterSide) });
}

async function setUp(stage: Stage, port: number): Promise<string> {
  const ca = join(stage.home, 'ca.pem');
  const provider = [`--issuer-url=${stage.provider.issuerUrl}`, `--client-id=${stage.provider.clientId}`];
  const cluster = ['--context=demo', '--cluster=demo', `--server=https://127.0.0.1:${port}`];
  const authorities = [`--certificate-authority=${ca}`, `--cluster-certificate-authority=${ca}`];
  const scopes = ['--scope=email', '--scope=groups'];
  return show(stage, [
    'kubectl-oidc',
    'setup',
    ...provider,
    ...scopes,
    ...cluster,
    ...authorities,
    '--use-context',
    '--yes',
  ]);
}

async function showCredential(stage: Stage): Promise<void> {
  const kubeconfig = parse(await readFile(join(stage.home, '.kube/config'), 'utf8'));
  const words: string[] = kubeconfig.users[0].user.exec.args;
  const credential = JSON.parse(await show(stage, ['kubectl-oidc', ...words]));
  const token: string = credential.status.token;
  credential.status.token = `${token.slice(0, 16)}… (${token.length} characters)`;
  say(indent(JSON.stringify(credential, undefined, 2)));
  const [, payload = ''] = token.split('.');
  const claims = JSON.parse(Buffer.from(payload, 'base64url').toString());
  say(
    `   The token says: ${styleText('bold', claims.email)}, subject ${claims.sub}, groups ${claims.groups.join(', ')},`,
  );
  say(`   from ${claims.iss} for ${claims.aud}, until ${new Date(claims.exp * 1000).toLocaleTimeString()}.`);
}

async function visitCluster(
  stage: Stage,
  cluster: { readonly port: number; readonly configuration: object },
): Promise<void> {
  const { assets, certificates, home } = stage;
  if (assets === undefined) return;
  say(dim('   Starting etcd and kube-apiserver with the configuration that setup printed …'));
  const apiServer = await startApiServer({
    assets,
    certificates,
    folder: join(home, 'cluster'),
    port: cluster.port,
    authenticationConfiguration: cluster.configuration,
  });
  stage.onClose(apiServer.stop);
  const admin = (...words: string[]) =>
    stage.run(['kubectl', `--kubeconfig=${apiServer.adminKubeconfigPath}`, ...words]);
  await admin('create', 'role', 'pod-reader', '--verb=get,list,watch', '--resource=pods');
  await admin('create', 'rolebinding', 'platform-reads-pods', '--role=pod-reader', '--group=oidc:platform');
  await admin('run', 'hello', '--image=registry.k8s.io/pause:3.10');
  say(dim('   An administrator let the group oidc:platform read pods. Now plain kubectl, as Ada:'));
  say(indent(await show(stage, ['kubectl', 'auth', 'whoami'])));
  say(indent(await show(stage, ['kubectl', 'get', 'pods'])));
  say(dim('   (Pending: there is no node, only the API server.)'));
}

function withoutCertificate(yaml: string): string {
  return yaml.replaceAll(
    /^(\s*)-----BEGIN[\s\S]*?-----END CERTIFICATE-----$/gm,
    '$1… the CA of the provider …',
  );
}

async function newestSourceMs(): Promise<number> {
  let newest = 0;
  for await (const path of glob(['src/**/*.ts', 'scripts/build.ts', 'package-lock.json'], { cwd: root })) {
    newest = Math.max(newest, (await stat(join(root, path))).mtimeMs);
  }
  return newest;
}

/** Why a person can't sign in here, if so. */
function whyNobody(auto: boolean): string | undefined {
  const { DISPLAY: display, WAYLAND_DISPLAY: wayland, BROWSER: browser } = process.env;
  if (auto || display || wayland || browser) return undefined;
  const hint = './scripts/demo --auto lets a script play the person';
  if (!process.stdin.isTTY) return `There is no display for a browser and no terminal to type on: ${hint}.`;
  say(`There is no display for a browser: you will see an address and can paste the answer. ${hint}.`);
  return undefined;
}

async function main(): Promise<void> {
  const interrupted = new AbortController();
  for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.once(name, () => interrupted.abort(new Error(`interrupted by ${name}`)));
  }
  try {
    const { auto } = parseArgs({ options: { auto: { type: 'boolean', default: false } } }).values;
    const why = whyNobody(auto);
    if (why !== undefined) throw new Error(why);
    await play(auto, interrupted.signal);
  } catch (error) {
    const reason = interrupted.signal.aborted ? interrupted.signal.reason : error;
    console.error(`demo: ${reason instanceof Error ? reason.message : reason}`);
    process.exitCode = 1;
  }
}

await main();
