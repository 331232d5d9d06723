import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { connectTo } from '../../scripts/parts/api-client.ts';
import { type ApiServer, startApiServer } from '../../scripts/parts/api-server.ts';
import { assetsForTests } from '../../scripts/parts/assets.ts';
import { makeCertificateAuthority } from '../../scripts/parts/certificates.ts';
import { binding, clusterRole, role } from '../rbac/objects.ts';
import { type Ended, program, runProgram } from './lab.ts';

const rbac = 'rbac.authorization.k8s.io';
const odd = `a"b<c>&\\d 'ü 名`;
const world: readonly object[] = [
  role(
    'shop/lead',
    `get,list,create,patch,delete roles,rolebindings ${rbac}`,
    'get,list,create pods,configmaps',
  ),
  binding('shop/leads', 'role:lead', 'group:oidc:leads'),
  role('shop/half', `create roles,rolebindings ${rbac}`),
  binding('shop/half', 'role:half', 'user:hal'),
  clusterRole('root', `* *`, '* * *'),
  binding('root', 'clusterrole:root', 'group:oidc:root'),
];

describe('why, by what the real kubectl prints', () => {
  let folder: string;
  let apiServer: ApiServer;
  const stack = new AsyncDisposableStack();
  const env = () => ({ HOME: folder, PATH: process.env.PATH, KUBECONFIG: apiServer.adminKubeconfigPath });
  const kubectl = (...words: readonly string[]): Promise<Ended> =>
    runProgram(apiServer.kubectl, words, { env: env(), cwd: folder });
  const oidc = (words: readonly string[], stdin = ''): Promise<Ended> =>
    runProgram(process.execPath, [program, ...words], { env: env(), stdin, cwd: folder });
  /** What both streams of kubectl hold, as `2>&1` has them. */
  const refusal = async (...words: readonly string[]): Promise<string> => {
    const { stdout, stderr, status } = await kubectl(...words);
    expect(status).not.toBe(0);
    return stdout + stderr;
  };
  const why = async (text: string, ...words: readonly string[]): Promise<string> => {
    const { stdout, stderr, status } = await oidc(['why', ...words], text);
    expect([stderr, status]).toEqual(['', 0]);
    return stdout;
  };

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'why-'));
    stack.defer(() => rmSync(folder, { recursive: true, force: true }));
    const certificates = await makeCertificateAuthority();
    apiServer = await startApiServer({
      assets: assetsForTests(process.env),
      certificates,
      folder: join(folder, 'server'),
    });
    stack.defer(apiServer.stop);
    const api = await connectTo(apiServer);
    stack.defer(async () => api.close());
    const label = { 'pod-security.kubernetes.io/enforce': 'restricted' };
    await api.ask({
      path: '/api/v1/namespaces',
      body: { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'shop', labels: label } },
    });
    writeFileSync(
      join(folder, 'world.json'),
      JSON.stringify({ apiVersion: 'v1', kind: 'List', items: world }),
    );
    expect((await kubectl('apply', '-f', 'world.json')).status).toBe(0);
    writeFileSync(
      join(folder, 'cm.json'),
      JSON.stringify({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'c', namespace: 'shop' } }),
    );
  }, 120_000);
  afterAll(() => stack.disposeAsync(), 60_000);

  it.each([
    ['a user', ['--as', 'bob']],
    ['a user of an odd name', ['--as', odd]],
    ['a service account', ['--as', 'system:serviceaccount:shop:ci']],
  ])(
    'of %s names what the leads can grant, and that grant, run by a lead, is what was missing',
    async (_, who) => {
      const text = await refusal('get', 'pods', '-n', 'shop', ...who);
      const answer = await why(text);
      expect(answer).toContain('It would need: list on pods, bound in namespace shop.');
      expect(answer).toMatch(
        /Could grant it:\n {4}Group oidc:leads +RoleBinding shop\/leads → Role shop\/lead\n/,
      );
      expect(answer).not.toContain('User hal');
      const [, words = ''] = /Ask for: kubectl oidc (grant .+)\n/.exec(answer) ?? [];
      const granted = await runProgram(
        '/bin/sh',
        ['-c', `"$0" "$1" ${words} --yes --as lea --as-group oidc:leads`, process.execPath, program],
        { env: env(), cwd: folder },
      );
      expect([granted.status, granted.stdout]).toEqual([0, expect.stringContaining('list on pods')]);
      expect((await kubectl('get', 'pods', '-n', 'shop', ...who)).status).toBe(0);
      expect(await why(text)).toContain('may list pods in namespace shop by now: try again.\n');
    },
  );

  it.each([
    ['one object', ['get', 'cm', 'c', '-n', 'shop'], '--verb get --resource configmaps --name c'],
    [
      'a subresource',
      ['get', 'deploy', 'web', '-n', 'shop', '--subresource=scale'],
      '--resource deployments.apps/scale --name web',
    ],
    ['all namespaces', ['get', 'secrets', '-A'], '--cluster --verb list --resource secrets'],
    ['the cluster', ['get', 'node', 'n1'], '--cluster --verb get --resource nodes --name n1'],
    ['a URL', ['get', '--raw', '/metrics'], '--cluster --verb get --resource /metrics'],
    ['a namespace', ['delete', 'ns', 'shop'], '-n shop --verb delete --resource namespaces --name shop'],
    ['a file', ['apply', '-f', 'cm.json'], '-n shop --verb get --resource configmaps --name c'],
    [
      'a server-side apply',
      ['apply', '--server-side', '-f', 'cm.json'],
      '--verb patch --resource configmaps --name c',
    ],
    ['a create', ['create', '-f', 'cm.json'], '--verb create --resource configmaps\n'],
    [
      'a token',
      ['create', 'token', 'ci', '-n', 'shop'],
      '--verb create --resource serviceaccounts/token --name ci',
    ],
    [
      'a name by a field',
      ['get', 'cm', '-n', 'shop', '--field-selector', 'metadata.name=c'],
      '--verb list --resource configmaps --name c --names-with-list',
    ],
    [
      'a list, in a log of requests',
      ['get', 'cm', '-n', 'shop', '-v=8'],
      '-n shop --verb list --resource configmaps\n',
    ],
  ])('of %s asks for exactly that, and the administrator may grant it', async (_, words, asks) => {
    const answer = await why(await refusal(...words, '--as', 'carl', '--as-group', 'x'));
    expect(answer).toContain(asks);
    const [, grant = ''] = /Ask for: kubectl oidc (grant .+)\n/.exec(answer) ?? [];
    const planned = await oidc([...grant.split(' '), '--dry-run']);
    expect([
      planned.stderr.split('\n').filter((line) => line.startsWith('kubectl-oidc:')),
      planned.status,
    ]).toEqual([[], 0]);
  });

  it('explains several refusals among other output, in JSON too', async () => {
    const text = `NAME\nweb 1/1\n${await refusal('get', 'cm,secrets', '-n', 'shop', '--as', 'eve')}done\n`;
    const document = JSON.parse(await why(text, '-o', 'json'));
    expect(document).toMatchObject({ kind: 'Refusals', complete: true });
    expect(
      document.refusals.map(({ request }: { request: { resource: string } }) => request.resource),
    ).toEqual(['configmaps', 'secrets']);
    expect(document.refusals[0]).toMatchObject({
      allowedNow: false,
      groups: 'unknown',
      grant: 'kubectl oidc grant --user eve -n shop --verb list --resource configmaps',
      granters: [
        { kind: 'Group', name: 'oidc:leads' },
        { kind: 'Group', name: 'oidc:root' },
      ],
    });
  });

  it('of a caller who may read nothing says what it could not see', async () => {
    const answer = await why(await refusal('get', 'cm', '-n', 'shop', '--as', 'fay'), '--as', 'fay');
    expect(answer).toContain('User fay (you) may not list configmaps in namespace shop.');
    expect(answer).toContain('Nobody was found who could grant it.');
    expect(answer).toMatch(/Not all could be read:\n {4}ClusterRoleBindings: you may not list them\n/);
  });

  it('offers the caller’s own groups', async () => {
    const text = await refusal('get', 'cm', '-n', 'shop', '--as', 'gil', '--as-group', 'oidc:devs');
    expect(await why(text, '--as', 'gil', '--as-group', 'oidc:devs')).toContain(
      'instead of you alone: --group (oidc:devs).',
    );
  });

  it('of handing out too much names the rules, and who could', async () => {
    const text = await refusal(
      'create',
      'role',
      'x',
      '--verb=get',
      '--resource=pods',
      '-n',
      'shop',
      '--as',
      'hal',
    );
    const answer = await why(text, '-n', 'shop');
    expect(answer).toContain(
      'User hal may write roles "x", but not hand out what they do not hold in namespace shop.',
    );
    expect(answer).toContain('    get on pods\n');
    expect(answer).toMatch(/Group oidc:leads +RoleBinding shop\/leads/);
  });

  it('of what is not RBAC’s says so', async () => {
    expect(await why(await refusal('run', 'web', '--image=x', '-n', 'shop'))).toMatch(
      /^Not RBAC: pods "web" is forbidden: violates PodSecurity "restricted:latest".*\n {2}Pod Security admission/,
    );
    expect(await why(await refusal('delete', 'ns', 'kube-system'))).toContain('no grant helps');
  });

  it('of nobody says to sign in', async () => {
    const text = await refusal('get', 'pods', '-n', 'shop', '--as', 'system:anonymous');
    expect(await why(text)).toContain('Sign in with "kubectl oidc login"');
  });

  it.each([
    ['no error', 'pod/web created\n', 2, 'there is no Forbidden error in that text.'],
    ['nothing', '', 2, 'there is no Forbidden error in that text.'],
    [
      'a 401',
      'error: You must be logged in to the server (Unauthorized)\n',
      4,
      'the server did not accept the login (401)',
    ],
  ])('of %s is one line', async (_, text, expected, message) => {
    const { stdout, stderr, status } = await oidc(['why'], text);
    expect([stdout, status]).toEqual(['', expected]);
    expect(stderr).toContain(`kubectl-oidc: ${message}`);
    expect(stderr.trimEnd().split('\n')).toHaveLength(1);
  });

  it('takes a pasted word, and answers from manifests without a cluster', async () => {
    const text = readFileSync(join(folder, 'world.json'), 'utf8');
    writeFileSync(join(folder, 'only.json'), text);
    const words = [
      'why',
      'pods is forbidden: User "ida" cannot list resource "pods" in API group "" in the namespace "shop"',
    ];
    const { stdout, status } = await oidc([...words, '-f', 'only.json']);
    expect(status).toBe(0);
    expect(stdout).toMatch(/Could grant it:\n {4}Group oidc:leads/);
  });
});
