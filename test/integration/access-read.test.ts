import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { connectTo } from '../../scripts/parts/api-client.ts';
import { type ApiServer, startApiServer, startControllerManager } from '../../scripts/parts/api-server.ts';
import { assetsForTests } from '../../scripts/parts/assets.ts';
import { type CertificateAuthority, makeCertificateAuthority } from '../../scripts/parts/certificates.ts';
import { waitUntilReady } from '../../scripts/parts/process.ts';
import { binding, clusterRole, part, role } from '../rbac/objects.ts';
import { type Ended, program, runProgram } from './lab.ts';

const namespace = (name: string) => ({ apiVersion: 'v1', kind: 'Namespace', metadata: { name } });

/** More RoleBindings than a page of a LIST holds. */
const many = 2_050;
const world: readonly object[] = [
  namespace('shop'),
  namespace('bank'),
  namespace('crowd'),
  role('shop/pod-reader', 'get,list,watch pods,pods/log', 'get secrets [db-password]'),
  binding('shop/read-pods', 'role:pod-reader', 'group:oidc:devs', 'sa:bank/ci'),
  binding('shop/viewers', 'clusterrole:view', 'group:oidc:devs'),
  binding('bank/admins', 'clusterrole:admin', 'user:ann'),
  part('widgets', 'rbac.authorization.k8s.io/aggregate-to-view', 'get,list widgets example.com'),
  clusterRole('metrics', 'get /metrics,/healthz*'),
  binding('metrics', 'clusterrole:metrics', 'group:oidc:ops'),
  binding('shop/nodes', 'clusterrole:nodes', 'group:oidc:devs'),
  clusterRole('nodes', 'get,list nodes'),
  clusterRole(
    'carl',
    'get,list clusterroles,clusterrolebindings rbac.authorization.k8s.io',
    'list namespaces',
  ),
  binding('carl', 'clusterrole:carl', 'user:carl'),
  role('shop/reader', 'list roles,rolebindings rbac.authorization.k8s.io'),
  binding('shop/reader', 'role:reader', 'user:carl'),
  role('crowd/reader', 'get configmaps'),
  ...Array.from({ length: many }, (_, index) =>
    binding(`crowd/b-${index}`, 'role:reader', `user:person-${index}`),
  ),
];

const plural = (kind: string) => `${kind.toLowerCase()}s`;

function pathOf(object: object): string {
  const { kind, metadata } = object as { kind: string; metadata: { namespace?: string } };
  if (kind === 'Namespace') return '/api/v1/namespaces';
  const place = metadata.namespace === undefined ? '' : `/namespaces/${metadata.namespace}`;
  return `/apis/rbac.authorization.k8s.io/v1${place}/${plural(kind)}`;
}

describe('questions about access, on a real API server', () => {
  let folder: string;
  let certificates: CertificateAuthority;
  let apiServer: ApiServer;
  const stack = new AsyncDisposableStack();

  async function run(words: readonly string[], { as = 'admin', stdin = '' } = {}): Promise<Ended> {
    const env = { HOME: folder, PATH: process.env.PATH, KUBECONFIG: kubeconfigs.get(as) };
    return runProgram(process.execPath, [program, ...words], { env, stdin, cwd: folder });
  }
  const kubeconfigs = new Map<string, string>();
  const oidc = (line: string, options?: Parameters<typeof run>[1]) => run(line.split(' '), options);

  /** A kubeconfig whose client certificate says who they are. */
  async function addPerson(name: string, groups: readonly string[], own: string): Promise<void> {
    const { certPem, keyPem } = await certificates.issueClientCertificate(name, groups);
    const config = JSON.parse(readFileSync(apiServer.adminKubeconfigPath, 'utf8'));
    const base64 = (text: string) => Buffer.from(text).toString('base64');
    config.users[0].user = { 'client-certificate-data': base64(certPem), 'client-key-data': base64(keyPem) };
    config.contexts[0].context.namespace = own;
    const path = join(folder, `${name}.kubeconfig`);
    writeFileSync(path, JSON.stringify(config), { mode: 0o600 });
    kubeconfigs.set(name, path);
  }

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'access-read-'));
    stack.defer(() => rmSync(folder, { recursive: true, force: true }));
    certificates = await makeCertificateAuthority();
    const assets = assetsForTests(process.env);
    const server = join(folder, 'server');
    apiServer = await startApiServer({ assets, certificates, folder: server });
    stack.defer(apiServer.stop);
    kubeconfigs.set('admin', apiServer.adminKubeconfigPath);
    for (const [name, groups, own] of [
      ['ann', ['oidc:devs'], 'bank'],
      ['bob', [], 'shop'],
      ['carl', [], 'shop'],
    ] as const)
      await addPerson(name, groups, own);
    const manager = await startControllerManager(apiServer, { assets, folder: server });
    stack.defer(manager.stop);
    const api = await connectTo(apiServer);
    stack.defer(async () => api.close());
    for (const object of world.slice(0, 3)) await api.ask({ path: pathOf(object), body: object });
    const answers = await api.askAll(
      world.slice(3).map((object) => ({ path: pathOf(object), body: object })),
    );
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([201]));
    const isReady = async () => {
      const { body } = await api.ask({ path: '/apis/rbac.authorization.k8s.io/v1/clusterroles/view' });
      return JSON.stringify(body).includes('"widgets"');
    };
    const log = join(server, 'kube-controller-manager.log');
    await waitUntilReady({ what: 'the role view', isReady, daemons: [manager], deadlineMs: 60_000, log });
  }, 180_000);
  afterAll(() => stack.disposeAsync(), 60_000);

  it.each([
    ['can group:oidc:devs get pods -n shop', 0],
    ['can group:oidc:devs get secrets db-password -n shop', 0],
    ['can group:oidc:devs get secrets -n shop', 1],
    ['can sa:bank/ci list pods -n shop', 0],
    ['can user:ann create pods/exec web -n bank', 0],
    ['can user:ann impersonate serviceaccounts ci -n bank', 0],
    ['can user:ann --as-group oidc:devs get configmaps -n shop', 0],
    ['can group:oidc:devs get nodes', 1],
    ['can group:oidc:ops get /healthz/etcd', 0],
    ['can group:oidc:ops get /livez/etcd', 1],
    ['can group:oidc:devs get namespaces shop', 0],
    ['can group:system:masters delete nodes', 0],
    ['can me delete namespaces shop', 0],
  ])('%s ends with %i, and the server agrees', async (line, status) => {
    const { stdout, stderr, ...ended } = await oidc(`${line} --verify`);
    expect([stderr, ended.status]).toEqual(['', status]);
    expect(stdout).toMatch(status === 0 ? /^yes: / : /^no: /);
    expect(stdout).toContain(`The API server says ${status === 0 ? 'yes' : 'no'}`);
  });

  it('shows the part of an aggregated role in which the rule is written', async () => {
    const checks = {
      apiVersion: 'kubectl-oidc/v1',
      kind: 'AccessChecks',
      checks: [
        {
          subject: { groups: ['oidc:devs'] },
          verb: 'list',
          resource: 'widgets',
          group: 'example.com',
          namespace: 'shop',
          expect: 'deny',
        },
      ],
    };
    const { stdout, status } = await run(['check', '-'], { stdin: JSON.stringify(checks) });
    expect(status).toBe(1);
    expect(stdout).toContain(
      '    └ RoleBinding shop/viewers\n      └ ClusterRole view\n        └ which collects ClusterRole widgets\n',
    );
    expect(stdout).toContain('1 check: 1 not as expected.');
  });

  it('answers from all pages, the same live, from a snapshot, and from what kubectl prints', async () => {
    const snapshot = join(folder, 'snapshot.json');
    const live = await oidc('who-can get configmaps -A -o json');
    const { subjects } = JSON.parse(live.stdout);
    expect(subjects.filter(({ name }: { name: string }) => name.startsWith('person-'))).toHaveLength(many);

    expect((await oidc(`can me --save-snapshot ${snapshot} -n shop`)).status).toBe(0);
    expect(statSync(snapshot).mode & 0o777).toBe(0o600);
    const saved = await oidc(`who-can get configmaps -A -o json --snapshot ${snapshot}`);
    expect(saved.stdout).toBe(live.stdout);

    const printed = await runProgram(
      apiServer.kubectl,
      ['get', 'clusterroles,roles,rolebindings,clusterrolebindings', '-A', '-o', 'yaml'],
      { env: { HOME: folder, KUBECONFIG: kubeconfigs.get('admin') } },
    );
    const offline = await run(['who-can', 'get', 'configmaps', '-A', '-o', 'json', '-f', '-'], {
      stdin: printed.stdout,
    });
    const sorted = (text: string) =>
      JSON.parse(text)
        .subjects.map((each: object) => JSON.stringify(each))
        .sort();
    expect(sorted(offline.stdout)).toEqual(sorted(live.stdout));

    const same = await oidc(`diff ${snapshot} context:admin --exit-code`);
    expect([same.stdout, same.stderr, same.status]).toEqual(['Nobody gains or loses anything.\n', '', 0]);
  }, 60_000);

  it('of somebody who may read one namespace says what was not seen', async () => {
    const { stdout, status } = await oidc('who-can get pods -A', { as: 'carl' });
    expect(status).toBe(0);
    expect(stdout).toMatch(/Group oidc:devs +shop +RoleBinding read-pods → Role pod-reader/);
    expect(stdout).toContain('At least these: not all could be read.\n');
    expect(stdout).toMatch(/RoleBindings: you may not list them in bank, crowd, default and \d more/);
    const document = JSON.parse((await oidc('who-can get pods -A -o json', { as: 'carl' })).stdout);
    expect(document.complete).toBe(false);
    const one = JSON.parse((await oidc('who-can get pods -n shop -o json', { as: 'carl' })).stdout);
    expect(one.complete).toBe(true);
  });

  it('of somebody who may read nothing asks the server about themselves, and is honest about others', async () => {
    const me = await oidc('can me get pods', { as: 'bob' });
    expect([me.stdout.split('\n')[0], me.status]).toEqual([
      'no: User bob (you) may not get pods in namespace shop',
      1,
    ]);
    expect(me.stdout).toContain('The API server says no');
    const other = await oidc('can group:oidc:devs get pods', { as: 'bob' });
    expect(other.stdout).toContain('This "no" is not certain: not all could be read.');
    expect(other.status).toBe(1);
    const verified = await oidc('can group:oidc:devs get pods --verify', { as: 'bob' });
    expect(verified.stderr).toMatch(/^kubectl-oidc: you may not create subjectaccessreviews/);
  });

  it('of an administrator of one namespace is a yes with the reason of the server, and the rules that it lists', async () => {
    const yes = await oidc('can me delete pods', { as: 'ann' });
    expect(yes.status).toBe(0);
    expect(yes.stdout).toContain(
      'RBAC: allowed by RoleBinding "admins/bank" of ClusterRole "admin" to User "ann"',
    );
    const everything = await oidc('can me', { as: 'ann' });
    expect(everything.stdout).toContain('In namespace bank, as the API server says (SelfSubjectRulesReview)');
    const whoCan = await oidc('who-can get pods', { as: 'ann' });
    expect(whoCan.stdout).toContain(
      'RoleBinding bank/admins gives User ann ClusterRole admin, which could not be read: it may allow this.',
    );
  });

  it('what comes through a pipe is either side of a comparison', async () => {
    const given = [role('shop/r', 'get pods'), binding('shop/b', 'role:r', 'group:devs')];
    const path = join(folder, 'given.json');
    writeFileSync(path, JSON.stringify({ apiVersion: 'v1', kind: 'List', items: given }));
    const stdin = JSON.stringify({ apiVersion: 'v1', kind: 'List', items: given.slice(0, 1) });
    const [lost, gained] = [
      await run(['diff', path, '-'], { stdin }),
      await run(['diff', '-', path], { stdin }),
    ];
    expect(lost.stdout).toContain('1 subject: 0 rules gained, 1 rule lost.');
    expect(gained.stdout).toContain('1 subject: 1 rule gained, 0 rules lost.');
    const twice = await run(['diff', '-', '-'], { stdin });
    expect(twice.stderr).toContain('stdin was named twice');
  });

  it('as somebody else is impersonation', async () => {
    const { stdout, status } = await oidc('can me get pods -n bank --as ann');
    expect(stdout).toMatch(/^yes: User ann \(you\) may get pods in namespace bank\n/);
    expect(status).toBe(0);
  });

  it.each([
    ['can group:x get podss', 'the cluster has no resource "podss". Did you mean "pods"?'],
    [
      'can group:x get pods -n shopp',
      'the cluster of context "admin" has no namespace "shopp". Did you mean "shop"?',
    ],
    [
      'who-can get nodes -n shop',
      'nodes is in no namespace. Leave --namespace out: it is of the whole cluster.',
    ],
    ['who-can gets pods', '"gets" is no verb of pods. Did you mean "get"?'],
    ['who-can get pods --context admn', 'there is no context "admn"'],
    [
      'who-can get pods -f nowhere',
      'could not read nowhere (ENOENT). Check the path: there is no such file.',
    ],
    ['diff yesterday.json', 'too few words: 1 where 2 are needed. "kubectl oidc diff --help" shows them.'],
    ['diff git:HEAD:x context:admin', 'git knows no revision "HEAD" here.'],
  ])('%s is one line', async (line, message) => {
    const { stdout, stderr, status } = await oidc(line);
    expect(stdout).toBe('');
    expect(stderr).toContain(`kubectl-oidc: ${message}`);
    expect(stderr.trimEnd().split('\n')).toHaveLength(1);
    expect([1, 2]).toContain(status);
  });

  it('review tells who reaches what, of people who may list it all', async () => {
    const { stdout, stderr, status } = await oidc('review --hide-system --search ann');
    expect([stderr, status]).toEqual(['', 0]);
    expect(stdout).toMatch(
      /^SUBJECT +REACH +ROLES +BINDINGS +MARKS\nUser ann +1 namespace +1 +1 +may change RBAC, may become someone else, may read secrets\n\nThis is a part of it: .*\n1 subject, by /,
    );
    const all = await oidc('review -o json');
    const { complete, clusters } = JSON.parse(all.stdout);
    expect([complete, clusters[0].rows.length > many]).toEqual([true, true]);
  });

  it('review me tells what the server says to somebody who may list nothing', async () => {
    const { stdout, status } = await oidc('review me', { as: 'bob' });
    expect(status).toBe(0);
    expect(stdout).toContain('0 subjects of User bob (you), by 0 bindings');
    expect(stdout).toContain('Not all could be read, so there may be more:\n');
    expect(stdout).toContain('In namespace shop the API server itself says that you may');
    expect(stdout).toContain('  create on selfsubjectaccessreviews.authorization.k8s.io');
  });

  it('review of several contexts goes on without one that does not answer, and ends with 1', async () => {
    const config = JSON.parse(readFileSync(apiServer.adminKubeconfigPath, 'utf8'));
    const [context] = config.contexts;
    const gone = {
      ...config.clusters[0],
      name: 'gone',
      cluster: { ...config.clusters[0].cluster, server: 'https://127.0.0.1:1' },
    };
    const two = {
      ...config,
      clusters: [...config.clusters, gone],
      contexts: [context, { name: 'gone', context: { ...context.context, cluster: 'gone' } }],
    };
    const path = join(folder, 'two.kubeconfig');
    writeFileSync(path, JSON.stringify(two), { mode: 0o600 });
    kubeconfigs.set('two', path);
    const { stdout, stderr, status } = await oidc('review --contexts all --search ann', { as: 'two' });
    expect(stdout).toMatch(new RegExp(`^${context.name} +User ann `, 'm'));
    expect(stdout).toMatch(/^Not read: context gone: .*127\.0\.0\.1:1/m);
    expect(stderr).toMatch(/^kubectl-oidc: 1 of 2 contexts could not be read: gone: /);
    expect(status).toBe(1);
  });

  it('review -o html is one page, and nothing else goes to stdout', async () => {
    const { stdout, stderr, status } = await oidc('review -o html');
    expect([stderr, status]).toEqual(['', 0]);
    expect(stdout.startsWith('<!doctype html>\n')).toBe(true);
    expect(stdout.endsWith('</html>\n')).toBe(true);
    expect(stdout).toContain('<bdi>ann</bdi>');
  });
});
