import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parse, parseAllDocuments } from 'yaml';
import { type ApiServer, startApiServer, startControllerManager } from '../../scripts/parts/api-server.ts';
import { type Assets, assetsForTests } from '../../scripts/parts/assets.ts';
import { type Daemon, waitUntilReady } from '../../scripts/parts/process.ts';
import { type Ended, type Lab, openLab } from './lab.ts';

// The story of the README on real parts, told in order: the tests of the first block build on each other.
let lab: Lab;
let apiServer: ApiServer;
let controllers: Daemon;
let assets: Required<Assets>;

/** The administrator, with a client certificate in system:masters. */
const admin = (...words: string[]): Promise<Ended> =>
  lab.exec(assets.kubectl, ['--kubeconfig', apiServer.adminKubeconfigPath, ...words]);
const asAdmin = (...words: string[]): Promise<Ended> =>
  lab.oidc([...words, '--kubeconfig', apiServer.adminKubeconfigPath]);
/** Alice, signed in, a member of k8s-restricted-users. */
const alice = (...words: string[]): Promise<Ended> => lab.exec(assets.kubectl, words);
const objects = async (kind: string, namespace: string) =>
  JSON.parse((await admin('get', kind, '-n', namespace, '-o', 'json')).stdout).items;

beforeAll(async () => {
  assets = assetsForTests(process.env);
  lab = await openLab({ idTokenTtlSeconds: 600 });
  const folder = join(lab.folder, 'api');
  apiServer = await startApiServer({ assets, folder, certificates: lab.certificates });
  controllers = await startControllerManager(apiServer, { assets, folder });
  const setup = await lab.oidc([
    ...['setup', ...lab.loginFlags, '--cluster=lab', `--server=${apiServer.server}`],
    ...[`--cluster-certificate-authority=${lab.caFile}`, '--context=lab', '--use-context'],
    ...['--username-claim=email', '--yes'],
  ]);
  await apiServer.setAuthenticationConfiguration(parse(setup.stdout));
  await lab.oidc(['login']);
  await waitUntilReady({
    what: 'the API server with the provider',
    isReady: async () => (await alice('auth', 'whoami')).status === 0,
    daemons: [],
    deadlineMs: 20_000,
    log: '/dev/null',
  });
  for (const name of ['shop', 'web', 'ops']) await admin('create', 'namespace', name);
  await admin('label', 'namespace', 'shop', 'web', 'team=shop');
}, 150_000);

afterAll(async () => {
  await controllers?.stop();
  await apiServer?.stop();
  await lab?.stop();
}, 60_000);

describe('the pair of the article', () => {
  const pair = ['--group', 'k8s-restricted-users', '-n', 'default', '--preset', 'pod-service-reader'];

  it('a member of the group may not see pods before', async () => {
    expect((await alice('get', 'pods')).stderr).toContain('pods is forbidden');
  });

  it('without a terminal and without --yes nothing is written, and the line says how', async () => {
    const ended = await asAdmin('grant', ...pair);
    expect([ended.status, ended.stdout]).toEqual([2, '']);
    expect(ended.stderr).toContain('create RoleBinding default/read-pods-services');
    expect(ended.stderr).toContain('nothing was written: there is no terminal to ask on. Give --yes');
    expect(await objects('role', 'default')).toEqual([]);
  });

  it('--dry-run prints manifests that kubectl takes, and writes nothing', async () => {
    const dry = await asAdmin('grant', ...pair, '--groups-prefix', 'oidc:', '--dry-run');
    const [role, binding] = parseAllDocuments(dry.stdout).map((each) => each.toJS());
    expect(role).toMatchObject({
      kind: 'Role',
      metadata: { name: 'pod-service-reader', namespace: 'default' },
    });
    expect(binding).toMatchObject({
      kind: 'RoleBinding',
      metadata: { name: 'read-pods-services' },
      subjects: [{ kind: 'Group', name: 'oidc:k8s-restricted-users' }],
    });
    const file = join(lab.folder, 'dry.yaml');
    writeFileSync(file, dry.stdout);
    expect((await admin('apply', '--dry-run=server', '-f', file)).stdout).toContain(
      'created (server dry run)',
    );
    expect(await objects('rolebinding', 'default')).toEqual([]);
  });

  it('grant finds the prefix in the names that are bound, writes the pair, and says how to take it back', async () => {
    await admin('create', 'clusterrolebinding', 'others', '--clusterrole=view', '--group=oidc:others');
    const ended = await asAdmin('grant', ...pair, '--yes');
    expect(ended.stderr).toContain(
      'the cluster puts "oidc:" before groups, as the bindings that are there show',
    );
    expect(ended.stdout).toContain('Through RoleBinding default/read-pods-services.');
    expect(ended.stdout).toContain(
      'kubectl oidc revoke --group oidc:k8s-restricted-users -n default --role pod-service-reader',
    );
    expect(ended.status).toBe(0);
    const [role] = await objects('role', 'default');
    const [binding] = await objects('rolebinding', 'default');
    expect(role.rules).toEqual([
      { apiGroups: [''], resources: ['pods', 'services'], verbs: ['get', 'list', 'watch'] },
    ]);
    expect(binding).toMatchObject({
      metadata: {
        name: 'read-pods-services',
        labels: { 'app.kubernetes.io/managed-by': 'kubectl-oidc' },
        annotations: { 'kubectl-oidc/requested-by': 'administrator', 'kubectl-oidc/expires-at': 'never' },
      },
      roleRef: { kind: 'Role', name: 'pod-service-reader' },
      subjects: [{ kind: 'Group', name: 'oidc:k8s-restricted-users' }],
    });
  });

  it('the member uses it with kubectl, and gets nothing else', async () => {
    const pods = await alice('get', 'pods,services');
    expect([pods.status, pods.stdout]).toEqual([0, expect.stringContaining('service/kubernetes')]);
    expect((await alice('get', 'secrets')).stderr).toContain('secrets is forbidden');
    expect((await alice('get', 'pods', '-n', 'shop')).stderr).toContain('pods is forbidden');
  });

  it('can explains it, from the group to the rule', async () => {
    const ended = await asAdmin('can', 'group:oidc:k8s-restricted-users', 'list', 'pods', '-n', 'default');
    expect(ended.status).toBe(0);
    const chain = [
      'RoleBinding default/read-pods-services',
      'Role default/pod-service-reader',
      'get, list, watch on pods, services',
    ];
    for (const step of chain) expect(ended.stdout).toContain(step);
    expect(
      (await asAdmin('can', 'group:oidc:k8s-restricted-users', 'list', 'secrets', '-n', 'default')).status,
    ).toBe(1);
  });

  it('a second run says that there is nothing to do, and changes nothing', async () => {
    const [before] = await objects('rolebinding', 'default');
    const ended = await asAdmin('grant', ...pair, '--yes');
    expect([ended.status, ended.stderr]).toEqual([0, '']);
    expect(ended.stdout).toContain('Nothing to do: this was granted before.');
    const [after] = await objects('rolebinding', 'default');
    expect(after.metadata.resourceVersion).toBe(before.metadata.resourceVersion);
  });

  it('grants lists it, and says when somebody changed it', async () => {
    expect((await asAdmin('grants')).stdout).toMatch(
      /^default +Group oidc:k8s-restricted-users +Role pod-service-reader +never +administrator$/m,
    );
    await admin(
      'patch',
      'role',
      'pod-service-reader',
      '-n',
      'default',
      '--type=json',
      '-p',
      '[{"op":"add","path":"/rules/0/verbs/-","value":"delete"}]',
    );
    expect((await asAdmin('grants')).stdout).toContain(
      'Changed: RoleBinding default/read-pods-services: the rules of its Role were changed.',
    );
    const restored = await asAdmin('grant', ...pair, '--yes');
    expect(restored.stderr).toContain('changed Role default/pod-service-reader');
    const [role] = JSON.parse(
      (await admin('get', 'role', '-n', 'default', '-o', 'json', '--show-managed-fields')).stdout,
    ).items;
    expect(role.rules[0].verbs).toEqual(['get', 'list', 'watch']);
    expect(role.metadata.managedFields).toContainEqual(
      expect.objectContaining({ manager: 'kubectl-oidc', operation: 'Apply' }),
    );
  });

  it('revoke takes it back, role and all, and the member sees no pods', async () => {
    const ended = await asAdmin('revoke', ...pair, '--yes');
    expect(ended.stdout).toContain('Revoked: get, list, watch on pods, services.');
    expect([await objects('role', 'default'), await objects('rolebinding', 'default')]).toEqual([[], []]);
    expect((await alice('get', 'pods')).stderr).toContain('pods is forbidden');
    const again = await asAdmin('revoke', ...pair, '--yes');
    expect([again.status, again.stderr]).toEqual([0, '']);
    expect(again.stdout).toContain('Nothing to do: kubectl-oidc granted nothing like that there.');
  });
});

describe('grants beside other access', () => {
  it('the prefix is learned from the own login beside what the cluster sees', async () => {
    await admin(
      'create',
      'clusterrolebinding',
      'alice-admin',
      '--clusterrole=cluster-admin',
      '--user=oidc:alice@example.com',
    );
    const ended = await lab.oidc([
      'grant',
      '--group',
      'devs',
      '-n',
      'ops',
      '--preset',
      'log-reader',
      '--yes',
      '--reason',
      'on call',
    ]);
    expect(ended.stderr).toContain(
      'Group oidc:devs (the cluster puts "oidc:" before groups, as your own login shows)',
    );
    const [binding] = await objects('rolebinding', 'ops');
    expect(binding.metadata.annotations).toMatchObject({
      'kubectl-oidc/requested-by': 'oidc:alice@example.com',
      'kubectl-oidc/reason': 'on call',
    });
    const user = await lab.oidc([
      'grant',
      '--user',
      'bob@example.com',
      '-n',
      'ops',
      '--preset',
      'scaler',
      '--dry-run',
    ]);
    expect(parseAllDocuments(user.stdout)[1]?.toJS().subjects[0].name).toBe('oidc:bob@example.com');
    await lab.oidc(['revoke', '--group', 'devs', '-n', 'ops', '--yes']);
    await admin('delete', 'clusterrolebinding', 'alice-admin');
  });

  it('several namespaces by name or by label get a Role and a RoleBinding each', async () => {
    const words = ['--group', 'devs', '--rule', 'get,list po', '--rule', 'get deploy/scale'];
    const ended = await asAdmin('grant', ...words, '--namespace-selector', 'team=shop', '--yes');
    expect(ended.stdout).toMatch(/^Group oidc:devs \(.*\) in namespaces shop and web may:$/m);
    for (const namespace of ['shop', 'web']) {
      const [role] = await objects('role', namespace);
      expect(role.rules).toEqual([
        { apiGroups: [''], resources: ['pods'], verbs: ['get', 'list'] },
        { apiGroups: ['apps'], resources: ['deployments/scale'], verbs: ['get'] },
      ]);
    }
    expect((await asAdmin('grant', ...words, '-n', 'web,shop', '--yes')).stdout).toContain('Nothing to do');
    const back = await asAdmin('revoke', ...words, '-n', 'shop,web', '--yes');
    expect(back.stderr).toContain('deleted RoleBinding web/');
    expect(await objects('role', 'shop')).toEqual([]);
  });

  it('another subject gets a binding of its own, and revoking one leaves the other', async () => {
    for (const group of ['a', 'b'])
      await asAdmin('grant', '--group', group, '-n', 'shop', '--preset', 'viewer', '--yes');
    expect(
      (await objects('rolebinding', 'shop')).map(
        (each: { metadata: { name: string } }) => each.metadata.name,
      ),
    ).toEqual(['viewer', 'viewer-oidc-b']);
    const ended = await asAdmin('revoke', '--group', 'a', '-n', 'shop', '--preset', 'viewer', '--yes');
    expect(ended.stderr).not.toContain('deleted Role shop/viewer');
    expect((await objects('role', 'shop')).length).toBe(1);
    await asAdmin('revoke', '--group', 'b', '-n', 'shop', '--yes');
    expect(await objects('role', 'shop')).toEqual([]);
  });

  it("revoke never touches another's subject; --adopt takes out the one, and what is left is said with its chain", async () => {
    await admin(
      'create',
      'rolebinding',
      'foreign',
      '-n',
      'web',
      '--clusterrole=view',
      '--group=oidc:devs',
      '--group=oidc:ops',
    );
    const words = ['revoke', '--group', 'devs', '-n', 'web', '--clusterrole', 'view', '--yes'];
    const kept = await asAdmin(...words);
    expect(kept.stdout).toContain('Nothing was done: what is there was not granted by kubectl-oidc.');
    expect(kept.stdout).toContain('RoleBinding "foreign": --adopt takes Group oidc:devs out there too.');
    await admin('create', 'clusterrolebinding', 'everywhere', '--clusterrole=view', '--group=oidc:devs');
    const adopted = await asAdmin(...words, '--adopt');
    expect(adopted.stderr).toContain('took Group oidc:devs out of RoleBinding web/foreign');
    expect(adopted.stdout).toMatch(
      /Still allowed in namespace web: .*through ClusterRoleBinding everywhere to Group oidc:devs, of ClusterRole view/,
    );
    const [binding] = await objects('rolebinding', 'web');
    expect(binding.subjects.map((each: { name: string }) => each.name)).toEqual(['oidc:ops']);
    await admin('delete', 'clusterrolebinding', 'everywhere');
    await admin('delete', 'rolebinding', 'foreign', '-n', 'web');
  });

  it("a team's own presets come from a file, or from ClusterRoles with a label", async () => {
    const file = join(lab.folder, 'presets.yaml');
    const text = `apiVersion: kubectl-oidc/v1\nkind: Presets\npresets:\n  - {name: keeper, about: Keeps., rules: ['get,delete cm'], names: required}\n`;
    writeFileSync(file, text);
    const words = ['--group', 'devs', '-n', 'ops', '--preset'];
    const ours = await asAdmin(
      'grant',
      ...words,
      'keeper',
      '--presets-file',
      file,
      '--name',
      'cache',
      '--yes',
    );
    expect(ours.stdout).toContain('get, delete on configmaps named "cache"');
    await admin('create', 'clusterrole', 'team-eyes', '--verb=get', '--resource=pods');
    await admin('label', 'clusterrole', 'team-eyes', 'kubectl-oidc/preset=eyes');
    await admin('annotate', 'clusterrole', 'team-eyes', 'kubectl-oidc/about=Sees single pods.');
    expect((await asAdmin('presets', '--from-cluster')).stdout).toMatch(/^eyes +Sees single pods\.$/m);
    expect((await asAdmin('grant', ...words, 'eyes', '--yes')).stdout).toContain('get on pods');
    expect((await asAdmin('grant', ...words, 'eye', '--yes')).stderr).toContain('Did you mean "eyes"?');
    const bound = (await objects('rolebinding', 'ops')).map((each: { roleRef: object }) => each.roleRef);
    expect(bound).toContainEqual(expect.objectContaining({ kind: 'ClusterRole', name: 'team-eyes' }));
    await asAdmin('revoke', '--group', 'devs', '-n', 'ops', '--yes');
    expect(await objects('rolebinding', 'ops')).toEqual([]);
  });

  it('a grant for a while ends by prune, which leaves the others', async () => {
    await asAdmin('grant', '--group', 'stays', '-n', 'ops', '--preset', 'debugger', '--yes');
    const ended = await asAdmin(
      'grant',
      '--user',
      'oncall',
      '-n',
      'ops',
      '--preset',
      'debugger',
      '--for',
      '1s',
      '--yes',
      '--username-prefix',
      'oidc:',
    );
    expect(ended.stdout).toContain('This outlives the grant: ServiceAccount tokens that they took from pods');
    const { promise, resolve } = Promise.withResolvers<void>();
    setTimeout(resolve, 1200);
    await promise;
    expect((await asAdmin('prune', '--dry-run')).stdout).toContain('for User oidc:oncall ended');
    const pruned = await asAdmin('prune', '--yes');
    expect(pruned.stdout).toMatch(/Removed: RoleBinding ops\/debugger-oidc-oncall for User oidc:oncall/);
    expect(
      (await objects('rolebinding', 'ops')).map((each: { metadata: { name: string } }) => each.metadata.name),
    ).toEqual(['debugger']);
    expect((await asAdmin('prune', '--yes')).stdout).toBe('Nothing has expired.\n');
    await asAdmin('revoke', '--group', 'stays', '-n', 'ops', '--yes');
  });

  it('the printed CronJob is taken by the API server, and its account may prune', async () => {
    const { stdout } = await lab.oidc([
      'prune',
      '--manifest',
      '--image',
      'registry.example.com/kubectl-oidc:1',
    ]);
    const file = join(lab.folder, 'prune.yaml');
    writeFileSync(file, stdout);
    expect((await admin('apply', '-f', file)).status).toBe(0);
    await asAdmin(
      'grant',
      '--group',
      'gone',
      '-n',
      'ops',
      '--preset',
      'viewer',
      '--until',
      '2099-01-01T00:00:00Z',
      '--yes',
    );
    await admin(
      'annotate',
      'rolebinding',
      'viewer',
      '-n',
      'ops',
      '--overwrite',
      'kubectl-oidc/expires-at=2020-01-01T00:00:00Z',
    );
    const pruned = await asAdmin(
      'prune',
      '--yes',
      '--as',
      'system:serviceaccount:kubectl-oidc:kubectl-oidc-prune',
    );
    expect(pruned.stderr).toContain('deleted RoleBinding ops/viewer');
    expect([pruned.status, await objects('role', 'ops')]).toEqual([0, []]);
  });
});

describe('what is refused, with nothing written', () => {
  const cases: readonly (readonly [string, readonly string[], RegExp])[] = [
    [
      'an unknown resource',
      ['-n', 'shop', '--verb', 'get', '--resource', 'podz'],
      /no resource "podz"\. Did you mean "pods"\?/,
    ],
    [
      'an unknown verb',
      ['-n', 'shop', '--verb', 'read', '--resource', 'pods'],
      /"read" is no verb of pods\. Did you mean "get"\?/,
    ],
    [
      'an unknown namespace',
      ['-n', 'shopp', '--preset', 'viewer'],
      /no namespace "shopp"\. Did you mean "shop"\?/,
    ],
    ['an unknown preset', ['-n', 'shop', '--preset', 'viewr'], /no preset "viewr"\. Did you mean "viewer"\?/],
    [
      'an unknown ClusterRole',
      ['-n', 'shop', '--clusterrole', 'veiw'],
      /no ClusterRole veiw\. Did you mean "view"\?/,
    ],
    [
      'a resource of the cluster in a namespace',
      ['-n', 'shop', '--verb', 'list', '--resource', 'nodes'],
      /nodes is in no namespace.*--cluster/,
    ],
    [
      'names with list',
      ['-n', 'shop', '--verb', 'get,list', '--resource', 'cm', '--name', 'a'],
      /"list" on configmaps with names/,
    ],
    [
      'names with create',
      ['-n', 'shop', '--verb', 'create', '--resource', 'cm', '--name', 'a'],
      /allows nothing: a new object has no name yet/,
    ],
    ['cluster-admin', ['--cluster', '--clusterrole', 'cluster-admin'], /gives everything there is/],
  ];
  it.each(cases)('%s', async (_, words, message) => {
    const ended = await asAdmin('grant', '--group', 'devs', ...words, '--yes');
    expect(ended.stderr).toMatch(message);
    expect(ended.stderr.trim().split('\n')).toHaveLength(1);
    expect([ended.stdout, ended.status === 0]).toEqual(['', false]);
    expect(await objects('rolebinding', 'shop')).toEqual([]);
  });

  it('a foreign object of that name is left as it is, and the line says what to do', async () => {
    await admin('create', 'role', 'viewer', '-n', 'shop', '--verb=get', '--resource=pods');
    const ended = await asAdmin('grant', '--group', 'devs', '-n', 'shop', '--preset', 'viewer', '--yes');
    expect(ended.stderr).toContain(
      'Role shop/viewer is there already and was not made by kubectl-oidc. Bind it as it is with --role viewer',
    );
    const named = await asAdmin(
      'grant',
      '--group',
      'devs',
      '-n',
      'shop',
      '--preset',
      'viewer',
      '--role-name',
      'our-viewer',
      '--yes',
    );
    expect(named.status).toBe(0);
    await asAdmin('revoke', '--group', 'devs', '-n', 'shop', '--yes');
    await admin('delete', 'role', 'viewer', '-n', 'shop');
  });

  it('rules that the caller does not hold are named before anything is written', async () => {
    await admin(
      'create',
      'role',
      'granter',
      '-n',
      'shop',
      '--verb=get,list,create,patch,delete',
      '--resource=roles,rolebindings',
    );
    await admin('create', 'rolebinding', 'granter', '-n', 'shop', '--role=granter', '--user=half');
    await admin('create', 'rolebinding', 'half-view', '-n', 'shop', '--clusterrole=view', '--user=half');
    await admin(
      'create',
      'clusterrole',
      'looker',
      '--verb=get,list',
      '--resource=clusterroles,clusterrolebindings',
    );
    await admin('create', 'clusterrolebinding', 'looker', '--clusterrole=looker', '--user=half');
    const as = ['--as', 'half', '-n', 'shop', '--yes'];
    const refused = await asAdmin(
      'grant',
      '--group',
      'devs',
      '--rule',
      'get,list pods',
      '--rule',
      'create pods/exec',
      ...as,
    );
    expect(refused.stderr).toContain(
      'would be refused: you may not hand out what you do not hold: create on pods/exec. Nothing was written.',
    );
    expect(refused.status).toBe(1);
    expect((await objects('role', 'shop')).length).toBe(1);
    const allowed = await asAdmin('grant', '--group', 'devs', '--rule', 'get,list pods', ...as);
    expect([allowed.status, allowed.stdout]).toEqual([0, expect.stringContaining('get, list on pods')]);
    const back = await asAdmin('revoke', '--group', 'devs', '--rule', 'get,list pods', ...as);
    expect([back.status, back.stderr]).toEqual([0, expect.stringContaining('deleted RoleBinding shop/')]);
  });
});
