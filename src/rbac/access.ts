// Who reaches what: a snapshot, indexed, and the verdict of RBAC's authorizer on it with the whole way from the person
// to the rule. Verdicts are what SubjectAccessReview answers for the same objects; gaps and other authorizers are said.

import { originOf } from './aggregation.ts';
import { type Chain, type Dangling, refOf } from './chain.ts';
import { type Coverage, certain, coverageOf } from './coverage.ts';
import { type ApiResource, resourcesByName } from './discovery.ts';
import { type Unreal, unrealRequest } from './real-request.ts';
import { type Attributes, allows, type Rule } from './rule.ts';
import type { Binding, Role, Snapshot } from './snapshot.ts';
import { appliesTo, type Identity, identityKeys, isMaster, type Subject, subjectKey } from './subject.ts';
import { withUnseenRoles } from './unseen-roles.ts';

/** By namespace, '' for what is of the whole cluster, then by name or by subject. */
type Scoped<Value> = ReadonlyMap<string, ReadonlyMap<string, Value>>;

/** A snapshot made quick to ask; made once, asked many times. */
export type Access = {
  readonly snapshot: Snapshot;
  readonly roles: Scoped<Role>;
  /** By namespace, '' for ClusterRoleBindings. */
  readonly bindings: ReadonlyMap<string, readonly Binding[]>;
  /** The bindings of a namespace by the key of each subject they name, once somebody asked about that namespace. */
  readonly named: Map<string, ReadonlyMap<string, readonly Binding[]>>;
  /** By `resourceName`; undefined where the snapshot has no discovery. */
  readonly resources: ReadonlyMap<string, ApiResource> | undefined;
  /** Of the rules of collecting ClusterRoles, as far as they were asked about; roles share rules. */
  readonly origins: Map<Role, Map<Rule, readonly string[]>>;
};

export type Verdict = Coverage & {
  readonly allowed: boolean;
  /** What allowed it; undefined when nothing did. */
  readonly by: { readonly kind: 'masters' } | { readonly kind: 'chain'; readonly chain: Chain } | undefined;
  /** Why no request can carry these attributes, whatever the authorizer says of them. */
  readonly unreal: Unreal | undefined;
  readonly dangling: readonly Dangling[];
};

/** Indexes a snapshot: linear in its objects, nothing is copied. */
export function accessOf(snapshot: Snapshot): Access {
  const roles = new Map<string, Map<string, Role>>();
  for (const each of snapshot.clusterRoles) inScope(roles, '').set(each.name, each);
  for (const each of snapshot.roles) inScope(roles, each.namespace).set(each.name, each);
  const bindings = new Map<string, Binding[]>([['', [...snapshot.clusterRoleBindings]]]);
  for (const each of snapshot.roleBindings) {
    const there = bindings.get(each.namespace);
    if (there === undefined) bindings.set(each.namespace, [each]);
    else there.push(each);
  }
  const resources = snapshot.discovery && resourcesByName(snapshot.discovery);
  return { snapshot, roles, bindings, named: new Map(), resources, origins: new Map() };
}

function inScope<Value>(scoped: Map<string, Map<string, Value>>, namespace: string): Map<string, Value> {
  const there = scoped.get(namespace);
  if (there !== undefined) return there;
  const made = new Map<string, Value>();
  scoped.set(namespace, made);
  return made;
}

/** Made when a namespace is first asked about: a single question needs two of thousands. */
function bySubject(access: Access, namespace: string): ReadonlyMap<string, readonly Binding[]> {
  const there = access.named.get(namespace);
  if (there !== undefined) return there;
  const made = new Map<string, Binding[]>();
  for (const binding of access.bindings.get(namespace) ?? []) {
    for (const subject of binding.subjects) addNamed(made, subjectKey(subject), binding);
  }
  access.named.set(namespace, made);
  return made;
}

function addNamed(named: Map<string, Binding[]>, key: string, binding: Binding): void {
  const there = named.get(key);
  if (there === undefined) named.set(key, [binding]);
  else if (there.at(-1) !== binding) there.push(binding);
}

/** The role that a binding refers to; a Role is looked for in the binding's own namespace only (rule.go). */
export function roleOf(access: Access, { kind, namespace, roleRef }: Binding): Role | undefined {
  const isReachable = roleRef.kind === 'ClusterRole' || kind === 'RoleBinding';
  const where = roleRef.kind === 'ClusterRole' ? '' : namespace;
  return isReachable ? access.roles.get(where)?.get(roleRef.name) : undefined;
}

/**
 * Whether RBAC allows this, and by which way, the first in the order ClusterRoleBindings, then RoleBindings of the
 * request's namespace. The identity is taken as it is: `withImpliedGroups` first, unless it is complete.
 */
export function judge(access: Access, identity: Identity, asked: Attributes): Verdict {
  const unreal = unrealRequest(asked, access.resources);
  if (isMaster(identity)) return { ...certain, allowed: true, by: { kind: 'masters' }, unreal, dangling: [] };
  const dangling: Dangling[] = [];
  for (const binding of bindingsFor(access, identity, namespacesOf(asked))) {
    const role = roleOf(access, binding);
    const rule = role?.rules.find((each) => allows(each, asked));
    if (role === undefined) dangling.push(danglingOf(access, binding));
    else if (rule !== undefined) {
      const chain = chainOf(access, { subject: subjectOf(binding, identity), binding, role, rule });
      return { ...certain, allowed: true, by: { kind: 'chain', chain }, unreal, dangling };
    }
  }
  return {
    ...withUnseenRoles(coverageOf(access.snapshot, namespacesOf(asked)), access.snapshot, dangling),
    allowed: false,
    by: undefined,
    unreal,
    dangling,
  };
}

/** The binding whose role is not there, or may be among what could not be read. */
export function danglingOf({ snapshot }: Access, binding: Binding): Dangling {
  const { kind, name } = binding.roleRef;
  const what = kind === 'Role' ? 'roles' : 'clusterroles';
  const isUnread = snapshot.gaps.some(
    (gap) => gap.what === what && (gap.namespace === '' || gap.namespace === binding.namespace),
  );
  const namespace = kind === 'Role' ? binding.namespace : '';
  return { binding, role: { kind, namespace, name }, isUnread };
}

/** Every way by which this is allowed; system:masters is none of them. */
export function allChains(access: Access, identity: Identity, asked: Attributes): readonly Chain[] {
  return bindingsFor(access, identity, namespacesOf(asked)).flatMap((binding) => {
    const role = roleOf(access, binding);
    const rules = role?.rules.filter((each) => allows(each, asked)) ?? [];
    return rules.flatMap((rule) =>
      role === undefined
        ? []
        : [chainOf(access, { subject: subjectOf(binding, identity), binding, role, rule })],
    );
  });
}

/** The scopes whose bindings count for a request: of a namespace only where it has one. */
function namespacesOf(asked: Attributes): readonly string[] {
  return asked.kind === 'resource' && asked.namespace !== '' ? ['', asked.namespace] : [''];
}

/** The bindings in these scopes that name this identity, each once. */
export function bindingsFor(
  access: Access,
  identity: Identity,
  namespaces: Iterable<string>,
): readonly Binding[] {
  const keys = identityKeys(identity);
  const found: (readonly Binding[])[] = [];
  for (const namespace of namespaces) {
    if (!access.bindings.has(namespace)) continue;
    const named = bySubject(access, namespace);
    for (const key of keys) {
      const bindings = named.get(key);
      if (bindings !== undefined) found.push(bindings);
    }
  }
  // One binding may name a user and their group.
  return found.length > 1 ? [...new Set(found.flat())] : (found[0] ?? []);
}

/** Every rule that counts for an identity in a namespace, or in none ('') (RulesFor); system:masters has none. */
export function rulesFor(access: Access, identity: Identity, namespace: string): readonly Rule[] {
  const bindings = bindingsFor(access, identity, namespace === '' ? [''] : ['', namespace]);
  return bindings.flatMap((binding) => roleOf(access, binding)?.rules ?? []);
}

type Link = {
  readonly subject: Subject;
  readonly binding: Binding;
  readonly role: Role;
  readonly rule: Rule;
};

export function chainOf(access: Access, { subject, binding, role, rule }: Link): Chain {
  return { subject, binding: refOf(binding), role: refOf(role), parts: partNames(access, role, rule), rule };
}

function partNames(access: Access, role: Role, rule: Rule): readonly string[] {
  if (role.aggregates === undefined) return [];
  const known = access.origins.get(role) ?? new Map<Rule, readonly string[]>();
  const names = known.get(rule) ?? originOf(role, rule, access.snapshot.clusterRoles);
  access.origins.set(role, known.set(rule, names));
  return names;
}

function subjectOf(binding: Binding, identity: Identity): Subject {
  const subject = binding.subjects.find((each) => appliesTo(each, identity));
  if (subject === undefined) throw new TypeError('a binding was indexed by a subject that it does not name');
  return subject;
}
