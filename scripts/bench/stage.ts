// What is measured on: a HOME, a keychain, an identity provider and a scripted person of the bench's own, and the
// timer. Everything lies in one temporary folder and is gone at the end.

import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { type CertificateAuthority, makeCertificateAuthority } from '../parts/certificates.ts';
import { type IdentityProvider, kubectlClient, startIdentityProvider } from '../parts/identity-provider.ts';
import { startKeyring } from '../parts/keyring.ts';
import { ensureSystemParts } from '../parts/packages.ts';
import { makeDesktop } from '../parts/person.ts';
import { freePorts } from '../parts/process.ts';
import { runStep, type Say } from '../parts/progress.ts';
import { buildTimer, findCompiler, type Timer } from './timer.ts';

/** Life of a token where nothing else is said: longer than a measurement. */
export const longLifeSeconds = 3600;

// The peer's redirect address has no path.
const clientOfBoth = {
  ...kubectlClient,
  redirect_uris: [...(kubectlClient.redirect_uris ?? []), 'http://localhost'],
};

export type Stage = Timer & {
  readonly home: string;
  readonly certificates: CertificateAuthority;
  readonly caFile: string;
  readonly provider: IdentityProvider;
  /** When the provider's token endpoint was asked so far, on the timer's clock. */
  readonly refreshesMs: readonly number[];
  /** A program that opens an address in the scripted person's browser. */
  readonly browser: string;
  /** Where a kube-apiserver shall listen. */
  readonly port: number;
  /** First on the clients' PATH. */
  readonly programs: string;
  /** The variables of a client. */
  readonly env: Readonly<Record<string, string>>;
  readonly compiler: string;
  readonly say: Say;
  /** Runs a program with a client's variables, answers its stdout, rejects unless it ends with 0. */
  readonly run: (...command: readonly [string, ...string[]]) => Promise<string>;
  /** Something that `close` shall end, last one first. */
  readonly onClose: (end: () => Promise<unknown>) => void;
  /** Whoever asks again waits for the same end. */
  readonly close: () => Promise<void>;
};

/** Rejects, and leaves nothing behind, when a part cannot be had. */
export async function openStage(say: Say): Promise<Stage> {
  // Short: a unix socket's path has room for 107 bytes.
  const home = await mkdtemp(join(tmpdir(), 'oidc-bench-'));
  const ends: (() => Promise<unknown>)[] = [() => rm(home, { recursive: true, force: true, maxRetries: 5 })];
  const onClose = (end: () => Promise<unknown>) => ends.push(end);
  const closeOnce = async () => {
    for (let end = ends.pop(); end !== undefined; end = ends.pop()) {
      await end().catch((error: unknown) => say(`clearing up: ${String(error).split('\n', 1)[0]}`));
    }
  };
  let closed: Promise<void> | undefined;
  const close = () => {
    closed ??= closeOnce();
    return closed;
  };
  try {
    return { ...(await furnish(home, say, onClose)), onClose, close };
  } catch (error) {
    await close();
    throw error;
  }
}

async function furnish(
  home: string,
  say: Say,
  onClose: Stage['onClose'],
): Promise<Omit<Stage, 'onClose' | 'close'>> {
  await ensureSystemParts(say);
  const compiler = await findCompiler(say);
  const certificates = await makeCertificateAuthority();
  const caFile = join(home, 'ca.pem');
  await writeFile(caFile, certificates.certPem);
  const people = [{ subject: 'ada', email: 'ada@example.com', groups: ['platform'] }];
  const refreshesMs: number[] = [];
  const provider = await startIdentityProvider({
    certificates,
    people,
    idTokenTtlSeconds: longLifeSeconds,
    onRequest: (endpoint) => {
      if (endpoint === 'token') refreshesMs.push(Number(process.hrtime.bigint()) / 1e6);
    },
    clients: [clientOfBoth],
  });
  onClose(provider.stop);
  const keyring = await startKeyring(join(home, 'keyring'));
  onClose(keyring.stop);
  const desktop = await makeDesktop(join(home, 'desktop'), 'ada', { caPem: certificates.certPem });
  const programs = join(home, 'bin');
  await mkdir(programs);
  const path = [programs, desktop.env.PATH, dirname(process.execPath)].join(delimiter);
  const env = { ...keyring.env, ...desktop.env, HOME: home, PATH: path };
  const [port = 0] = await freePorts(1);
  return {
    home,
    certificates,
    caFile,
    provider,
    refreshesMs,
    browser: desktop.env.BROWSER,
    port,
    programs,
    env,
    compiler,
    ...(await buildTimer(compiler, { folder: home, env, say })),
    say,
    run: (...command) => runStep({ title: command.slice(0, 2).join(' '), command, env, cwd: home }, say),
  };
}
