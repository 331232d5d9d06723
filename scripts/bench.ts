// How long a warm get-token takes as a whole process, beside an empty script on the same Node and one that reads the
// same item from the same keychain. Taken in turns in one run: absolute times of two machines say nothing.

import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { parse } from 'yaml';
import { readIndex } from '../src/edge/store/login-index.ts';
import { build } from './build.ts';
import { makeCertificateAuthority } from './parts/certificates.ts';
import { startIdentityProvider } from './parts/identity-provider.ts';
import { startKeyring } from './parts/keyring.ts';
import { makeDesktop } from './parts/person.ts';

const rounds = 60;
const warmUps = 5;
/** A warm get-token may take this times as long as an empty script that reads the same item. */
const bar = 1.3;
const program = join(import.meta.dirname, '../bin/kubectl-oidc.js');

type Contestant = { readonly title: string; readonly words: readonly string[] };

/** Builds, signs in for real, and measures in a process that has the variables a person's shell would have. */
async function prepareAndMeasure(): Promise<void> {
  await build();
  const home = await mkdtemp(join(tmpdir(), 'oidc-bench-'));
  const certificates = await makeCertificateAuthority();
  const provider = await startIdentityProvider({
    certificates,
    people: [{ subject: 'ada', email: 'ada@example.com', groups: ['platform'] }],
    idTokenTtlSeconds: 3600,
  });
  const keyring = await startKeyring(join(home, 'keyring'));
  try {
    await writeFile(join(home, 'ca.pem'), certificates.certPem);
    const desktop = await makeDesktop(join(home, 'desktop'), 'ada', { caPem: certificates.certPem });
    const env = { ...process.env, ...desktop.env, ...keyring.env, HOME: home, CI: '' };
    const run = async (...words: string[]) => {
      const child = spawn(process.execPath, words, { env, stdio: ['ignore', 'inherit', 'pipe'] });
      const said = child.stderr.toArray();
      const [status] = await once(child, 'exit');
      const errors = status === 0 ? '' : Buffer.concat(await said).toString();
      if (errors !== '' || status !== 0) process.stderr.write(errors);
      return status === 0;
    };
    const [ca] = [join(home, 'ca.pem')];
    const issuer = [
      `--issuer-url=${provider.issuerUrl}`,
      '--client-id=kubectl',
      `--certificate-authority=${ca}`,
    ];
    const cluster = ['--context=bench', '--cluster=bench', '--server=https://127.0.0.1:6443'];
    const setup = ['setup', ...issuer, ...cluster, '--use-context', '--yes', '--cluster-side=none'];
    const isReady = (await run(program, ...setup)) && (await run(program, 'login'));
    const before = JSON.stringify(provider.requests);
    const isFast = isReady && (await run(import.meta.filename, 'measure'));
    const isOffline = JSON.stringify(provider.requests) === before;
    if (!isOffline) console.error('get-token asked the provider: these were no warm answers');
    process.exitCode = isFast && isOffline ? 0 : 1;
  } finally {
    await keyring.stop();
    await provider.stop();
    await rm(home, { recursive: true, force: true, maxRetries: 5 });
  }
}

async function measure(): Promise<void> {
  const home = process.env.HOME ?? '';
  const account = readIndex(join(home, '.kube/kubectl-oidc'))[0]?.key ?? '';
  const keytar = createRequire(import.meta.url).resolve('keytar');
  const reads = `require(${JSON.stringify(keytar)}).getPassword('kubectl-oidc', ${JSON.stringify(account)})`;
  const emptyScript = join(home, 'empty.cjs');
  const readScript = join(home, 'read.cjs');
  await writeFile(emptyScript, '');
  await writeFile(readScript, `${reads}.then((value) => process.exit(value ? 0 : 1));\n`);
  const kubeconfig = parse(await readFile(join(home, '.kube/config'), 'utf8'));
  const execWords: string[] = kubeconfig.users[0].user.exec.args;

  const contestants: Contestant[] = [
    { title: 'empty script', words: [emptyScript] },
    { title: 'empty script + the same keychain read', words: [readScript] },
    { title: 'get-token, warm', words: [program, ...execWords] },
  ];
  const env = { ...process.env, KUBERNETES_EXEC_INFO: execInfoOf(kubeconfig.clusters[0].cluster) };
  const times = contestants.map((): number[] => []);
  for (let round = -warmUps; round < rounds; round += 1) {
    for (const [index, { words }] of contestants.entries()) {
      const ms = timeOf(words, env);
      if (round >= 0) times[index]?.push(ms);
    }
  }
  process.exitCode = report(contestants, times) ? 0 : 1;
}

/** As kubectl tells it, with `provideClusterInfo: true`. */
function execInfoOf(cluster: Readonly<Record<string, unknown>>): string {
  return JSON.stringify({
    apiVersion: 'client.authentication.k8s.io/v1',
    kind: 'ExecCredential',
    spec: { interactive: false, cluster: { ...cluster } },
  });
}

/**
 * Milliseconds of one process, by way of a shell of its own: a caller that asks twice for the same token tells of
 * a 401, which is another path. The shell's millisecond is in all the numbers.
 */
function timeOf(words: readonly string[], env: NodeJS.ProcessEnv): number {
  const shell = ['-c', '"$@"; exit $?', 'sh', process.execPath, ...words];
  const startedAt = performance.now();
  const { status, stderr } = spawnSync('sh', shell, { env, stdio: ['ignore', 'pipe', 'pipe'] });
  const ms = performance.now() - startedAt;
  if (status !== 0) throw new Error(`${words[0]} ended with ${status}: ${stderr}`);
  return ms;
}

/** Prints the table; whether the bar is held. */
function report(contestants: readonly Contestant[], times: readonly number[][]): boolean {
  const quantile = (index: number, share: number) => {
    const sorted = (times[index] ?? []).toSorted((one, other) => one - other);
    return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
  };
  const baseline = quantile(1, 0.5);
  const ratio = quantile(2, 0.5) / baseline;
  const { model = 'unknown processor' } = cpus()[0] ?? {};
  console.log(`${cpus().length} x ${model.trim()}, Node ${process.version}, ${rounds} runs each, in turns\n`);
  console.log(
    `${'whole process'.padEnd(40)}${'median'.padStart(10)}${'p95'.padStart(10)}${'ratio'.padStart(8)}`,
  );
  for (const [index, { title }] of contestants.entries()) {
    const [median, p95] = [quantile(index, 0.5), quantile(index, 0.95)];
    const columns = [`${median.toFixed(1)} ms`.padStart(10), `${p95.toFixed(1)} ms`.padStart(10)];
    console.log(`${title.padEnd(40)}${columns.join('')}${(median / baseline).toFixed(2).padStart(8)}`);
  }
  const verdict = ratio <= bar ? 'held' : 'MISSED';
  console.log(`\nbar: get-token at most ${bar} x the keychain read: ${ratio.toFixed(2)} x, ${verdict}`);
  return ratio <= bar;
}

await (process.argv[2] === 'measure' ? measure() : prepareAndMeasure());
