// Who could hand something out: the subjects that the API server would let write the role and the binding for it.

import type { Access } from './access.ts';
import type { RoleObjectRef } from './chain.ts';
import type { Coverage } from './coverage.ts';
import { covers } from './covers.ts';
import { previewWrites } from './escalation.ts';
import { rbacGroup } from './manifest.ts';
import { type Rule, resourceAttributes } from './rule.ts';
import type { Binding, Role } from './snapshot.ts';
import { identityOf, isMaster, type Subject, withImpliedGroups } from './subject.ts';
import { type Reach, type Scope, whoCan } from './who-can.ts';

/** `role`: they may bind that one only, which holds it; undefined: they may write a role of just these rules. */
export type Granter = Pick<Reach, 'subject' | 'through'> & { readonly role: RoleObjectRef | undefined };

/** system:masters may besides. Somebody who may by two subjects together is not found. */
export type Granters = Coverage & { readonly granters: readonly Granter[] };

/**
 * The subjects that may bind these rules in a namespace, '' for the whole cluster: they may create bindings there, and
 * hold the rules, or may `escalate` and `bind` (rbac/escalation.ts). Those of the namespace alone come first, groups
 * before people before accounts.
 */
export function grantersOf(access: Access, rules: readonly Rule[], namespace: string): Granters {
  const scope: Scope = namespace === '' ? { kind: 'cluster' } : { kind: 'namespace', namespace };
  const asked = resourceAttributes({
    verb: 'create',
    group: rbacGroup,
    resource: namespace === '' ? 'clusterrolebindings' : 'rolebindings',
    namespace,
  });
  const { reaches, complete, gaps } = whoCan(access, asked, scope);
  const roles = rolesHolding(access, rules, namespace);
  const granters = reaches
    .filter(({ implied, subject }) => !implied && !isMaster(identityOf(subject)))
    .flatMap((reach) => granterOf(reach, { access, rules, namespace, roles }));
  return { complete, gaps, granters: granters.sort((left, right) => rankOf(left) - rankOf(right)) };
}

type Wanted = {
  readonly access: Access;
  readonly rules: readonly Rule[];
  readonly namespace: string;
  readonly roles: readonly Role[];
};

function granterOf(
  { subject, through }: Reach,
  { access, rules, namespace, roles }: Wanted,
): readonly Granter[] {
  const caller = withImpliedGroups(identityOf(subject));
  const own = ownRole(rules, namespace);
  const mayWrite = (objects: readonly (Role | Binding)[]): boolean =>
    previewWrites(
      access,
      caller,
      objects.map((object) => ({ how: 'create', object })),
    ).every(({ refusals }) => refusals.length === 0);
  if (mayWrite([own, bindingTo(own, namespace)])) return [{ subject, through, role: undefined }];
  const role = roles.find((each) => mayWrite([bindingTo(each, namespace)]));
  if (role === undefined) return [];
  return [{ subject, through, role: { kind: role.kind, namespace: role.namespace, name: role.name } }];
}

/** Those of Kubernetes itself aside, which nobody hands out. */
function rolesHolding({ snapshot }: Access, rules: readonly Rule[], namespace: string): readonly Role[] {
  return [
    ...snapshot.roles.filter((role) => namespace !== '' && role.namespace === namespace),
    ...snapshot.clusterRoles.filter(({ name }) => !name.startsWith('system:')),
  ].filter((role) => covers(role.rules, rules));
}

const texts = { labels: {}, annotations: {} };

function ownRole(rules: readonly Rule[], namespace: string): Role {
  const kind = namespace === '' ? 'ClusterRole' : 'Role';
  return { kind, namespace, name: 'kubectl-oidc', rules, aggregates: undefined, ...texts };
}

function bindingTo({ kind, name }: Role, namespace: string): Binding {
  return {
    kind: namespace === '' ? 'ClusterRoleBinding' : 'RoleBinding',
    namespace,
    name: 'kubectl-oidc',
    roleRef: { kind, name },
    subjects: [],
    ...texts,
  };
}

const kinds: readonly Subject['kind'][] = ['Group', 'User', 'ServiceAccount'];

function rankOf({ subject, through, role }: Granter): number {
  const isOfCluster = through.some(({ binding }) => binding.namespace === '');
  const isOwn = subject.name.startsWith('system:') || subject.kind === 'ServiceAccount';
  return (
    (isOwn ? 100 : 0) + (isOfCluster ? 10 : 0) + (role === undefined ? 0 : 5) + kinds.indexOf(subject.kind)
  );
}
