// Generated RBAC as the engine reads it, without a cluster.

import { bindingIn, namespaceIn, roleIn, type Snapshot, snapshotOf } from '../../src/rbac/snapshot.ts';
import { stock } from '../../src/rbac/stock.ts';
import type { RbacData } from './rbac-data.ts';

/** With the resources that Kubernetes brings by itself. */
export function generatedSnapshot(data: RbacData): Snapshot {
  const { roles, clusterRoles, roleBindings, clusterRoleBindings, namespaces } = data;
  return snapshotOf({
    roles: roles.flatMap((item) => roleIn(item, 'Role') ?? []),
    clusterRoles: clusterRoles.flatMap((item) => roleIn(item, 'ClusterRole') ?? []),
    roleBindings: roleBindings.flatMap((item) => bindingIn(item, 'RoleBinding') ?? []),
    clusterRoleBindings: clusterRoleBindings.flatMap((item) => bindingIn(item, 'ClusterRoleBinding') ?? []),
    namespaces: namespaces.flatMap((item) => namespaceIn(item) ?? []),
    discovery: stock().discovery,
  });
}
