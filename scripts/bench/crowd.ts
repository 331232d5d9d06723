// A saved cluster with more people than anybody looks through: what the keys of the screen are measured on.

import { writeFile } from 'node:fs/promises';
import { bindingIn, namespaceIn, roleIn, type Snapshot, snapshotOf } from '../../src/rbac/snapshot.ts';
import { formatSnapshot } from '../../src/rbac/snapshot-file.ts';
import { stock } from '../../src/rbac/stock.ts';
import { rbacData, sizeB } from '../parts/rbac-data.ts';

/** Writes it as `--save-snapshot` would: B, and 50,000 users besides. */
export async function writeCrowd(path: string): Promise<void> {
  const text = formatSnapshot({
    takenAt: '2026-01-01T00:00:00Z',
    server: 'https://example.com',
    kubernetesVersion: 'v1.36.3',
    namespace: 'default',
    snapshot: crowded(),
  });
  await writeFile(path, text);
}

function crowded(): Snapshot {
  const data = rbacData(sizeB, 1);
  const roleBindings = data.roleBindings.flatMap((item) => bindingIn(item, 'RoleBinding') ?? []);
  const [first] = roleBindings;
  if (first === undefined) throw new Error('the generated cluster has no binding');
  const crowd = Array.from({ length: 50_000 }, (_, index) => ({
    ...first,
    name: `crowd-${index}`,
    subjects: [{ kind: 'User', name: `oidc:somebody-${index}@example.com` } as const],
  }));
  return snapshotOf({
    roles: data.roles.flatMap((item) => roleIn(item, 'Role') ?? []),
    clusterRoles: data.clusterRoles.flatMap((item) => roleIn(item, 'ClusterRole') ?? []),
    roleBindings: [...roleBindings, ...crowd],
    clusterRoleBindings: data.clusterRoleBindings.flatMap(
      (item) => bindingIn(item, 'ClusterRoleBinding') ?? [],
    ),
    namespaces: data.namespaces.flatMap((item) => namespaceIn(item) ?? []),
    discovery: stock().discovery,
  });
}
