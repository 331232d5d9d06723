import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { parse as parseYaml } from 'yaml';
import { parse, run, type SetupDeps, describe as say } from '../../src/commands/setup.ts';
import { openKubeconfig, readCaFile, renderEdits } from '../../src/edge/kubeconfig/kubeconfig.ts';
import { writeChanges } from '../../src/edge/kubeconfig/kubeconfig-write.ts';
import { yamlOf } from '../../src/edge/kubeconfig/yaml-text.ts';
import { Failure } from '../../src/failure.ts';
import type { ProviderMetadata } from '../../src/oidc/metadata.ts';
import type { LoginSettings } from '../../src/oidc/settings.ts';
import type { LoginUse } from '../../src/oidc/targets.ts';

let folder = '';
let file = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'setup-'));
  file = join(folder, 'config');
});
afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

const kubeconfig = `# my clusters
kind: Config
current-context: prod # daily
contexts:
- name: prod
  context: {cluster: c1, user: admin}
clusters:
- name: c1
  cluster: {server: https://c1.example}
users:
- name: admin
  user:
    token: SECRET
`;
const metadata: ProviderMetadata = {
  issuer: 'https://id.example',
  authorization_endpoint: 'https://id.example/auth',
  token_endpoint: 'https://id.example/token',
  jwks_uri: 'https://id.example/jwks',
  revocation_endpoint: 'https://id.example/revoke',
  scopes_supported: ['openid', 'email', 'groups', 'offline_access'],
  code_challenge_methods_supported: ['S256'],
};
const idToken = (claims: object) =>
  [
    '{"alg":"RS256"}',
    JSON.stringify({ iss: 'https://id.example', sub: 'ann', aud: 'kube', exp: 2, iat: 1, ...claims }),
    's',
  ]
    .map((part) => Buffer.from(part).toString('base64url'))
    .join('.');

type World = {
  readonly deps: SetupDeps;
  readonly said: string[];
  readonly approved: [LoginSettings, LoginUse][];
};
function world(parts: Partial<SetupDeps> = {}, answer: 'yes' | 'no' | 'nobody' = 'yes'): World {
  const said: string[] = [];
  const approved: [LoginSettings, LoginUse][] = [];
  const never = () => Promise.reject(new Error('not expected'));
  const deps: SetupDeps = {
    kubeconfig: {
      open: (given) => openKubeconfig({ file: given, environment: { KUBECONFIG: file } }),
      render: (opened, plan) => renderEdits(opened, plan.edits),
      write: (changes) => writeChanges(changes, { lockWaitMs: 100, signal: new AbortController().signal }),
    },
    machine: {
      absolute: (path) => join(folder, path),
      ownCommand: () => Promise.resolve('kubectl-oidc'),
      readCaFile,
    },
    discover: () => Promise.resolve(metadata),
    login: {
      approve: (settings, use) => {
        approved.push([settings, use]);
        return Promise.resolve();
      },
      signIn: never,
      askCluster: never,
    },
    person: { say: (line) => void said.push(line), ask: () => Promise.resolve(answer) },
    yamlOf,
    ...parts,
  };
  return { deps, said, approved };
}
const words = { 'issuer-url': 'https://id.example', 'client-id': 'kube' };
const setUp = (extra: Record<string, unknown>, { deps }: World) =>
  run(parse({ ...words, ...extra }, { environment: {} }), deps);

describe('setup', () => {
  it('shows the change, writes it, approves the server, and does nothing the second time', async () => {
    writeFileSync(file, kubeconfig);
    const first = world();
    const outcome = await setUp({}, first);
    expect(outcome.kind).toBe('written');
    const written = readFileSync(file, 'utf8');
    expect(parseYaml(written)).toMatchObject({
      'current-context': 'prod',
      users: [
        { name: 'admin', user: { token: 'SECRET' } },
        {
          name: 'prod-oidc',
          user: {
            exec: {
              command: 'kubectl-oidc',
              apiVersion: 'client.authentication.k8s.io/v1',
              interactiveMode: 'IfAvailable',
              provideClusterInfo: true,
              args: [
                'get-token',
                '--issuer-url=https://id.example',
                '--client-id=kube',
                '--scope=email',
                '--scope=groups',
                '--scope=offline_access',
              ],
            },
          },
        },
      ],
    });
    expect(written.startsWith('# my clusters\nkind: Config\ncurrent-context: prod # daily\n')).toBe(true);
    expect(first.said.join('\n')).toContain('+ - name: prod-oidc');
    expect(first.said.join('\n')).not.toContain('SECRET');
    expect(first.said.join('\n')).toContain(`as it was before: ${file}.kubectl-oidc.bak`);
    expect(first.said.at(-1)).toContain('kubectl config use-context prod-oidc');
    const [[settings, use] = []] = first.approved;
    expect(settings?.scopes).toEqual(['email', 'groups', 'offline_access', 'openid']);
    expect(use).toMatchObject({
      context: 'prod-oidc',
      user: 'prod-oidc',
      cluster: { server: 'https://c1.example' },
    });

    const second = world();
    expect((await setUp({}, second)).kind).toBe('nothing');
    expect(readFileSync(file, 'utf8')).toBe(written);
    expect(second.said.join('\n')).toContain('Nothing to do');
    expect(second.approved).toHaveLength(1);
  });

  it("prints the cluster's side alone on stdout", async () => {
    writeFileSync(file, kubeconfig);
    const text = say(await setUp({ yes: true }, world()));
    expect(parseYaml(text)).toMatchObject({
      apiVersion: 'apiserver.config.k8s.io/v1',
      kind: 'AuthenticationConfiguration',
      jwt: [
        {
          issuer: { url: 'https://id.example', audiences: ['kube'] },
          claimMappings: {
            username: { claim: 'sub', prefix: 'oidc:' },
            groups: { claim: 'groups', prefix: 'oidc:' },
          },
        },
      ],
    });
  });

  it('prints the flags for older servers, or nothing, when asked to', async () => {
    writeFileSync(file, kubeconfig);
    expect(say(await setUp({ yes: true, 'cluster-side': 'flags' }, world()))).toContain(
      '\n--oidc-groups-prefix=oidc:\n',
    );
    expect(say(await setUp({ yes: true, 'cluster-side': 'none' }, world()))).toBe('');
  });

  it("carries the provider's CA to the cluster's side and makes its path absolute in the entry", async () => {
    writeFileSync(file, kubeconfig);
    const pem = '-----BEGIN CERTIFICATE-----\nAA==\n-----END CERTIFICATE-----\n';
    writeFileSync(join(folder, 'ca.pem'), pem);
    const outcome = await setUp({ yes: true, 'certificate-authority': 'ca.pem' }, world());
    expect(parseYaml(outcome.clusterSide).jwt[0].issuer.certificateAuthority).toBe(pem);
    expect(readFileSync(file, 'utf8')).toContain(`--certificate-authority=${join(folder, 'ca.pem')}`);
  });

  it('a dry run prints change and cluster side, writes, asks and approves nothing', async () => {
    writeFileSync(file, kubeconfig);
    const dry = world({}, 'nobody');
    const text = say(await setUp({ 'dry-run': true }, dry));
    expect(text).toContain(`${file}\n`);
    expect(text).toContain('+ - name: prod-oidc');
    expect(text).toContain('new user "prod-oidc"');
    expect(text).toContain('kind: AuthenticationConfiguration');
    expect(readFileSync(file, 'utf8')).toBe(kubeconfig);
    expect(dry.approved).toEqual([]);
  });

  it('makes a kubeconfig from nothing with --cluster and --server', async () => {
    await setUp({ yes: true, cluster: 'lab', server: 'https://lab.example:6443' }, world());
    expect(parseYaml(readFileSync(file, 'utf8'))).toMatchObject({
      apiVersion: 'v1',
      kind: 'Config',
      'current-context': 'lab',
      clusters: [{ name: 'lab', cluster: { server: 'https://lab.example:6443' } }],
      contexts: [{ name: 'lab', context: { cluster: 'lab', user: 'lab-oidc' } }],
    });
  });

  it.each([
    ['no answer possible', 'nobody', 'usage', '--yes'],
    ['a no', 'no', 'cancelled', undefined],
  ] as const)('writes and approves nothing on %s', async (_, answer, code, hint) => {
    writeFileSync(file, kubeconfig);
    const asked = world({}, answer);
    const failure = await setUp({}, asked).catch((error: unknown) => error);
    expect(failure).toMatchObject({ code });
    if (hint !== undefined) expect(failure).toMatchObject({ hint: expect.stringContaining(hint) });
    expect(readFileSync(file, 'utf8')).toBe(kubeconfig);
    expect(asked.approved).toEqual([]);
  });

  it('without a question, refuses to approve variables that an existing entry brings', async () => {
    writeFileSync(file, kubeconfig);
    await setUp({ yes: true }, world());
    const hostile = readFileSync(file, 'utf8').replace(
      '      interactiveMode',
      '      env: [{name: HTTPS_PROXY, value: http://evil}]\n      interactiveMode',
    );
    writeFileSync(file, hostile);
    const again = world();
    await expect(setUp({ yes: true }, again)).rejects.toMatchObject({
      code: 'refused',
      message: expect.stringContaining('HTTPS_PROXY'),
    });
    expect(again.approved).toEqual([]);
    const nothingToAsk = world();
    await expect(setUp({}, nothingToAsk)).rejects.toMatchObject({ code: 'refused' });
    expect(nothingToAsk.approved).toEqual([]);
  });

  const asOkta = { provider: 'okta', yes: true };
  it("completes what was said by the provider's preset, never over it", async () => {
    writeFileSync(file, kubeconfig);
    const { said, ...rest } = world();
    await setUp(asOkta, { said, ...rest });
    expect(readFileSync(file, 'utf8')).toContain('--redirect-uri=http://127.0.0.1:8000/');
    expect(said.join('\n')).toContain('Register exactly http://127.0.0.1:8000/');
    await setUp({ ...asOkta, 'redirect-uri': 'http://127.0.0.1:9999/', scope: 'email' }, world());
    const text = readFileSync(file, 'utf8');
    expect(text).toContain('--redirect-uri=http://127.0.0.1:9999/');
    expect(text.match(/--scope=\S+/g)).toEqual(['--scope=email', '--scope=offline_access']);
  });

  it.each([
    ['a provider without PKCE S256', { ...metadata, code_challenge_methods_supported: ['plain'] }, 'PKCE'],
    [
      'algorithms that no kube-apiserver takes',
      { ...metadata, id_token_signing_alg_values_supported: ['HS256'] },
      'algorithms',
    ],
  ])('%s ends it before anything is written', async (_, found, words) => {
    writeFileSync(file, kubeconfig);
    const failing = setUp({ yes: true }, world({ discover: () => Promise.resolve(found) }));
    await expect(failing).rejects.toMatchObject({
      code: 'provider',
      message: expect.stringContaining(words),
    });
    expect(readFileSync(file, 'utf8')).toBe(kubeconfig);
  });

  it('stops where there will be no refresh, and goes on where that is accepted', async () => {
    writeFileSync(file, kubeconfig);
    const found = { ...metadata, grant_types_supported: ['authorization_code'] };
    const told = world({ discover: () => Promise.resolve(found) });
    await expect(setUp({ yes: true }, told)).rejects.toMatchObject({ code: 'provider' });
    expect(readFileSync(file, 'utf8')).toBe(kubeconfig);
    expect((await setUp({ yes: true, 'accept-no-refresh': true }, told)).kind).toBe('written');
    expect(told.said.join('\n')).toContain('no refresh tokens');
  });

  it('an unknown context is said before the provider is asked', async () => {
    writeFileSync(file, kubeconfig);
    const discover = () => Promise.reject(new Error('asked the provider'));
    await expect(setUp({ context: 'prdo' }, world({ discover }))).rejects.toMatchObject({
      code: 'usage',
      hint: 'Did you mean "prod"?',
    });
  });

  it('a malformed kubeconfig is said with line and column before the provider is asked', async () => {
    writeFileSync(file, 'users: [\n');
    const discover = () => Promise.reject(new Error('asked the provider'));
    await expect(setUp({}, world({ discover }))).rejects.toMatchObject({
      code: 'usage',
      message: expect.stringContaining(`${file} line 2, column 1`),
    });
  });

  it('a provider that cannot be reached changes nothing', async () => {
    writeFileSync(file, kubeconfig);
    const discover = () => Promise.reject(new Failure('provider', 'cannot reach https://id.example'));
    await expect(setUp({ yes: true }, world({ discover }))).rejects.toMatchObject({ code: 'provider' });
    expect(readFileSync(file, 'utf8')).toBe(kubeconfig);
  });
});

describe('setup --verify', () => {
  const verified = (username: string, groups: readonly string[]): World => {
    const made = world();
    const login = {
      approve: () => Promise.reject(new Error('the sign-in approves')),
      signIn: () => Promise.resolve({ idToken: idToken({ groups: ['devs'] }), expiresAt: 2, obtainedAt: 1 }),
      askCluster: () => Promise.resolve({ username, groups, uid: '' }),
    };
    return { ...made, deps: { ...made.deps, login } };
  };

  it('is content when the cluster sees what the token says', async () => {
    writeFileSync(file, kubeconfig);
    const same = verified('oidc:ann', ['oidc:devs', 'system:authenticated']);
    expect((await setUp({ verify: true }, same)).kind).toBe('written');
    expect(same.said.join('\n')).toContain(
      'The cluster sees oidc:ann in the groups oidc:devs, system:authenticated',
    );
  });

  it('names each difference and ends with an honest no', async () => {
    writeFileSync(file, kubeconfig);
    const other = verified('ann', ['devs']);
    await expect(setUp({ verify: true }, other)).rejects.toMatchObject({ code: 'cluster' });
    expect(other.said.filter((line) => line.startsWith('Different'))).toEqual([
      'Different: the cluster sees the user "ann", not "oidc:ann": it puts no prefix before user names.',
      'Different: the cluster puts no prefix before groups: it sees "devs".',
    ]);
  });
});

describe('the words of setup', () => {
  it.each([
    ['no issuer', { 'issuer-url': undefined }, '--issuer-url is missing'],
    ['an http issuer', { 'issuer-url': 'http://id.example' }, 'is not https'],
    ['an empty prefix', { 'groups-prefix': '' }, '--groups-prefix is ""'],
    ['a prefix of the system', { 'username-prefix': 'system:' }, '--username-prefix is "system:"'],
    ['a server without a cluster', { server: 'https://x' }, '--server was given without --cluster'],
    ['a server over http', { cluster: 'a', server: 'http://x' }, '--server is "http://x"'],
    ['an unknown provider', { provider: 'github' }, '--provider is "github"'],
    ['a context given twice', { context: ['a', 'b'] }, '--context was given 2 times'],
    ['a name with an escape', { 'user-name': 'a\u001b[31m' }, '--user-name holds control characters'],
  ])('%s is one clear line', (_, extra, message) => {
    expect(() => parse({ ...words, ...extra }, { environment: {} })).toThrow(
      expect.objectContaining({ code: 'usage', message: expect.stringContaining(message) }),
    );
  });

  it('takes the settings of a login from the environment too', () => {
    const environment = { KUBECTL_OIDC_ISSUER_URL: 'https://id.example', KUBECTL_OIDC_CLIENT_ID: 'kube' };
    expect(parse({}, { environment }).settings.clientId).toBe('kube');
  });
});
