// Generated RBAC of a given size, the same for the same seed: for benches and tests. The shape is that of clusters in
// use: teams bound by their groups in their namespaces, service accounts, named rules, subresources of any parent,
// URLs, collected roles, a few administrators, a few references to nothing.

import { isFields } from '../../src/json-fields.ts';
import { textIn } from '../../src/rbac/raw.ts';
import { stock } from '../../src/rbac/stock.ts';
import { type Random, randomOf } from './random.ts';

export type RbacSize = {
  readonly namespaces: number;
  /** Of each kind in all, what Kubernetes brings by itself included. */
  readonly roleBindings: number;
  readonly clusterRoleBindings: number;
  readonly roles: number;
  readonly clusterRoles: number;
};

/** A: a large single cluster. B: as Rancher installs get. */
export const sizeA: RbacSize = {
  namespaces: 1_000,
  roleBindings: 5_007,
  clusterRoleBindings: 714,
  roles: 1_667,
  clusterRoles: 400,
};
export const sizeB: RbacSize = {
  namespaces: 6_000,
  roleBindings: 55_007,
  clusterRoleBindings: 7_907,
  roles: 18_341,
  clusterRoles: 1_200,
};

/** API objects by kind, as LISTs hold their items, but with kind and apiVersion, so that they are manifests too. */
export type RbacData = {
  readonly namespaces: readonly object[];
  readonly roles: readonly object[];
  readonly clusterRoles: readonly object[];
  readonly roleBindings: readonly object[];
  readonly clusterRoleBindings: readonly object[];
};

const group = 'rbac.authorization.k8s.io';
const apiVersion = `${group}/v1`;

/** Stock objects first, then generated ones up to the size. */
export function rbacData(size: RbacSize, seed: number): RbacData {
  const random = randomOf(seed);
  const stocked = (kind: string) =>
    stock()
      .objects.filter(isFields)
      .filter((object) => object.kind === kind);
  const fill = (kind: string, wanted: number, make: (index: number) => object): readonly object[] => {
    const there = stocked(kind);
    return [
      ...there,
      ...Array.from({ length: Math.max(0, wanted - there.length) }, (_, index) => make(index)),
    ];
  };
  const namespaces = Array.from({ length: size.namespaces }, (_, index) => namespace(random, index));
  const people = peopleOf(size);
  const world = {
    random,
    people,
    namespaces: size.namespaces,
    roles: size.roles,
    clusterRoles: size.clusterRoles,
  };
  return {
    namespaces,
    clusterRoles: fill('ClusterRole', size.clusterRoles, (index) => clusterRole(random, index)),
    roles: fill('Role', size.roles, (index) => role(world, index)),
    clusterRoleBindings: fill('ClusterRoleBinding', size.clusterRoleBindings, (index) =>
      clusterRoleBinding(world, index),
    ),
    roleBindings: fill('RoleBinding', size.roleBindings, (index) => roleBinding(world, index)),
  };
}

/** All of it, in one list. */
export function rbacObjects({
  namespaces,
  clusterRoles,
  roles,
  clusterRoleBindings,
  roleBindings,
}: RbacData): readonly object[] {
  return [...namespaces, ...clusterRoles, ...roles, ...clusterRoleBindings, ...roleBindings];
}

type World = {
  readonly random: Random;
  readonly people: People;
  readonly namespaces: number;
  readonly roles: number;
  readonly clusterRoles: number;
};
type People = { readonly groups: number; readonly users: number };

/** Teams own five namespaces each; half of the bindings name groups. */
function peopleOf({ namespaces }: RbacSize): People {
  return { groups: Math.ceil(namespaces / 5), users: namespaces * 2 };
}

const namespaceName = (index: number): string =>
  `team-${Math.floor(index / 5)}-${['dev', 'test', 'stage', 'prod', 'ci'][index % 5]}`;
const groupName = (index: number): string => `oidc:team-${index}`;
const userName = (index: number): string => `oidc:person-${index}@example.com`;

function metadata(
  kind: string,
  at: { readonly namespace?: string; readonly name: string; readonly labels?: object },
) {
  return {
    apiVersion: kind === 'Namespace' ? 'v1' : apiVersion,
    kind,
    metadata: {
      ...at,
      uid: `00000000-0000-4000-8000-${hash(`${kind}/${at.namespace}/${at.name}`)}`,
      resourceVersion: `${1000 + at.name.length}`,
      creationTimestamp: '2026-01-05T08:00:00Z',
      labels: { 'app.kubernetes.io/part-of': 'platform', ...at.labels },
    },
  };
}

function hash(text: string): string {
  let sum = 7;
  for (let index = 0; index < text.length; index++) sum = (Math.imul(sum, 31) + text.charCodeAt(index)) >>> 0;
  return sum.toString(16).padStart(12, '0');
}

function namespace(random: Random, index: number): object {
  const name = namespaceName(index);
  const labels = { 'kubernetes.io/metadata.name': name, tier: random.pick(['gold', 'silver']) };
  return metadata('Namespace', { name, labels });
}

const reading = ['get', 'list', 'watch'];
const writing = ['create', 'update', 'patch', 'delete'];

/** The rules that people write, with what is only asked for by few. */
function someRule(random: Random): object {
  const of = (verbs: readonly string[], resources: readonly string[], apiGroups = ['']) => ({
    verbs,
    apiGroups,
    resources,
  });
  const choices = [
    () => of(reading, ['pods', 'services', 'configmaps']),
    () => of(reading, ['pods', 'pods/log', 'events']),
    () => of([...reading, ...writing], ['deployments', 'statefulsets', 'daemonsets'], ['apps']),
    () => of(reading, ['jobs', 'cronjobs'], ['batch']),
    () => of(['create'], ['pods/exec', 'pods/portforward']),
    () => of(['get', 'update', 'patch'], ['*/scale'], ['apps', 'extensions']),
    () => ({
      ...of(['get'], ['secrets']),
      resourceNames: [`db-${random.below(20)}`, `tls-${random.below(20)}`],
    }),
    () => ({ ...of(['get', 'update'], ['configmaps']), resourceNames: [`settings-${random.below(50)}`] }),
    () => of(['get', 'list'], ['secrets']),
    () => of([random.pick(reading)], ['*'], ['monitoring.example.io']),
    () => of(['*'], [`widgets${random.below(30)}`], [`example${random.below(10)}.io`]),
    () => of(['update', 'patch'], ['deployments/status', 'deployments/scale'], ['apps']),
    () => of(reading, ['ingresses', 'networkpolicies'], ['networking.k8s.io']),
    () => of(['get', 'create', 'update', 'patch'], ['leases'], ['coordination.k8s.io']),
    () => of(['create'], ['serviceaccounts/token']),
    () => of(['get', 'list'], ['roles', 'rolebindings'], [group]),
    () => ({ ...of(['bind'], ['clusterroles'], [group]), resourceNames: ['view', 'edit'] }),
  ];
  return random.pick(choices)();
}

function someRules(random: Random): readonly object[] {
  return Array.from({ length: 1 + random.below(4) }, () => someRule(random));
}

const collectLabels = ['platform.example.io/to-developer', 'platform.example.io/to-operator'];
const toView = `${group}/aggregate-to-view`;

/** One in forty collects others; one in ten is collected, a few of these by the stock `view`. */
function clusterRole(random: Random, index: number): object {
  const name = `platform-role-${index}`;
  if (index % 40 === 0) {
    const label = random.pick(collectLabels);
    const aggregationRule = { clusterRoleSelectors: [{ matchLabels: { [label]: 'true' } }] };
    return { ...metadata('ClusterRole', { name }), aggregationRule, rules: null };
  }
  const labels =
    index % 10 === 1 ? { [random.chance(20) ? toView : random.pick(collectLabels)]: 'true' } : {};
  const urls = {
    verbs: ['get'],
    nonResourceURLs: [random.pick(['/metrics', '/healthz/*', '/logs*', '/debug/pprof/*'])],
  };
  const rules = [...someRules(random), ...(random.chance(10) ? [urls] : [])];
  const ofCluster = {
    verbs: reading,
    apiGroups: [''],
    resources: ['nodes', 'namespaces', 'persistentvolumes'],
  };
  return {
    ...metadata('ClusterRole', { name, labels }),
    rules: random.chance(15) ? [...rules, ofCluster] : rules,
  };
}

const rolesPerNamespace = ({ roles, namespaces }: World): number =>
  Math.max(1, Math.floor(roles / namespaces));

function role(world: World, index: number): object {
  const at = namespaceName(index % world.namespaces);
  const name = `role-${Math.floor(index / world.namespaces)}`;
  return { ...metadata('Role', { namespace: at, name }), rules: someRules(world.random) };
}

function roleBinding(world: World, index: number): object {
  const { random } = world;
  const place = index % world.namespaces;
  const name = `binding-${Math.floor(index / world.namespaces)}`;
  const roleRef = random.chance(55)
    ? { apiGroup: group, kind: 'Role', name: `role-${random.below(rolesPerNamespace(world))}` }
    : { apiGroup: group, kind: 'ClusterRole', name: someClusterRole(world) };
  const subjects = Array.from({ length: random.chance(80) ? 1 : 3 }, () => someSubject(world, place));
  return { ...metadata('RoleBinding', { namespace: namespaceName(place), name }), roleRef, subjects };
}

function clusterRoleBinding(world: World, index: number): object {
  const roleRef = { apiGroup: group, kind: 'ClusterRole', name: someClusterRole(world) };
  const subjects = [someSubject(world, world.random.below(world.namespaces))];
  return { ...metadata('ClusterRoleBinding', { name: `cluster-binding-${index}` }), roleRef, subjects };
}

/** Mostly the stock ones that people use; one in a hundred is gone. */
function someClusterRole({ random, clusterRoles }: World): string {
  if (random.chance(1)) return 'role-that-was-removed';
  return random.chance(50)
    ? random.pick(['view', 'edit', 'admin'])
    : `platform-role-${random.below(clusterRoles / 2)}`;
}

/** Of the namespace's own team mostly. */
function someSubject({ random, people }: World, place: number): object {
  const drawn = random.below(100);
  if (drawn < 50)
    return {
      apiGroup: group,
      kind: 'Group',
      name: groupName(drawn < 40 ? Math.floor(place / 5) : random.below(people.groups)),
    };
  if (drawn < 75) return { apiGroup: group, kind: 'User', name: userName(random.below(people.users)) };
  const namespace = drawn < 95 ? namespaceName(place) : namespaceName(random.below(people.groups * 5));
  return { kind: 'ServiceAccount', namespace, name: random.pick(['default', 'ci', 'operator', 'runner']) };
}

/** The name of an object of this data. */
export function nameOf(object: object): string {
  return isFields(object) && isFields(object.metadata) ? textIn(object.metadata.name) : '';
}
