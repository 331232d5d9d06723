// Clusters and questions for the comparison with a real API server: a small world in which names meet often, with the
// spellings that a rule may have and should not.

import fc from 'fast-check';
import { isFields } from '../../src/json-fields.ts';
import type { Write } from '../../src/rbac/escalation.ts';
import { objectsIn, textIn } from '../../src/rbac/raw.ts';
import { type Attributes, type Rule, resourceAttributes, rulesIn } from '../../src/rbac/rule.ts';
import type { Binding, Role } from '../../src/rbac/snapshot.ts';
import { type Identity, identityOf, type Subject, subjectsIn } from '../../src/rbac/subject.ts';

export const namespaces = ['shop', 'dev'];
const group = 'rbac.authorization.k8s.io';
const apiVersion = `${group}/v1`;
export const runLabel = 'verdicts.test/run';

const some = <Value>(from: readonly Value[], maxLength = 3) =>
  fc.uniqueArray(fc.constantFrom(...from), { minLength: 1, maxLength });

const verbs = [
  'get',
  'list',
  'watch',
  'create',
  'update',
  'patch',
  'delete',
  '*',
  'GET',
  'bind',
  'escalate',
  'impersonate',
];
const groups = ['', '', 'apps', '*', 'core', 'v1', 'apps/v1', group, 'example.io'];
const resources = [
  'pods',
  'pods/log',
  'pods/*',
  'pods/exec',
  '*',
  '*/log',
  '*/scale',
  '*/',
  'deployments',
  'deployments/scale',
  'nodes',
  'namespaces',
  'namespaces/status',
  'secrets',
  'roles',
  'clusterroles',
  'rolebindings',
  'widgets',
];
const names = ['a', 'b', '*', '', 'shop', 'view'];
const urls = ['/healthz', '/healthz/*', '/metrics', '/m*', '/a/*/c', '/a**', '*', '/', '/version', '/api/*'];

const resourceRule = fc.record(
  { verbs: some(verbs), apiGroups: some(groups), resources: some(resources), resourceNames: some(names, 2) },
  { requiredKeys: ['verbs', 'apiGroups', 'resources'] },
);
const urlRule = fc.record({ verbs: some(['get', 'post', '*', 'GET']), nonResourceURLs: some(urls) });
const rules = fc.array(resourceRule, { maxLength: 3 });
const clusterRules = fc.array(fc.oneof({ weight: 3, arbitrary: resourceRule }, urlRule), { maxLength: 3 });

const roleNames = ['r0', 'r1', 'r2', 'r3', 'system:r4', 'R:5'];
const toView = `${group}/aggregate-to-view`;
const labels = fc.constantFrom(
  {},
  {},
  { one: 'true' },
  { one: 'false' },
  { two: 'true' },
  { one: 'true', two: 'true' },
  { [toView]: 'true' },
);

const role = fc.record({
  apiVersion: fc.constant(apiVersion),
  kind: fc.constant('Role'),
  metadata: fc.record({ namespace: fc.constantFrom(...namespaces), name: fc.constantFrom(...roleNames) }),
  rules,
});
const clusterRole = fc.record({
  apiVersion: fc.constant(apiVersion),
  kind: fc.constant('ClusterRole'),
  metadata: fc.record({ name: fc.constantFrom(...roleNames), labels }),
  rules: clusterRules,
});

const selectors = [
  { matchLabels: { one: 'true' } },
  { matchLabels: { one: 'true', two: 'true' } },
  { matchExpressions: [{ key: 'one', operator: 'Exists' }] },
  { matchExpressions: [{ key: 'two', operator: 'In', values: ['true', 'maybe'] }] },
  {
    matchExpressions: [
      { key: 'one', operator: 'NotIn', values: ['false'] },
      { key: 'two', operator: 'Exists' },
    ],
  },
];
/** Of two levels: the upper one collects the lower; no circle, where the outcome depends on who was first. */
const collecting = fc.record({
  apiVersion: fc.constant(apiVersion),
  kind: fc.constant('ClusterRole'),
  metadata: fc.constantFrom(
    { name: 'lower', labels: { up: 'true' } },
    { name: 'lower-2', labels: { up: 'true', [toView]: 'true' } },
  ),
  aggregationRule: fc.record({ clusterRoleSelectors: some(selectors, 2) }),
  rules: clusterRules,
});
const upper = {
  apiVersion,
  kind: 'ClusterRole',
  metadata: { name: 'upper', labels: {} },
  aggregationRule: {
    clusterRoleSelectors: [{ matchLabels: { up: 'true' } }, { matchLabels: { two: 'true' } }],
  },
};

const accounts = [
  { namespace: 'shop', name: 'ci' },
  { namespace: 'dev', name: 'ci' },
  { namespace: 'shop', name: 'default' },
];
const users = ['ann', 'bob', 'dev', '*', 'system:serviceaccount:shop:ci', 'system:serviceaccount:dev:ci'];
const groupNames = [
  'dev',
  'oidc:dev',
  'ops',
  '*',
  'system:authenticated',
  'system:serviceaccounts',
  'system:serviceaccounts:shop',
];
const person = fc.oneof(
  fc.record({ apiGroup: fc.constant(group), kind: fc.constant('User'), name: fc.constantFrom(...users) }),
  fc.record({ kind: fc.constant('Group'), name: fc.constantFrom(...groupNames) }),
);
const account = fc.constantFrom(...accounts).map((at) => ({ kind: 'ServiceAccount', ...at }));
const localAccount = fc.constant({ kind: 'ServiceAccount', name: 'ci' });

const boundClusterRoles = [...roleNames, 'lower', 'upper', 'view', 'edit', 'admin', 'cluster-admin', 'gone'];
const clusterRoleRef = fc.constantFrom(...boundClusterRoles).map((name) => ({ kind: 'ClusterRole', name }));
const roleRef = fc
  .constantFrom(...roleNames, 'gone')
  .map((name) => ({ apiGroup: group, kind: 'Role', name }));
const bindingNames = fc.integer({ min: 0, max: 30 }).map((number) => `b${number}`);

const roleBinding = fc.record({
  apiVersion: fc.constant(apiVersion),
  kind: fc.constant('RoleBinding'),
  metadata: fc.record({ namespace: fc.constantFrom(...namespaces), name: bindingNames }),
  roleRef: fc.oneof(roleRef, clusterRoleRef),
  subjects: fc.array(fc.oneof(person, account, localAccount), { maxLength: 3 }),
});
const clusterRoleBinding = fc.record({
  apiVersion: fc.constant(apiVersion),
  kind: fc.constant('ClusterRoleBinding'),
  metadata: fc.record({ name: bindingNames }),
  roleRef: clusterRoleRef,
  subjects: fc.array(fc.oneof(person, account), { maxLength: 2 }),
});

const nameOf = (object: { readonly metadata: { readonly name: string; readonly namespace?: string } }) =>
  `${object.metadata.namespace}/${object.metadata.name}`;
const many = <Value extends { readonly metadata: { readonly name: string; readonly namespace?: string } }>(
  of: fc.Arbitrary<Value>,
  maxLength: number,
) => fc.uniqueArray(of, { minLength: 1, maxLength, selector: nameOf, size: 'max' });

/**
 * Collecting roles under names that no cluster before had: the controller writes rules into a role that was removed a
 * moment ago, and so makes it again.
 */
export function withFreshNames(objects: readonly object[], run: number): readonly object[] {
  const text = JSON.stringify(objects).replaceAll(/"(lower|lower-2|upper)"/g, `"$1-run-${run}"`);
  return objectsIn(JSON.parse(text));
}

/** API objects of a cluster, beside those that Kubernetes brings. */
export const clusters: fc.Arbitrary<readonly object[]> = fc
  .tuple(
    many(role, 10),
    many(clusterRole, 6),
    many(collecting, 2),
    many(roleBinding, 16),
    many(clusterRoleBinding, 6),
  )
  .map((kinds) => [...kinds.flat(), upper]);

export type Question = { readonly identity: Identity; readonly asked: Attributes };

const identities: fc.Arbitrary<Identity> = fc
  .record({
    user: fc.constantFrom(...users, 'eve', ''),
    groups: fc.uniqueArray(fc.constantFrom(...groupNames, 'system:masters', 'none'), { maxLength: 3 }),
  })
  .map((identity) =>
    identity.user === '' && identity.groups.length === 0 ? { user: 'eve', groups: [] } : identity,
  );

const plainQuestions: fc.Arbitrary<Attributes> = fc.oneof(
  {
    weight: 5,
    arbitrary: fc
      .record({
        verb: fc.constantFrom(...verbs),
        group: fc.constantFrom(...groups),
        resource: fc.constantFrom(
          'pods',
          'deployments',
          'nodes',
          'namespaces',
          'secrets',
          'widgets',
          'pods/log',
          '*',
          'roles',
          'clusterroles',
        ),
        subresource: fc.constantFrom('', '', 'log', 'scale', 'exec', 'status', '*'),
        name: fc.constantFrom('', ...names),
        namespace: fc.constantFrom('', ...namespaces, 'ghost'),
      })
      .map((said) => resourceAttributes(said)),
  },
  fc.record({
    kind: fc.constant('non-resource' as const),
    verb: fc.constantFrom('get', 'post', 'GET', '*'),
    path: fc.constantFrom(
      '/healthz',
      '/healthz/',
      '/healthz/etcd',
      '/metrics',
      '/m',
      '/a/x/c',
      '/a/*/c',
      '/ab',
      '/',
      '/version',
      '/api',
      '/nothing',
    ),
  }),
);

/** Numbers that choose a binding of the cluster and a rule of its role, so that many answers are yes. */
const pointers = fc.array(fc.nat(1000), { minLength: 8, maxLength: 8 });

type QuestionSeed = readonly [boolean, Identity, Attributes, readonly number[]];
const questionSeeds: fc.Arbitrary<QuestionSeed> = fc.tuple(
  fc.boolean(),
  identities,
  plainQuestions,
  pointers,
);

/** Questions of any kind, half of them such that a rule of this very cluster comes near to them. */
export function questionsFor(
  objects: readonly object[],
  { seed, count }: { seed: number; count: number },
): readonly Question[] {
  return fc.sample(questionSeeds, { seed, numRuns: count }).map((each) => questionOf(objects, each));
}

function questionOf(objects: readonly object[], [isNear, identity, asked, at]: QuestionSeed): Question {
  const near = isNear ? nearQuestion(objects, at) : undefined;
  return near === undefined
    ? { identity, asked }
    : { identity: near.identity ?? identity, asked: near.asked };
}

function nearQuestion(
  objects: readonly object[],
  at: readonly number[],
): { readonly identity: Identity | undefined; readonly asked: Attributes } | undefined {
  const fields = objects.filter(isFields);
  const bindings = fields.filter(({ kind }) => textIn(kind).endsWith('Binding'));
  const binding = bindings[(at[0] ?? 0) % bindings.length];
  if (binding === undefined || !isFields(binding.metadata) || !isFields(binding.roleRef)) return undefined;
  const namespace = textIn(binding.metadata.namespace);
  const { kind, name } = binding.roleRef;
  const roles = fields.filter(
    (each) =>
      each.kind === kind &&
      isFields(each.metadata) &&
      each.metadata.name === name &&
      (kind === 'ClusterRole' || each.metadata.namespace === namespace),
  );
  const found = roles.flatMap((each) => rulesIn(each.rules));
  const rule = found[(at[1] ?? 0) % Math.max(1, found.length)];
  const subjects = subjectsIn(objectsIn(binding.subjects), namespace);
  const subject: Subject | undefined = subjects[(at[2] ?? 0) % Math.max(1, subjects.length)];
  if (rule === undefined) return undefined;
  return { identity: subject && identityOf(subject), asked: nearRule(rule, namespace, at) };
}

/** What the rule allows, or what somebody may think that it allows. */
function nearRule(rule: Rule, namespace: string, at: readonly number[]): Attributes {
  const pointer = (index: number): number => at[index] ?? 0;
  const one = (list: readonly string[], index: number, otherwise: string): string => {
    const chosen = list[pointer(index) % Math.max(1, list.length)] ?? otherwise;
    return chosen === '*' ? otherwise : chosen;
  };
  const verb = one(rule.verbs, 4, 'get');
  const asMeant = pointer(7) % 2 === 0;
  const meantVerb = asMeant ? verb.toLowerCase() : verb;
  if (rule.nonResourceURLs.length > 0) {
    const filling = ['', 'x', '/x', '*'][pointer(5) % 4] ?? '';
    const path = one(rule.nonResourceURLs, 3, '/metrics').replaceAll('*', filling);
    return {
      kind: 'non-resource',
      verb: meantVerb,
      path: pointer(6) % 4 === 0 ? path.replace(/\/$/, '') : path,
    };
  }
  const group = one(rule.apiGroups, 5, '');
  const [resource = '', subresource = ''] = one(rule.resources, 3, 'pods').split('/');
  return resourceAttributes({
    verb: meantVerb,
    group: asMeant ? ({ core: '', v1: '', 'apps/v1': 'apps' }[group] ?? group) : group,
    resource: resource === '*' ? 'deployments' : resource,
    subresource: subresource === '*' ? 'log' : pointer(2) % 5 === 0 ? 'log' : subresource,
    name: pointer(0) % 4 === 0 ? '' : one(rule.resourceNames, 6, 'b'),
    namespace: pointer(1) % 6 === 0 || namespace === '' ? (namespaces[pointer(6) % 3] ?? '') : namespace,
  });
}

export type Grant = { readonly caller: Identity; readonly write: Write };

const callers: fc.Arbitrary<Identity> = fc.record({
  user: fc.constantFrom('ann', 'bob', 'dev', 'eve'),
  groups: fc.uniqueArray(fc.constantFrom('dev', 'oidc:dev', 'ops', 'granters', 'granters', 'granters'), {
    maxLength: 2,
  }),
});
const texts = { labels: {}, annotations: {} };
const writtenRules = (of: typeof clusterRules): fc.Arbitrary<readonly Rule[]> =>
  of.map((raw) => rulesIn(raw));
const writtenNames = fc.constantFrom('new', 'new', 'r0', 'r1', 'b0', 'b1');
const roleWrites: fc.Arbitrary<Role> = fc
  .oneof(
    fc.record({
      kind: fc.constant('Role' as const),
      namespace: fc.constantFrom(...namespaces),
      name: writtenNames,
      rules: writtenRules(rules),
      aggregates: fc.constant(undefined),
    }),
    fc.record({
      kind: fc.constant('ClusterRole' as const),
      namespace: fc.constant(''),
      name: writtenNames,
      rules: writtenRules(clusterRules),
      aggregates: fc.constantFrom(undefined, undefined, undefined, [[]]),
    }),
  )
  .map((role) => ({ ...role, ...texts }));
const bindingWrites: fc.Arbitrary<Binding> = fc
  .oneof(
    fc.record({
      kind: fc.constant('RoleBinding' as const),
      namespace: fc.constantFrom(...namespaces),
      roleRef: fc.oneof(
        fc.record({ kind: fc.constant('Role' as const), name: fc.constantFrom(...roleNames) }),
        fc.record({ kind: fc.constant('ClusterRole' as const), name: fc.constantFrom(...boundClusterRoles) }),
      ),
    }),
    fc.record({
      kind: fc.constant('ClusterRoleBinding' as const),
      namespace: fc.constant(''),
      roleRef: fc.record({
        kind: fc.constant('ClusterRole' as const),
        name: fc.constantFrom(...boundClusterRoles),
      }),
    }),
  )
  .map((binding) => ({ ...binding, ...texts, name: 'new', subjects: [{ kind: 'User', name: 'mallory' }] }));
const grants: fc.Arbitrary<Grant> = fc.record({
  caller: callers,
  write: fc.record({
    how: fc.constantFrom('create' as const, 'apply' as const),
    object: fc.oneof(roleWrites, bindingWrites),
  }),
});

/**
 * Writes by somebody who mostly may write RBAC objects at all (`granters`, `withGranters`). A create of what is there
 * would be a conflict, whatever RBAC says: those are applied.
 */
export function grantsFor(
  objects: readonly object[],
  { seed, count }: { seed: number; count: number },
): readonly Grant[] {
  const there = new Set(objects.filter(isFields).map((object) => keyOf(object)));
  return fc.sample(grants, { seed, numRuns: count }).map(({ caller, write }) => {
    const { kind, namespace, name } = write.object;
    const isThere = there.has(`${kind} ${namespace}/${name}`);
    return { caller, write: isThere ? { ...write, how: 'apply' } : write };
  });
}

function keyOf({ kind, metadata }: Record<string, unknown>): string {
  const { namespace, name } = isFields(metadata) ? metadata : {};
  return `${textIn(kind)} ${textIn(namespace)}/${textIn(name)}`;
}

/** The cluster, in which the group `granters` may write what is of RBAC, and holds some of what it hands out. */
export function withGranters(objects: readonly object[]): readonly object[] {
  const name = 'granters';
  const rules = [
    {
      verbs: ['create', 'patch', 'update'],
      apiGroups: [group],
      resources: ['roles', 'clusterroles', 'rolebindings', 'clusterrolebindings'],
    },
    {
      verbs: ['get', 'list', 'watch', 'create', 'update', 'patch', 'delete'],
      apiGroups: ['', 'apps', 'core', 'v1'],
      resources: ['*'],
    },
    {
      verbs: ['bind'],
      apiGroups: [group],
      resources: ['clusterroles', 'roles'],
      resourceNames: ['r0', 'r1', 'gone'],
    },
    { verbs: ['escalate'], apiGroups: [group], resources: ['clusterroles', 'roles'], resourceNames: ['r0'] },
    { verbs: ['get'], nonResourceURLs: ['/healthz*', '/m*'] },
  ];
  return [
    ...objects,
    { apiVersion, kind: 'ClusterRole', metadata: { name }, rules },
    {
      apiVersion,
      kind: 'ClusterRoleBinding',
      metadata: { name },
      roleRef: { kind: 'ClusterRole', name },
      subjects: [{ kind: 'Group', name }],
    },
  ];
}
