import { chmod, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Failure } from '../../src/failure.ts';
import { loginOptions, wordsWithVariables } from '../../src/oidc/login-options.ts';
import { type LoginSettings, parseLoginSettings } from '../../src/oidc/settings.ts';
import { signIn } from '../../src/oidc/sign-in.ts';
import { builtPrograms } from '../integration/archive.ts';
import { execInfoFor, kubeconfigFor, type Lab, openLab } from '../integration/lab.ts';

const schemes = [
  'file:',
  'javascript:',
  'data:',
  'vscode:',
  'ssh:',
  'ms-settings:',
  'http:',
  'https:',
  '-',
  '|',
  '$(id)',
];
const hostileText = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.webUrl(),
  fc.tuple(fc.constantFrom(...schemes), fc.string()).map(([scheme, rest]) => `${scheme}//${rest}`),
  fc.constantFrom(
    '/bin/sh',
    '`id`',
    '$(id)',
    '; id',
    '--help',
    '../../bin/sh',
    '\\\\evil\\share\\x.exe',
    'C:\\x.exe',
  ),
);
const flags = Object.keys(loginOptions);
const hostileVariables = fc.dictionary(
  fc.oneof(
    fc.constantFrom(...flags.map((flag) => `KUBECTL_OIDC_${flag.toUpperCase().replaceAll('-', '_')}`)),
    fc.constantFrom(
      'BROWSER',
      'EDITOR',
      'PAGER',
      'SHELL',
      'KUBECTL_OIDC_BROWSER',
      'KUBECTL_OIDC_BROWSER_COMMAND',
    ),
  ),
  hostileText,
);

describe('whatever a kubeconfig says', () => {
  test('row 8: only http and https addresses are ever opened', async () => {
    const web = fc.tuple(fc.webUrl({ validSchemes: ['https'] }), hostileVariables, hostileText);
    await fc.assert(
      fc.asyncProperty(web, async ([issuer, variables, signInPage]) => {
        const settings = settingsOf(issuer, variables);
        if (settings === undefined) return;
        for (const address of await openedBy(settings, signInPage)) expect(address).toMatch(/^https?:\/\//);
      }),
      { numRuns: 500 },
    );
  });

  test('row 8: no flag and no variable of a login names a program', () => {
    expect(
      flags.filter((flag) => /browser|command|exec|program|helper|open|shell|plugin/.test(flag)),
    ).toEqual([]);
  });
});

describe.each(builtPrograms)('%s under strace', (_, programOf) => {
  let lab: Lab;
  let canary: string;
  beforeAll(async () => {
    lab = await openLab({ program: await programOf() });
    canary = join(lab.folder, 'canary');
    await writeFile(canary, `#!/bin/sh\ntouch "${lab.folder}/canary-ran"\n`);
    await chmod(canary, 0o755);
  });
  afterAll(() => lab.stop());

  test('row 8: a login runs itself and the opener of the desktop with the one address, and nothing else', async () => {
    const api = { url: 'https://127.0.0.1:6443', caPem: lab.caFile };
    const hostile = [`--account=$(${canary})`, `--auth-param=x=\`${canary}\``, `--auth-param=y=; ${canary}`];
    const env = { EDITOR: canary, PAGER: canary, KUBECTL_OIDC_BROWSER: canary, GIT_ASKPASS: canary };
    const file = join(lab.folder, 'config');
    await writeFile(file, JSON.stringify(kubeconfigFor(lab, api, { flags: hostile, env })));
    const { ended, executed } = await traced(['login', '--yes', `--kubeconfig=${file}`], env);
    expect(ended.stderr + ended.stdout).toContain(lab.provider.issuerUrl);
    expect(ended.status).toBe(0);
    expect(executed.filter(isOurs).length).toBeGreaterThan(0);
    const foreign = executed.filter((each) => !isOurs(each) && !isPerson(each.words));
    expect(foreign.map(({ words }) => words[0])).toEqual([expect.stringMatching(/(^|\/)xdg-open$/)]);
    expect(foreign[0]?.words.slice(1)).toEqual([
      expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+\/[\w-]{22}$/),
    ]);
    await expectNoCanary();
  });

  test('row 8: get-token for a hostile entry runs nothing but itself', async () => {
    const hostile = ['-', '|', '`', '$(', ''].map((start) => `${start}${canary}`);
    for (const value of hostile) {
      const words = [`--account=${value}`, `--client-secret-file=${canary}`, `--auth-param=x=${value}`];
      const env = {
        KUBECTL_OIDC_SCOPE: value,
        SHELL: canary,
        BROWSER: canary,
        BASH_ENV: canary,
        ENV: canary,
      };
      const KUBERNETES_EXEC_INFO = execInfoFor({ url: `file://${canary}`, caPem: value }, true);
      const { ended, executed } = await traced(['get-token', ...lab.loginFlags, ...words], {
        ...env,
        KUBERNETES_EXEC_INFO,
      });
      expect(ended.status).not.toBe(0);
      expect(ended.stdout).toBe('');
      expect(executed.filter((each) => !isOurs(each))).toEqual([]);
    }
    await expectNoCanary();
  });

  async function traced(words: readonly string[], env: Readonly<Record<string, string>>) {
    const log = join(lab.folder, 'strace.log');
    const strace = [
      '-f',
      '-qq',
      '-s',
      '20000',
      '-e',
      'trace=execve,execveat',
      '-e',
      'signal=none',
      '-o',
      log,
    ];
    const ended = await lab.exec('strace', [...strace, ...lab.command, ...words], { env });
    return { ended, executed: executedBy(await readFile(log, 'utf8')) };
  }

  /** The program itself, again as the keychain's worker or as what the front leaves behind, and main behind the front. */
  function isOurs({ path, words }: Executed): boolean {
    if (path === '/proc/self/exe') return /^kubectl-oidc \((watching|refreshing)\)$/.test(words[0] ?? '');
    if (path === process.execPath) return words[1] === lab.program || words[1] === `${lab.program}-main`;
    return path === lab.program || path === `${lab.program}-main`;
  }

  async function expectNoCanary(): Promise<void> {
    expect((await readdir(lab.folder)).filter((name) => name === 'canary-ran')).toEqual([]);
  }
});

/** What the desktop's opener runs in its turn: the scripted person. */
function isPerson(words: readonly string[]): boolean {
  return /(^|\/)(env|node)$/.test(words[0] ?? '') && words.some((word) => word.endsWith('/browse.ts'));
}

type Executed = { readonly path: string; readonly words: readonly string[] };

/** Every program that was started, with its argv; tries along PATH that found nothing are left out. */
function executedBy(log: string): readonly Executed[] {
  return log
    .split('\n')
    .filter((line) => /execve(at)?\(/.test(line) && !/= -1 ENOENT/.test(line))
    .map((line) => ({
      path: JSON.parse(/execve(?:at)?\([^"]*("[^"]*")/.exec(line)?.[1] ?? '""'),
      words: JSON.parse(/, (\[.*?\]), 0x/.exec(line)?.[1] ?? '[]'),
    }));
}

function settingsOf(issuer: string, variables: Readonly<Record<string, string>>): LoginSettings | undefined {
  try {
    const words = { 'issuer-url': issuer, 'client-id': 'kubectl' };
    return parseLoginSettings(wordsWithVariables(words, variables));
  } catch (error) {
    if (error instanceof Failure) return undefined;
    throw error;
  }
}

/** Where the browser would be sent. */
async function openedBy(settings: LoginSettings, signInPage: string): Promise<readonly string[]> {
  const opened: string[] = [];
  const oneTimeAddress = 'http://127.0.0.1:4711/one-time';
  const end = new Failure('provider', 'the end of this test');
  const request = {
    issuerUrl: settings.issuerUrl,
    redirectUri: settings.redirectUri,
    presence: { kind: 'browser', mayPaste: false },
    timeoutSeconds: settings.timeoutSeconds,
    why: '',
    howToSignIn: '',
    cancel: new AbortController().signal,
  } as const;
  const outcome = signIn(request, {
    listen: async () => ({
      redirectUri: 'http://127.0.0.1:4711/',
      oneTimeAddress,
      openedTwice: Promise.withResolvers<never>().promise,
      expect: (_, from) => {
        if (from !== 'any-browser') opened.push(from.sentTo);
        return Promise.withResolvers<never>().promise;
      },
      close: async () => undefined,
    }),
    beginSignIn: async () => ({ url: signInPage, state: 'right', exchange: () => Promise.reject(end) }),
    openBrowser: async (url) => {
      expect(url).toBe(oneTimeAddress);
      throw end;
    },
    pastedLines: async function* () {},
    say: () => undefined,
    deadlineIn: () => new AbortController().signal,
  });
  await expect(outcome).rejects.toBeInstanceOf(Failure);
  return opened;
}
