// What the demo plays on: a temporary HOME, a keyring and an identity provider of its own, and a cluster when one is
// at hand. The person's own files, keychain and session stay untouched.

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { chmod, mkdir, mkdtemp, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { homedir, tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { text } from 'node:stream/consumers';
import { type Assets, assetsAtHand } from './parts/assets.ts';
import { type CertificateAuthority, makeCertificateAuthority } from './parts/certificates.ts';
import type { IdentityProvider } from './parts/identity-provider.ts';
import { startKeyring } from './parts/keyring.ts';
import { missingPackages, systemParts } from './parts/packages.ts';
import { makeDesktop } from './parts/person.ts';

export const root = join(import.meta.dirname, '..');

export type Stage = {
  readonly home: string;
  readonly certificates: CertificateAuthority;
  readonly provider: IdentityProvider;
  readonly assets: Assets | undefined;
  /** Why tokens will not be in a keychain; undefined where they will. */
  readonly whyNoKeychain: string | undefined;
  /** Runs a program on this stage, answers its stdout, rejects unless it ends with 0. `watched`: it has the person's terminal. */
  readonly run: (command: readonly string[], look?: 'watched' | 'quiet') => Promise<string>;
  /** Ends everything and removes the temporary HOME. */
  readonly close: () => Promise<void>;
  /** Something that `close` shall end, last one first. */
  readonly onClose: (end: () => Promise<void>) => void;
};

/** Sets the stage. `auto`: a script plays the person in the browser. */
export async function openStage(auto: boolean, signal: AbortSignal): Promise<Stage> {
  // Short: a unix socket's path has room for 107 bytes.
  const home = await mkdtemp(join(tmpdir(), 'oidc-demo-'));
  const ends: (() => Promise<void>)[] = [() => rm(home, { recursive: true, force: true, maxRetries: 5 })];
  const close = async () => {
    for (let end = ends.pop(); end !== undefined; end = ends.pop()) await end();
  };
  try {
    signal.throwIfAborted();
    const certificates = await makeCertificateAuthority();
    await writeFile(join(home, 'ca.pem'), certificates.certPem);
    const provider = await startProvider(certificates);
    ends.push(provider.stop);
    const assets = assetsAtHand(process.env);
    const programs = await makePrograms(home, assets);
    const keyring = await openKeyring(home);
    ends.push(keyring.stop);
    const desktop = auto
      ? (await makeDesktop(join(home, 'desktop'), 'ada', { caPem: certificates.certPem })).env
      : await ownDesktop(join(home, 'desktop'));
    const path = [desktop.PATH, programs, process.env.PATH ?? ''].join(delimiter);
    const env = { ...ownVariables(auto), ...desktop, ...keyring.env, HOME: home, PATH: path };
    return {
      home,
      certificates,
      provider,
      assets,
      whyNoKeychain: keyring.why,
      run: (command, look = 'quiet') => runHere(command, { env, cwd: home, signal, look }),
      close,
      onClose: (end) => ends.push(end),
    };
  } catch (error) {
    await close();
    throw error;
  }
}

async function startProvider(certificates: CertificateAuthority): Promise<IdentityProvider> {
  // It warns about every Node that is not yet a long-term release; that is no news for who watches a demo.
  const { warn } = console;
  console.warn = () => undefined;
  const { startIdentityProvider } = await import('./parts/identity-provider.ts');
  console.warn = warn;
  return startIdentityProvider({
    certificates,
    people: [{ subject: 'ada', name: 'Ada', email: 'ada@example.com', groups: ['platform', 'on-call'] }],
    idTokenTtlSeconds: 600,
  });
}

/** `kubectl-oidc` by its name, as an installation has it, and kubectl where there is one. */
async function makePrograms(home: string, assets: Assets | undefined): Promise<string> {
  const folder = join(home, 'bin');
  await mkdir(folder);
  await symlink(join(root, 'bin/kubectl-oidc.js'), join(folder, 'kubectl-oidc'));
  if (assets !== undefined) await symlink(assets.kubectl, join(folder, 'kubectl'));
  return folder;
}

type DemoKeyring = {
  readonly env: { readonly DBUS_SESSION_BUS_ADDRESS: string; readonly XDG_RUNTIME_DIR: string };
  readonly why: string | undefined;
  readonly stop: () => Promise<void>;
};

/** A keyring of the demo's own, never the person's: where that can't be, an address where no keychain answers. */
async function openKeyring(home: string): Promise<DemoKeyring> {
  const folder = join(home, 'keyring');
  const needed = new Set(['gnome-keyring', 'dbus', 'libsecret-1-0']);
  const missing = missingPackages(systemParts.filter((part) => needed.has(part.package)));
  if (missing.length === 0) {
    const { env, stop } = await startKeyring(folder);
    return { env, stop, why: undefined };
  }
  await mkdir(folder, { mode: 0o700 });
  const env = { DBUS_SESSION_BUS_ADDRESS: `unix:path=${join(folder, 'none')}`, XDG_RUNTIME_DIR: folder };
  return { env, stop: async () => undefined, why: `not installed: ${missing.join(', ')}` };
}

/** The person's real browser, with the person's own HOME and session: only our program lives in the temporary one. */
async function ownDesktop(folder: string): Promise<{ readonly PATH: string }> {
  await mkdir(folder);
  const own = ['HOME', 'PATH', 'DBUS_SESSION_BUS_ADDRESS', 'XDG_RUNTIME_DIR'];
  const quoted = (value: string) => `'${value.replaceAll("'", `'\\''`)}'`;
  const restored = own.map((name) => {
    const value = name === 'HOME' ? (process.env.HOME ?? homedir()) : process.env[name];
    return value === undefined ? `-u ${name}` : `${name}=${quoted(value)}`;
  });
  // `env` wants its -u before the first assignment.
  restored.sort((one, other) => Number(other.startsWith('-u')) - Number(one.startsWith('-u')));
  const opener = join(folder, 'xdg-open');
  await writeFile(opener, `#!/bin/sh\nexec env ${restored.join(' ')} xdg-open "$1"\n`);
  await chmod(opener, 0o755);
  return { PATH: folder };
}

/** What the person has set, without what would lead the demo to the person's own clusters or files. */
function ownVariables(auto: boolean): NodeJS.ProcessEnv {
  const foreign = /^(KUBE|KUBECTL_|XDG_(CONFIG|DATA|CACHE|STATE)_HOME$|NODE_OPTIONS$|GNOME_KEYRING_)/;
  // With --auto somebody is there, even in a CI job.
  const names = Object.keys(process.env).filter((name) => !foreign.test(name) && !(auto && name === 'CI'));
  return Object.fromEntries(names.map((name) => [name, process.env[name]]));
}

async function runHere(
  [program = '', ...words]: readonly string[],
  options: {
    readonly env: NodeJS.ProcessEnv;
    readonly cwd: string;
    readonly signal: AbortSignal;
    readonly look: 'watched' | 'quiet';
  },
): Promise<string> {
  options.signal.throwIfAborted();
  const watched = options.look === 'watched';
  // By way of a shell with the same variables, as a person has: get-token is wary of variables that its caller
  // itself does not have. The `exit` keeps the shell from stepping aside for the program.
  const child = spawn('sh', ['-c', '"$@"; exit $?', 'sh', program, ...words], {
    env: options.env,
    cwd: options.cwd,
    stdio: watched ? ['inherit', 'pipe', 'inherit'] : ['ignore', 'pipe', 'pipe'],
  });
  const endProgram = () => {
    for (const pid of childrenOf(child.pid)) process.kill(pid, 'SIGTERM');
  };
  options.signal.addEventListener('abort', endProgram, { once: true });
  const [[status], stdout, stderr] = await Promise.all([
    once(child, 'close'),
    child.stdout === null ? '' : text(child.stdout),
    child.stderr === null ? '' : text(child.stderr),
  ]);
  options.signal.removeEventListener('abort', endProgram);
  options.signal.throwIfAborted();
  if (status !== 0)
    throw new Error(`${program} ${words[0] ?? ''} ended with ${status}. ${stderr.trim()}`.trim());
  return stdout;
}

/** The processes that a process started and that still run (Linux). */
function childrenOf(pid: number | undefined): number[] {
  const path = `/proc/${pid}/task/${pid}/children`;
  return existsSync(path) ? readFileSync(path, 'utf8').split(' ').filter(Boolean).map(Number) : [];
}

/** Whether dist/ is missing or older than what it is built from. */
export async function needsBuild(newestSourceMs: number): Promise<boolean> {
  const built = join(root, 'dist/main.js');
  return !existsSync(built) || (await stat(built)).mtimeMs < newestSourceMs;
}
