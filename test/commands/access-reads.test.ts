import { describe, expect, it } from 'vitest';
import * as can from '../../src/commands/can.ts';
import * as check from '../../src/commands/check.ts';
import * as whoCan from '../../src/commands/who-can.ts';
import { Failure } from '../../src/failure.ts';
import type { AccessSource, LiveCluster } from '../../src/rbac/access-source.ts';
import { checksIn } from '../../src/rbac/checks.ts';
import type { Gap, Snapshot } from '../../src/rbac/snapshot.ts';
import { stock } from '../../src/rbac/stock.ts';
import type { Scope } from '../../src/rbac/who-can.ts';
import { access, binding, clusterRole, collecting, part, role } from '../rbac/objects.ts';

const world = [
  role('shop/pod-reader', 'get,list pods,pods/log', 'get secrets [db]'),
  binding('shop/read-pods', 'role:pod-reader', 'group:oidc:devs', 'sa:bank/ci'),
  collecting('viewer', 'to-viewer'),
  part('viewer-part', 'to-viewer', 'get nodes'),
  binding('viewers', 'clusterrole:viewer', 'user:oidc:ann'),
  clusterRole('metrics', 'get /metrics'),
  binding('metrics', 'clusterrole:metrics', 'group:system:authenticated'),
  binding('shop/evil', 'role:pod-reader', 'user:evil\u001b]0;x\u0007\u009b31m'),
  binding('shop/gone', 'role:gone', 'group:oidc:devs'),
];

type Given = {
  readonly gaps?: readonly Gap[];
  readonly live?: Partial<LiveCluster>;
  readonly objects?: readonly object[];
};

/** A source that notes which scopes were read. */
function sourceOf({
  gaps = [],
  live,
  objects = world,
}: Given = {}): AccessSource & { readonly scopes: Scope[] } {
  const snapshot: Snapshot = { ...access(...objects).snapshot, discovery: stock().discovery, gaps };
  const scopes: Scope[] = [];
  const cluster: LiveCluster | undefined = live && {
    context: 'prod',
    server: 'https://api.example.com',
    whoAmI: async () => ({ user: 'oidc:ann', groups: ['oidc:devs', 'system:authenticated'] }),
    review: async () => ({ allowed: false, reason: '' }),
    ownRules: async () => [],
    namespacesUnless: async () => undefined,
    ...live,
  };
  return {
    name: 'the cluster of context "prod"',
    namespace: 'shop',
    discovery: async () => stock().discovery,
    read: async ({ scope }) => {
      scopes.push(scope);
      return snapshot;
    },
    live: cluster,
    scopes,
  };
}

const noClaims = async () => ({});

async function ask(words: string, source: AccessSource = sourceOf({ live: {} }), flags: object = {}) {
  const [subject, ...question] = words.split(' ');
  const request = can.parse({ subject, question, ...flags });
  const outcome = await can.run(request, { open: async () => source, readClaims: noClaims });
  return { outcome, text: can.describe(outcome, request) };
}

describe('can', () => {
  it('answers yes with the way from the subject to the rule', async () => {
    const { text, outcome } = await ask('group:oidc:devs get pods');
    expect(text).toBe(
      [
        'yes: Group oidc:devs may get pods in namespace shop',
        '  Group oidc:devs',
        '  └ RoleBinding shop/read-pods',
        '    └ Role shop/pod-reader',
        '      └ get, list on pods, pods/log',
        '',
      ].join('\n'),
    );
    expect(() => can.insistOnYes(outcome)).not.toThrow();
  });

  it('shows the part of a collecting role in which the rule is written', async () => {
    const { text } = await ask('user:oidc:ann get nodes');
    expect(text).toContain('    └ ClusterRole viewer\n      └ which collects ClusterRole viewer-part\n');
  });

  it('answers no with what it would need, the roles that hold it, and the grant', async () => {
    const { text, outcome } = await ask('group:oidc:ops get pods');
    expect(text).toBe(
      [
        'no: Group oidc:ops may not get pods in namespace shop',
        '  It would need: get on pods, bound in namespace shop.',
        '  Roles that hold it: Role shop/pod-reader.',
        '  To give it: kubectl oidc grant --group oidc:ops -n shop --verb get --resource pods',
        '',
      ].join('\n'),
    );
    expect(() => can.insistOnYes(outcome)).toThrow(new Failure('no', ''));
  });

  it.each([
    ['group:devs get pods', 'No binding that was read names the group "devs"; did you mean group:oidc:devs?'],
    [
      'group:oidc:devs delete pods',
      'RoleBinding shop/gone gives Group oidc:devs Role shop/gone, which is not there',
    ],
    ['group:oidc:devs list secrets db', 'A list carries a name only with --field-selector metadata.name=db'],
    ['sa:bank/ci get secrets db', 'ServiceAccount bank/ci\n'],
    ['sa:bank/ci get /metrics', 'Group system:authenticated (added to every login)\n'],
    ['me get nodes', 'yes: User oidc:ann (you) may get nodes\n'],
  ])('of "%s" says %j', async (words, part) => {
    expect((await ask(words)).text).toContain(part);
  });

  it.each([
    ['group:x get podss', {}, 'the cluster has no resource "podss"'],
    ['group:x gett pods', {}, '"gett" is no verb of pods'],
    ['group:x GET /metrics', {}, '"GET" is no verb of a URL'],
    ['group:x get nodes', { namespace: 'shop' }, 'nodes is in no namespace'],
    ['group:x get /metrics', { namespace: 'shop' }, 'the URL /metrics is in no namespace'],
    ['group:x create pods web', {}, 'a request to create pods carries no name'],
    ['group:x get', {}, '"get" is no question'],
    ['x get pods', {}, '"x" does not say whether a user, a group or a service account is meant'],
    ['me get pods', { filename: 'a' }, 'who "me" is, only a cluster knows'],
    ['me get pods', { 'as-group': 'a' }, '--as-group adds groups to somebody who is named'],
    ['group:x get pods', { verify: true, filename: 'a' }, '--verify asks a cluster'],
    ['group:x get pods', { 'groups-prefix': 'a' }, '--groups-prefix is for claims'],
    ['group:x get pods', { output: 'yaml' }, '--output is "yaml"'],
  ])('%s %j is refused in one line', async (words, flags, message) => {
    await expect(ask(words, sourceOf({ live: {} }), flags)).rejects.toThrow(message);
  });

  it('of a namespace that is not there offers the nearest', async () => {
    const source = sourceOf({ live: { namespacesUnless: async () => ['shop', 'bank'] } });
    await expect(ask('group:x get pods', source, { namespace: 'shopp' })).rejects.toMatchObject({
      message: 'the cluster of context "prod" has no namespace "shopp"',
      hint: 'Did you mean "shop"?',
    });
  });

  it('about all namespaces says in which it is allowed', async () => {
    const { text } = await ask('group:oidc:devs get pods', sourceOf(), { 'all-namespaces': true });
    expect(text).toContain(
      'no: Group oidc:devs may not get pods in all namespaces\n  In these it is allowed: shop.\n',
    );
    expect(text).not.toContain('No request can be this');
  });

  it('reads what the question needs', async () => {
    const source = sourceOf();
    await ask('group:x get pods', source, { namespace: 'bank' });
    await ask('group:x get nodes', source);
    await ask('group:x get pods', source, { 'all-namespaces': true });
    await ask('group:x', source);
    expect(source.scopes).toEqual([
      { kind: 'namespace', namespace: 'bank' },
      { kind: 'cluster' },
      { kind: 'all' },
      { kind: 'all' },
    ]);
  });

  it('verified repeats the reason of the server, and where it disagrees ends with 1', async () => {
    const reason = 'RBAC: allowed by …';
    const says = (allowed: boolean) => sourceOf({ live: { review: async () => ({ allowed, reason }) } });
    const same = await ask('group:oidc:devs get pods', says(true), { verify: true });
    expect(same.text).toContain(`The API server says yes (${reason}).\n`);
    const other = await ask('group:oidc:devs get pods', says(false), { verify: true });
    expect(other.text).toContain('The API server says no');
    expect(other.text).toContain('RBAC as it was read here says yes.');
    expect(() => can.insistOnYes(other.outcome)).toThrow('disagree');
  });

  const gaps: readonly Gap[] = [
    { what: 'clusterrolebindings', namespace: '', reason: 'you may not list them' },
  ];

  it('of others is not certain of a no where not all could be read', async () => {
    const { text, outcome } = await ask('group:x get pods', sourceOf({ gaps }));
    expect(text).toContain('This "no" is not certain: not all could be read.');
    expect(text).toContain('  ClusterRoleBindings: you may not list them\n');
    expect(JSON.parse(can.describe(outcome, { output: 'json' }))).toMatchObject({
      allowed: false,
      complete: false,
      gaps,
    });
  });

  it('of me asks the server where not all could be read', async () => {
    const review = async (who: unknown) => ({ allowed: who === 'me', reason: 'because' });
    const { text, outcome } = await ask('me get configmaps', sourceOf({ gaps, live: { review } }));
    expect(text).toContain(
      'yes: User oidc:ann (you) may get configmaps in namespace shop\nThe API server says yes (because).',
    );
    expect(() => can.insistOnYes(outcome)).not.toThrow();
  });

  it('without a question shows everything by place, each row with its ways, free of escapes', async () => {
    const { text } = await ask('user:evil\u001b]0;x\u0007\u009b31m', sourceOf());
    expect(text).toBe(
      [
        'User evil may:',
        '',
        'Everywhere: in every namespace, on the resources of the cluster, on URLs',
        '  VERBS  FROM  RESOURCES',
        '  get    [1]   /metrics',
        '',
        'In namespace shop',
        '  VERBS      FROM  RESOURCES',
        '  get, list  [2]   pods, pods/log',
        '  get        [2]   secrets named "db"',
        '',
        'FROM',
        '  [1]  Group system:authenticated → ClusterRoleBinding metrics → ClusterRole metrics',
        '  [2]  User evil → RoleBinding shop/evil → Role shop/pod-reader',
        '',
      ].join('\n'),
    );
  });

  it('of claims applies the mapping, and the prefix that bindings have', async () => {
    const request = can.parse({
      claims: 'c.json',
      'username-prefix': '',
      subject: 'get',
      question: ['pods'],
    });
    const readClaims = async () => ({ sub: 'bob', groups: ['devs'] });
    const outcome = await can.run(request, { open: async () => sourceOf(), readClaims });
    const text = can.describe(outcome, request);
    expect(text).toContain('Group oidc:devs (in the claim "groups")');
    expect(text).toContain(
      'The prefix of groups is taken to be "oidc:", as bindings have it; --groups-prefix says otherwise.',
    );
  });
});

describe('who-can', () => {
  async function answer(words: Readonly<Record<string, unknown>>, source: AccessSource = sourceOf()) {
    const request = whoCan.parse(words);
    return whoCan.describe(await whoCan.run(request, { open: async () => source }), request);
  }

  it('names subjects with their ways, and says who may besides', async () => {
    expect(await answer({ verb: 'list', resource: 'po' })).toBe(
      [
        'SUBJECT                 WHERE  THROUGH',
        'Group oidc:devs         shop   RoleBinding read-pods → Role pod-reader',
        'ServiceAccount bank/ci  shop   RoleBinding read-pods → Role pod-reader',
        'User evil               shop   RoleBinding evil → Role pod-reader',
        '',
        'Members of the group system:masters may always: they are let pass before RBAC is asked.',
        'RoleBinding shop/gone gives Group oidc:devs Role shop/gone, which is not there: whoever makes it decides what they may.',
        '',
      ].join('\n'),
    );
  });

  it("explains a group that nobody's token names", async () => {
    const text = await answer({ verb: 'get', resource: '/metrics' });
    expect(text).toContain('\nsystem:authenticated: everybody who is authenticated.\n');
  });

  it('as JSON has the documented shape, names as they are and nothing for a terminal to obey', async () => {
    const text = await answer({ verb: 'list', resource: 'pods', output: 'json', 'all-namespaces': true });
    expect(text).not.toMatch(/[\u001b\u009b]/);
    const through = (name: string) => [
      {
        binding: { kind: 'RoleBinding', namespace: 'shop', name },
        role: { kind: 'Role', namespace: 'shop', name: 'pod-reader' },
      },
    ];
    expect(JSON.parse(text)).toEqual({
      apiVersion: 'kubectl-oidc/v1',
      kind: 'WhoCan',
      complete: true,
      subjects: [
        { kind: 'Group', name: 'oidc:devs', through: through('read-pods') },
        { kind: 'ServiceAccount', namespace: 'bank', name: 'ci', through: through('read-pods') },
        { kind: 'User', name: 'evil\u001b]0;x\u0007\u009b31m', through: through('evil') },
      ],
    });
  });

  it('says "at least" where not all could be read', async () => {
    const gaps: readonly Gap[] = [
      { what: 'rolebindings', namespace: 'bank', reason: 'you may not list them' },
    ];
    const words = { verb: 'list', resource: 'pods', 'all-namespaces': true };
    const text = await answer(words, sourceOf({ gaps }));
    expect(text).toContain(
      'At least these: not all could be read.\n  RoleBindings: you may not list them in bank\n',
    );
    expect(JSON.parse(await answer({ ...words, output: 'json' }, sourceOf({ gaps })))).toMatchObject({
      complete: false,
      gaps,
    });
  });

  it('keeps the many controllers of Kubernetes itself apart', async () => {
    const { objects } = stock();
    const source = sourceOf({
      objects: [...objects.filter((each): each is object => typeof each === 'object')],
    });
    const text = await answer({ verb: 'list', resource: 'pods' }, source);
    expect(text).not.toContain('system:controller:');
    expect(text).toMatch(/Besides, \d+ controllers of Kubernetes itself/);
  });
});

describe('check', () => {
  const checks = [
    { subject: { groups: ['oidc:devs'] }, verb: 'get', resource: 'pods', namespace: 'shop', expect: 'allow' },
    {
      description: 'no secrets',
      subject: 'sa:bank/ci',
      verb: 'get',
      resource: 'secrets',
      name: 'db',
      namespace: 'shop',
      expect: 'deny',
    },
    { subject: { user: 'x', exact: true }, verb: 'get', path: '/metrics', expect: 'deny' },
    { serviceAccount: 'bank/ci', verb: 'get', resource: 'nodes', namespace: 'shop', expect: 'deny' },
  ];

  async function results(list: readonly object[], source: AccessSource = sourceOf()) {
    const read = checksIn({ apiVersion: 'kubectl-oidc/v1', kind: 'AccessChecks', checks: list });
    if (read.kind === 'problem') throw new Error(`${read.path.join('.')}: ${read.why}`);
    const request = check.parse({ files: ['c.yaml'] });
    return check.run(request, {
      open: async () => source,
      readChecks: async () => [{ checks: read.checks, placeOf: (index) => `c.yaml:${index + 1}` }],
    });
  }

  it('shows what does not hold with the chain that allowed it, and what nobody can ask', async () => {
    const found = await results(checks);
    expect(check.describe(found, { output: 'table' })).toBe(
      [
        'c.yaml:2: no secrets',
        '  expected deny, but it is allowed',
        '    ServiceAccount bank/ci',
        '    └ RoleBinding shop/read-pods',
        '      └ Role shop/pod-reader',
        '        └ get on secrets named "db"',
        '',
        'c.yaml:4: system:serviceaccount:bank:ci: get nodes in namespace shop',
        "  No real request asks this: the resource has no namespace, so RoleBindings never count for it. The answer is the authorizer's all the same.",
        '',
        '4 checks: 1 not as expected.',
        '',
      ].join('\n'),
    );
    expect(() => check.insistOnAll(found)).toThrow(new Failure('no', ''));
  });

  it('that all hold are one line', async () => {
    const found = await results(checks.slice(0, 1));
    expect(check.describe(found, { output: 'table' })).toBe('1 check: all as expected.\n');
    expect(() => check.insistOnAll(found)).not.toThrow();
  });

  it('is not certain of a denial where not all could be read, and so does not pass', async () => {
    const gaps: readonly Gap[] = [{ what: 'clusterroles', namespace: '', reason: 'you may not list them' }];
    const found = await results(checks, sourceOf({ gaps }));
    expect(found.map(({ result }) => result)).toEqual(['pass', 'fail', 'unsure', 'unsure']);
    expect(JSON.parse(check.describe(found, { output: 'json' }))).toMatchObject({
      kind: 'AccessCheckResults',
      complete: false,
      checks: 4,
      failed: 1,
      unsure: 2,
    });
  });

  it('is JUnit for CI', async () => {
    const text = check.describe(await results(checks.slice(0, 2)), { output: 'junit' });
    expect(text).toContain('<testsuite name="access" tests="2" failures="1">');
    expect(text).toContain('name="no secrets"><failure message="expected deny">c.yaml:2: no secrets');
  });

  it.each([
    [{ subjct: 'x' }, 'checks.0.subjct: there is no field "subjct"; did you mean subject?'],
    [{ subject: { grups: [] } }, 'checks.0.subject.grups: there is no field "grups"; did you mean groups?'],
    [{ subject: { groups: 'devs' } }, 'checks.0.subject.groups: groups is no list'],
    [{ subject: {} }, 'checks.0.subject: the subject has neither user nor groups'],
    [{ subject: 'me' }, 'checks.0.subject: "me" is another one on every machine'],
    [{ expect: 'yes' }, 'checks.0.expect: expect is neither allow nor deny'],
    [
      { resource: 'deployments.apps/scale' },
      'is written as resource: deployments, group: apps, subresource: scale',
    ],
    [{ path: '/metrics' }, 'a check has a resource or a path, and not both'],
    [{ namespace: 1 }, 'checks.0.namespace: namespace is no text: write it in quotes'],
  ])('%j is refused with its place', async (change, message) => {
    await expect(results([{ ...checks[0], ...change }])).rejects.toThrow(message);
  });
});
