import { describe, expect, it } from 'vitest';
import { nearestName } from '../../src/nearest-name.ts';
import { execEntryFor } from '../../src/oidc/exec-entry.ts';
import {
  clusterOfContext,
  contextNamed,
  type ExecEntry,
  type KubeCluster,
  type KubeContext,
  type Kubeconfig,
  type KubeFile,
  type KubeUser,
  mergeKubeFiles,
} from '../../src/oidc/kubeconfig.ts';
import { planSetup, type SetupWish } from '../../src/oidc/kubeconfig-plan.ts';
import { parseLoginSettings } from '../../src/oidc/settings.ts';

const settings = parseLoginSettings({ 'issuer-url': 'https://id.example', 'client-id': 'kube' });
const entry = execEntryFor(settings, 'kubectl-oidc');
const context = (name: string, parts: Partial<KubeContext> = {}): KubeContext => ({
  name,
  file: '/a',
  cluster: 'c1',
  user: 'admin',
  namespace: '',
  ...parts,
});
const cluster = (name: string, parts: Partial<KubeCluster> = {}): KubeCluster => ({
  name,
  file: '/a',
  server: 'https://c1.example',
  certificateAuthority: '',
  certificateAuthorityData: '',
  insecureSkipTlsVerify: false,
  tlsServerName: '',
  proxyUrl: '',
  ...parts,
});
const user = (name: string, exec?: ExecEntry): KubeUser => ({ name, file: '/a', exec });
const file = (path: string, parts: Partial<KubeFile> = {}): KubeFile => ({
  path,
  exists: true,
  currentContext: '',
  contexts: [],
  clusters: [],
  users: [],
  ...parts,
});
const config = (parts: Partial<Kubeconfig> = {}): Kubeconfig => ({
  files: [{ path: '/a', exists: true }],
  defaultFile: '/a',
  currentContext: 'prod',
  contexts: [context('prod', { namespace: 'web' })],
  clusters: [cluster('c1')],
  users: [user('admin')],
  ...parts,
});
const wish = (parts: Partial<SetupWish> = {}): SetupWish => ({
  target: { kind: 'current' },
  userName: undefined,
  useContext: false,
  entry,
  ...parts,
});
const execOf = {
  apiVersion: 'client.authentication.k8s.io/v1',
  command: 'kubectl-oidc',
  args: ['get-token', '--issuer-url=https://id.example', '--client-id=kube'],
  interactiveMode: 'IfAvailable',
  provideClusterInfo: true,
  installHint: entry.installHint,
};

describe('mergeKubeFiles', () => {
  it('lets the first file that names an entry win with the whole entry, and the first current-context', () => {
    const merged = mergeKubeFiles([
      file('/a', { clusters: [cluster('x', { server: 'https://first' })] }),
      file('/b', {
        currentContext: 'b',
        clusters: [
          cluster('x', { server: 'https://second', tlsServerName: 'second', file: '/b' }),
          cluster('y', { file: '/b' }),
        ],
      }),
      file('/c', { currentContext: 'c' }),
    ]);
    expect(merged.clusters.map((each) => [each.name, each.server, each.tlsServerName, each.file])).toEqual([
      ['x', 'https://first', '', '/a'],
      ['y', 'https://c1.example', '', '/b'],
    ]);
    expect(merged.currentContext).toBe('b');
  });

  it.each([
    ['the first file that exists', [file('/a', { exists: false }), file('/b'), file('/c')], '/b'],
    [
      'the last of the list when none exists',
      [file('/a', { exists: false }), file('/b', { exists: false })],
      '/b',
    ],
  ])('puts new things into %s', (_, files, expected) => {
    expect(mergeKubeFiles(files).defaultFile).toBe(expected);
  });
});

describe('names', () => {
  it.each([
    ['prdo', ['dev', 'prod'], 'prod'],
    ['PROD', ['prod'], 'prod'],
    ['x', ['production'], undefined],
    ['gke_project_zone_clstr', ['gke_project_zone_cluster', 'other'], 'gke_project_zone_cluster'],
  ])('the nearest of %s among %j is %s', (name, known, expected) => {
    expect(nearestName(name, known)).toBe(expected);
  });

  it('an unknown context is a usage failure that offers the nearest spelling', () => {
    expect(() => contextNamed(config(), 'prdo')).toThrow(
      expect.objectContaining({ code: 'usage', hint: 'Did you mean "prod"?' }),
    );
  });

  it('a name with terminal escapes is cleaned before it is said', () => {
    expect(() => contextNamed(config(), '\u001b[31mx')).toThrow('there is no context "x" in /a');
  });

  it('a context whose cluster is not defined names both', () => {
    const broken = context('prod', { cluster: 'c11' });
    expect(() => clusterOfContext(config(), broken)).toThrow(
      expect.objectContaining({ message: expect.stringContaining('"c11"'), hint: 'Did you mean "c1"?' }),
    );
  });
});

describe('planSetup', () => {
  it('adds user and context beside the current context, keeps its namespace and does not switch', () => {
    const plan = planSetup(config(), wish());
    expect(plan.edits).toEqual([
      { file: '/a', path: ['users', { named: 'prod-oidc' }], value: { user: { exec: execOf } } },
      {
        file: '/a',
        path: ['contexts', { named: 'prod-oidc' }],
        value: { context: { cluster: 'c1', user: 'prod-oidc', namespace: 'web' } },
      },
    ]);
    expect(plan.words).toEqual([
      'new user "prod-oidc"',
      'new context "prod-oidc": cluster "c1", user "prod-oidc"',
    ]);
  });

  it('gives a context that is named the new user, in the file where the context lives, and keeps the old user', () => {
    const two = config({ contexts: [context('prod', { file: '/b' })], defaultFile: '/a' });
    const plan = planSetup(two, wish({ target: { kind: 'context', name: 'prod' } }));
    expect(plan.edits.map(({ file: where, path, value }) => [where, path.at(-1), value])).toEqual([
      ['/a', { named: 'prod-oidc' }, { user: { exec: execOf } }],
      ['/b', 'user', 'prod-oidc'],
    ]);
    expect(plan.words[1]).toBe(
      'changed context "prod": user "prod-oidc" instead of "admin", which stays in the file',
    );
  });

  it('makes cluster, user and context, and the first context is the current one', () => {
    const target = {
      kind: 'cluster',
      name: 'new',
      server: 'https://new.example:6443',
      caBase64: 'Q0E=',
      contextName: undefined,
    } as const;
    const empty = config({ currentContext: '', contexts: [], clusters: [], users: [] });
    const plan = planSetup(empty, wish({ target }));
    expect(plan.edits.map(({ path, value }) => [path, value])).toEqual([
      [
        ['clusters', { named: 'new' }],
        { cluster: { server: 'https://new.example:6443', 'certificate-authority-data': 'Q0E=' } },
      ],
      [['users', { named: 'new-oidc' }], { user: { exec: execOf } }],
      [['contexts', { named: 'new' }], { context: { cluster: 'new', user: 'new-oidc' } }],
      [['current-context'], 'new'],
    ]);
  });

  const done = config({
    currentContext: 'prod',
    contexts: [context('prod'), context('prod-oidc', { user: 'prod-oidc' })],
    users: [user('admin'), user('prod-oidc', entry)],
  });
  it.each([
    ['beside the current context', wish()],
    ['in a named context', wish({ target: { kind: 'context', name: 'prod-oidc' } })],
  ])('plans nothing the second time, %s', (_, again) => {
    expect(planSetup(done, again).edits).toEqual([]);
  });

  it('plans nothing the second time when the login is the current context', () => {
    const current = { ...done, currentContext: 'prod-oidc' };
    expect(planSetup(current, wish()).edits).toEqual([]);
  });

  it('switches the current context when asked to', () => {
    expect(planSetup(done, wish({ useContext: true })).edits).toEqual([
      { file: '/a', path: ['current-context'], value: 'prod-oidc' },
    ]);
  });

  it('changes only the fields of our own user that differ, keeps its variables and says who shares it', () => {
    const old = { ...entry, args: ['get-token', '--issuer-url=https://old.example', '--client-id=kube'] };
    const variables = [{ name: 'KUBECTL_OIDC_ACCOUNT', value: 'bob' }];
    const shared = {
      ...done,
      contexts: [...done.contexts, context('stage', { user: 'prod-oidc' })],
      users: [user('prod-oidc', { ...old, env: variables })],
    };
    const plan = planSetup(shared, wish());
    expect(plan.edits).toEqual([
      {
        file: '/a',
        path: ['users', { named: 'prod-oidc' }, 'user', 'exec', 'args'],
        value: execOf.args,
      },
    ]);
    expect(plan.entry.env).toEqual(variables);
    expect(plan.words).toEqual([
      'changed user "prod-oidc": args',
      'user "prod-oidc" keeps its variables KUBECTL_OIDC_ACCOUNT',
      'user "prod-oidc" is also the user of "stage"',
    ]);
  });

  const newCluster = (name: string, server = 'https://new.example') =>
    ({ kind: 'cluster', name, server, caBase64: '', contextName: undefined }) as const;
  it.each([
    ['a user that is not ours', wish({ userName: 'admin' }), 'user "admin" exists', '--user-name NAME'],
    [
      'a cluster at another address',
      wish({ target: newCluster('c1') }),
      'cluster "c1" is at https://c1.example, not at https://new.example',
      '--cluster NAME',
    ],
    [
      'a context for another cluster',
      wish({ target: newCluster('prod') }),
      'context "prod" is for cluster "c1"',
      '--context NAME',
    ],
  ])('refuses to take over %s', (_, asked, message, flag) => {
    expect(() => planSetup(config(), asked)).toThrow(
      expect.objectContaining({
        code: 'conflict',
        message: expect.stringContaining(message),
        hint: expect.stringContaining(flag),
      }),
    );
  });

  it('refuses to change the user of a context that only happens to have the name of the cluster', () => {
    const same = config({ contexts: [context('c1')] });
    expect(() => planSetup(same, wish({ target: newCluster('c1', '') }))).toThrow(
      expect.objectContaining({ code: 'conflict', message: 'context "c1" exists, with user "admin"' }),
    );
  });

  it("refuses to take over another tool's exec entry", () => {
    const theirs = { ...entry, command: 'kubectl', args: ['oidc-login', 'get-token'] };
    const taken = config({ users: [user('admin'), user('prod-oidc', theirs)] });
    expect(() => planSetup(taken, wish())).toThrow(
      expect.objectContaining({ code: 'conflict', message: expect.stringContaining('"prod-oidc"') }),
    );
  });

  it('asks for a context or cluster where there is no current one', () => {
    expect(() => planSetup(config({ currentContext: '' }), wish())).toThrow(
      expect.objectContaining({
        code: 'usage',
        hint: expect.stringContaining('--cluster NAME --server URL'),
      }),
    );
  });

  it('asks for the server of a cluster that is not there', () => {
    expect(() => planSetup(config(), wish({ target: newCluster('c2', '') }))).toThrow(
      expect.objectContaining({ code: 'usage', hint: expect.stringContaining('--server URL') }),
    );
  });
});
