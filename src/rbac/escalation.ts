// What the API server will say when somebody writes a role or a binding: whether they may write it at all, and whether
// they may hand out what is in it (pkg/registry/rbac/escalation_check.go and the policybased storages).

import { type Access, judge, rulesFor } from './access.ts';
import { uncovered } from './covers.ts';
import { type ResourceAttributes, type Rule, resourceAttributes, rule } from './rule.ts';
import type { Binding, Role } from './snapshot.ts';
import { type Identity, isMaster } from './subject.ts';

/**
 * One object as it would be written. `create` is a POST, which carries no name; `apply` a server-side apply, which asks
 * for `patch`, and for `create` too where the object is not there yet, both with its name.
 */
export type Write = { readonly how: 'create' | 'apply'; readonly object: Role | Binding };

/** Why the server will refuse; what would help is in it. */
export type Refusal =
  /** A verb on the object itself. */
  | { readonly kind: 'verb'; readonly asked: ResourceAttributes }
  /** These parts of the rules are not the caller's to give; holding them, or `instead`, would do. */
  | { readonly kind: 'rules'; readonly uncovered: readonly Rule[]; readonly instead: ResourceAttributes }
  /** A role that collects others may grow to anything: who sets it must hold everything. */
  | { readonly kind: 'collecting'; readonly instead: ResourceAttributes }
  /** The role of the binding is not there, so the server cannot compare (404). */
  | { readonly kind: 'no-role'; readonly name: string; readonly instead: ResourceAttributes };

/** One write, with the reasons against it; none means that RBAC lets it pass. */
export type Preview = { readonly write: Write; readonly refusals: readonly Refusal[] };

const group = 'rbac.authorization.k8s.io';
const everything = [
  rule({ verbs: ['*'], apiGroups: ['*'], resources: ['*'] }),
  rule({ verbs: ['*'], nonResourceURLs: ['*'] }),
];

/**
 * What the server would say to these writes, one after the other: a binding may refer to a role written before it. The
 * caller is taken as it is: `withImpliedGroups` first. Says nothing of admission, quotas and validation.
 */
export function previewWrites(
  access: Access,
  caller: Identity,
  writes: readonly Write[],
): readonly Preview[] {
  return writes.map((write, index) => {
    const before = writes.slice(0, index).map(({ object }) => object);
    return { write, refusals: isMaster(caller) ? [] : refusalsOf({ access, caller, before }, write) };
  });
}

type Desk = {
  readonly access: Access;
  readonly caller: Identity;
  readonly before: readonly (Role | Binding)[];
};

function refusalsOf(desk: Desk, write: Write): readonly Refusal[] {
  const asked = verbsOf(desk, write).map((verb) => attributesOf(write, verb));
  const refused = asked.filter((each) => !judge(desk.access, desk.caller, each).allowed);
  const escalation = isRole(write.object)
    ? escalationByRole(desk, write.object, write)
    : escalationByBinding(desk, write.object);
  return [...refused.map((each) => ({ kind: 'verb' as const, asked: each })), ...escalation];
}

function isRole(object: Role | Binding): object is Role {
  return object.kind === 'Role' || object.kind === 'ClusterRole';
}

function verbsOf({ access, before }: Desk, { how, object }: Write): readonly string[] {
  if (how === 'create') return ['create'];
  const { clusterRoles, roles, clusterRoleBindings, roleBindings } = access.snapshot;
  const there = [
    ...before,
    ...{
      ClusterRole: clusterRoles,
      Role: roles,
      ClusterRoleBinding: clusterRoleBindings,
      RoleBinding: roleBindings,
    }[object.kind],
  ];
  const isThere = there.some(
    ({ kind, namespace, name }) =>
      kind === object.kind && namespace === object.namespace && name === object.name,
  );
  return isThere ? ['patch'] : ['patch', 'create'];
}

function attributesOf({ how, object }: Write, verb: string): ResourceAttributes {
  const resource = `${object.kind.toLowerCase()}s`;
  const name = how === 'create' ? '' : object.name;
  return resourceAttributes({ verb, group, resource, name, namespace: object.namespace });
}

/** Own rules must cover the new ones, or the caller may `escalate` on that role, by its name where the URL has it. */
function escalationByRole({ access, caller }: Desk, role: Role, write: Write): readonly Refusal[] {
  const instead = attributesOf(write, 'escalate');
  if (judge(access, caller, instead).allowed) return [];
  const owned = rulesFor(access, caller, role.namespace);
  const missing = uncovered(owned, role.rules);
  const before = access.roles.get('')?.get(role.name);
  const collects =
    isCollecting(role) || (role.kind === 'ClusterRole' && write.how === 'apply' && isCollecting(before));
  return [
    ...(missing.length > 0 ? [{ kind: 'rules' as const, uncovered: missing, instead }] : []),
    ...(collects && uncovered(owned, everything).length > 0
      ? [{ kind: 'collecting' as const, instead }]
      : []),
  ];
}

function isCollecting(role: Role | undefined): boolean {
  return role?.aggregates !== undefined && role.aggregates.length > 0;
}

/** Own rules in the binding's namespace must cover the role's, or the caller may `bind` that role there. */
function escalationByBinding({ access, caller, before }: Desk, binding: Binding): readonly Refusal[] {
  const { namespace, roleRef } = binding;
  const resource = roleRef.kind === 'Role' ? 'roles' : 'clusterroles';
  const instead = resourceAttributes({ verb: 'bind', group, resource, name: roleRef.name, namespace });
  if (judge(access, caller, instead).allowed) return [];
  const at = roleRef.kind === 'Role' ? namespace : '';
  const isWanted = ({ kind, namespace: where, name }: Role | Binding): boolean =>
    kind === roleRef.kind && where === at && name === roleRef.name;
  const role = before.filter(isRole).findLast(isWanted) ?? access.roles.get(at)?.get(roleRef.name);
  if (role === undefined) return [{ kind: 'no-role', name: roleRef.name, instead }];
  const missing = uncovered(rulesFor(access, caller, namespace), role.rules);
  return missing.length > 0 ? [{ kind: 'rules', uncovered: missing, instead }] : [];
}
