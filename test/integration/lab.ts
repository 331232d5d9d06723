// A person's machine for tests: a HOME of its own, a real keyring, a desktop whose browser is a scripted person, a
// real identity provider, and the built program: npm's, or the one given (`linuxArchive`).

import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { text } from 'node:stream/consumers';
import { setTimeout as wait } from 'node:timers/promises';
import { type CertificateAuthority, makeCertificateAuthority } from '../../scripts/parts/certificates.ts';
import {
  type IdentityProvider,
  type IdentityProviderOptions,
  startIdentityProvider,
} from '../../scripts/parts/identity-provider.ts';
import { type Keyring, startKeyring } from '../../scripts/parts/keyring.ts';
import { type Desktop, makeDesktop } from '../../scripts/parts/person.ts';

export const program = join(import.meta.dirname, '../../bin/kubectl-oidc.js');

export type Ended = {
  readonly status: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
  readonly elapsedMs: number;
};

export type RunOptions = {
  readonly env?: Readonly<Record<string, string | undefined>>;
  readonly stdin?: string;
  readonly cwd?: string;
};

export type LabOptions = Partial<IdentityProviderOptions> & {
  /** What kubectl runs; default: npm's entry. */
  readonly program?: string | undefined;
};

export type Lab = {
  /** What kubeconfigs name. */
  readonly program: string;
  /** How the person starts it: program and first words. */
  readonly command: readonly [string, ...string[]];
  readonly folder: string;
  readonly home: string;
  /** Where the program keeps its own files. */
  readonly ourFolder: string;
  readonly caFile: string;
  readonly certificates: CertificateAuthority;
  readonly provider: IdentityProvider;
  readonly keyring: Keyring;
  readonly desktop: Desktop;
  /** The variables of the person's session. */
  readonly env: Readonly<Record<string, string>>;
  /** Flags that name this provider. */
  readonly loginFlags: readonly string[];
  /** Runs any program as the person. */
  readonly exec: (command: string, words: readonly string[], options?: RunOptions) => Promise<Ended>;
  /** Runs the built program as the person. */
  readonly oidc: (words: readonly string[], options?: RunOptions) => Promise<Ended>;
  /** Runs the exec entry as kubectl does: a parent with the person's own variables, the entry's on top, then the exec info. */
  readonly getToken: (
    server: Server,
    entry?: {
      readonly flags?: readonly string[];
      readonly env?: Readonly<Record<string, string>>;
      readonly execInfo?: string;
    },
  ) => Promise<Ended>;
  /** Signs the person in for this server, as `login` does for a context. */
  readonly signIn: (server: Server, flags?: readonly string[]) => Promise<Ended>;
  /** Resolves when the stored ID token of this account has ended. */
  readonly untilExpired: (account?: string) => Promise<void>;
  readonly stop: () => Promise<void>;
};

export type Server = { readonly url: string; readonly caPem: string };

export const alice = {
  subject: 'alice',
  email: 'alice@example.com',
  groups: ['k8s-restricted-users', 'devs'],
};

/** Everything of it ends with `stop`, and its folder goes. */
export async function openLab({ program: given, ...options }: LabOptions = {}): Promise<Lab> {
  const command: Lab['command'] = given === undefined ? [process.execPath, program] : [given];
  const folder = mkdtempSync(join(tmpdir(), 'lab-'));
  const home = join(folder, 'h');
  mkdirSync(home, { mode: 0o700 });
  const certificates = await makeCertificateAuthority();
  const caFile = join(folder, 'ca.pem');
  writeFileSync(caFile, certificates.certPem);
  const provider = await startIdentityProvider({ certificates, people: [alice], ...options });
  const keyring = await startKeyring(join(folder, 'k'));
  const desktop = await makeDesktop(join(folder, 'desktop'), alice.subject, { caPem: certificates.certPem });
  const path = [desktop.env.PATH, dirname(process.execPath)].join(delimiter);
  const env = {
    ...keyring.env,
    HOME: home,
    PATH: path,
    BROWSER: desktop.env.BROWSER,
    DISPLAY: desktop.env.DISPLAY,
  };
  const loginFlags = [
    `--issuer-url=${provider.issuerUrl}`,
    `--client-id=${provider.clientId}`,
    `--certificate-authority=${caFile}`,
    '--scope=email groups offline_access',
  ];
  const exec = (command: string, words: readonly string[], run: RunOptions = {}) =>
    runProgram(command, words, { ...run, env: { ...env, ...run.env } });
  const [first, ...before] = command;
  const oidc: Lab['oidc'] = (words, run) => exec(first, [...before, ...words], run);
  return {
    program: given ?? program,
    command,
    folder,
    home,
    ourFolder: join(home, '.kube', 'kubectl-oidc'),
    caFile,
    certificates,
    provider,
    keyring,
    desktop,
    env,
    loginFlags,
    exec,
    oidc,
    getToken: (server, { flags = [], env: brought = {}, execInfo = execInfoFor(server) } = {}) => {
      const variables = Object.entries({ ...brought, KUBERNETES_EXEC_INFO: execInfo }).map(
        ([name, value]) => `${name}=${value}`,
      );
      // dash stays as the parent when a command follows, which is what kubectl is to its plugin.
      const words = ['env', ...variables, ...command, 'get-token', ...loginFlags, ...flags];
      return exec('/bin/sh', ['-c', '"$@"; exit $?', 'client', ...words]);
    },
    signIn: (server, flags = []) => {
      const file = join(
        folder,
        `kubeconfig-${createHash('sha256')
          .update(JSON.stringify([server.url, flags]))
          .digest('hex')}`,
      );
      writeFileSync(
        file,
        JSON.stringify(kubeconfigFor({ program: given ?? program, loginFlags }, server, { flags })),
      );
      return oidc(['login', '--kubeconfig', file]);
    },
    untilExpired: async (account = '') => {
      const status = await oidc(['status', '-o', 'json']);
      const { items } = JSON.parse(status.stdout);
      const { expiresAt } = items.find((item: { readonly account: string }) => item.account === account);
      await wait(Math.max(0, expiresAt * 1000 + 100 - Date.now()));
    },
    stop: async () => {
      await provider.stop();
      await keyring.stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** Runs a program to its end, with exactly these variables. */
export async function runProgram(
  command: string,
  words: readonly string[],
  { env, stdin = '', cwd }: RunOptions,
): Promise<Ended> {
  const startedMs = performance.now();
  const given = Object.fromEntries(Object.entries(env ?? {}).filter(([, value]) => value !== undefined));
  const child = spawn(command, words, {
    env: given,
    stdio: ['pipe', 'pipe', 'pipe'],
    ...(cwd === undefined ? {} : { cwd }),
  });
  const ended = new Promise<Pick<Ended, 'status' | 'signal'>>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (status, signal) => resolve({ status, signal }));
  });
  // A program that ends without reading breaks the pipe, which is its right.
  child.stdin.on('error', () => undefined).end(stdin);
  const [stdout, stderr, end] = await Promise.all([text(child.stdout), text(child.stderr), ended]);
  return { ...end, stdout, stderr, elapsedMs: performance.now() - startedMs };
}

/** A kubeconfig whose user is our exec entry for `server`. */
export function kubeconfigFor(
  lab: Pick<Lab, 'loginFlags' | 'program'>,
  server: Server,
  extra: {
    readonly flags?: readonly string[];
    readonly env?: Readonly<Record<string, string>>;
    readonly provideClusterInfo?: boolean;
  } = {},
): object {
  return {
    apiVersion: 'v1',
    kind: 'Config',
    'current-context': 'lab',
    clusters: [
      {
        name: 'lab',
        cluster: {
          server: server.url,
          'certificate-authority-data': Buffer.from(server.caPem).toString('base64'),
        },
      },
    ],
    contexts: [{ name: 'lab', context: { cluster: 'lab', user: 'lab' } }],
    users: [
      {
        name: 'lab',
        user: {
          exec: {
            apiVersion: 'client.authentication.k8s.io/v1',
            command: lab.program,
            args: ['get-token', ...lab.loginFlags, ...(extra.flags ?? [])],
            env: Object.entries(extra.env ?? {}).map(([name, value]) => ({ name, value })),
            interactiveMode: 'IfAvailable',
            provideClusterInfo: extra.provideClusterInfo ?? true,
          },
        },
      },
    ],
  };
}

/** KUBERNETES_EXEC_INFO as kubectl sets it. */
export function execInfoFor(server: Server, interactive = false): string {
  return JSON.stringify({
    apiVersion: 'client.authentication.k8s.io/v1',
    kind: 'ExecCredential',
    spec: {
      interactive,
      cluster: {
        server: server.url,
        'certificate-authority-data': Buffer.from(server.caPem).toString('base64'),
        config: null,
      },
    },
  });
}
