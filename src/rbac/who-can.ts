// Who may do something: every subject that a binding names, with every way by which it may.

import { type Access, chainOf, danglingOf, roleOf } from './access.ts';
import type { Chain, Dangling } from './chain.ts';
import { type Coverage, coverageOf } from './coverage.ts';
import { resourceName } from './discovery.ts';
import { type Unreal, unrealRequest } from './real-request.ts';
import { type Attributes, allows, type Rule } from './rule.ts';
import type { Binding, Role } from './snapshot.ts';
import { isImpliedGroup, mastersGroup, type Subject, subjectKey } from './subject.ts';
import { withUnseenRoles } from './unseen-roles.ts';

/** Where: one namespace, the cluster (resources without a namespace, URLs, "in all at once"), or each of them. */
export type Scope =
  | { readonly kind: 'namespace'; readonly namespace: string }
  | { readonly kind: 'cluster' }
  | { readonly kind: 'all' };

export type Reach = {
  /** As bindings name it. A User named like an account's user is that account: one reach for both. */
  readonly subject: Subject;
  /** Whether it is a group that people are in by themselves: all that are authenticated, all service accounts, … */
  readonly implied: boolean;
  readonly through: readonly Chain[];
};

/** Groups stand for their members. */
export type WhoCan = Coverage & {
  readonly reaches: readonly Reach[];
  /** Who may besides, whatever RBAC says: nothing in a cluster tells who is in that group. */
  readonly always: readonly Subject[];
  readonly unreal: Unreal | undefined;
  /** Bindings in that scope whose role is not there: whoever makes it arms them. */
  readonly dangling: readonly Dangling[];
};

/** Every subject that may do this in that scope; the attributes' own namespace is not looked at. Linear in the bindings. */
export function whoCan(access: Access, asked: Attributes, scope: Scope): WhoCan {
  const placed = placedIn(asked, scope);
  const matching = matcher(placed);
  const reaches = new Map<string, Reached>();
  const dangling: Dangling[] = [];
  for (const binding of bindingsIn(access, scope)) {
    const role = roleOf(access, binding);
    if (role === undefined) dangling.push(danglingOf(access, binding));
    else for (const rule of matching(role)) addReach(reaches, access, { binding, role, rule });
  }
  const read = coverageOf(access.snapshot, scope.kind === 'all' ? 'all' : ['', ...namespaceOf(scope)]);
  return {
    ...withUnseenRoles(read, access.snapshot, dangling),
    reaches: [...reaches.values()],
    always: [{ kind: 'Group', name: mastersGroup }],
    unreal: unrealRequest(placed, access.resources),
    dangling,
  };
}

/** What is asked in one place of the scope; without a namespace where it is all of them. */
function placedIn(asked: Attributes, scope: Scope): Attributes {
  if (asked.kind === 'non-resource') return asked;
  return { ...asked, namespace: scope.kind === 'namespace' ? scope.namespace : '' };
}

function namespaceOf(scope: Scope): readonly string[] {
  return scope.kind === 'namespace' ? [scope.namespace] : [];
}

/** A role is judged once, however many bindings refer to it. */
function matcher(asked: Attributes): (role: Role) => readonly Rule[] {
  const known = new Map<Role, readonly Rule[]>();
  return (role) => {
    const before = known.get(role);
    if (before !== undefined) return before;
    const found = role.rules.filter((rule) => allows(rule, asked));
    known.set(role, found);
    return found;
  };
}

function bindingsIn({ snapshot }: Access, scope: Scope): readonly Binding[] {
  const { clusterRoleBindings, roleBindings } = snapshot;
  if (scope.kind === 'cluster') return clusterRoleBindings;
  if (scope.kind === 'all') return [...clusterRoleBindings, ...roleBindings];
  return [...clusterRoleBindings, ...roleBindings.filter(({ namespace }) => namespace === scope.namespace)];
}

type Reached = Omit<Reach, 'through'> & { readonly through: Chain[] };
type Link = { readonly binding: Binding; readonly role: Role; readonly rule: Rule };

function addReach(reaches: Map<string, Reached>, access: Access, { binding, role, rule }: Link): void {
  for (const subject of binding.subjects) {
    const key = subjectKey(subject);
    if (key === '') continue;
    const chain = chainOf(access, { subject, binding, role, rule });
    const there = reaches.get(key);
    if (there === undefined) reaches.set(key, { subject, implied: isImplied(subject), through: [chain] });
    else there.through.push(chain);
  }
}

function isImplied(subject: Subject): boolean {
  return subject.kind === 'Group' && isImpliedGroup(subject.name);
}

/**
 * The scope in which the question can be asked at all: a resource that has no namespace, and a URL, are of the cluster;
 * a namespace by its name is in itself. Without discovery the scope stays as it was wanted.
 */
export function askableScope(access: Access, asked: Attributes, wanted: Scope): Scope {
  if (asked.kind === 'non-resource') return { kind: 'cluster' };
  const found = access.resources?.get(resourceName(asked));
  if (found === undefined || found.namespaced) return wanted;
  const isNamespace = asked.resource === 'namespaces' && asked.group === '' && asked.name !== '';
  return isNamespace ? { kind: 'namespace', namespace: asked.name } : { kind: 'cluster' };
}
