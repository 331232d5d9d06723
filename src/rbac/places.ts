// Roles and bindings by where they are, and how that is said.

import { nameWords } from './access-words.ts';
import type { Binding, Role, RoleRef, Snapshot } from './snapshot.ts';
import { type Identity, identityKeys, subjectKey } from './subject.ts';

/** The roles that a binding there can refer to by this kind. */
export function rolesAt(snapshot: Snapshot, kind: RoleRef['kind'], namespace: string): readonly Role[] {
  if (kind === 'ClusterRole') return snapshot.clusterRoles;
  return snapshot.roles.filter((each) => each.namespace === namespace);
}

/** The bindings of one namespace, '' for those of the cluster. */
export function bindingsAt(snapshot: Snapshot, namespace: string): readonly Binding[] {
  if (namespace === '') return snapshot.clusterRoleBindings;
  return snapshot.roleBindings.filter((each) => each.namespace === namespace);
}

/** The bindings that refer to a role, in its namespace, or anywhere for a ClusterRole. */
export function boundTo({ roleBindings, clusterRoleBindings }: Snapshot, role: Role): readonly Binding[] {
  const all = role.kind === 'ClusterRole' ? [...clusterRoleBindings, ...roleBindings] : roleBindings;
  return all.filter(
    ({ namespace, roleRef }) =>
      roleRef.kind === role.kind &&
      roleRef.name === role.name &&
      (role.kind === 'ClusterRole' || namespace === role.namespace),
  );
}

/** `Role shop/x`. */
export function placed(
  { kind, name }: { readonly kind: Role['kind'] | Binding['kind']; readonly name: string },
  namespace: string,
): string {
  const isOfCluster = kind === 'ClusterRole' || kind === 'ClusterRoleBinding';
  return `${kind} ${isOfCluster ? '' : `${nameWords(namespace)}/`}${nameWords(name)}`;
}

/** The namespaces in which a binding of theirs refers to a Role, each once. */
export function rolePlacesOf(bindings: readonly Binding[], identity: Identity): readonly string[] {
  const keys = new Set(identityKeys(identity));
  const theirs = bindings.filter(
    ({ roleRef, subjects }) => roleRef.kind === 'Role' && subjects.some((each) => keys.has(subjectKey(each))),
  );
  return [...new Set(theirs.map(({ namespace }) => namespace))];
}
