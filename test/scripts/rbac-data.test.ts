import { expect, test } from 'vitest';
import { rbacData, rbacObjects, sizeA, sizeB } from '../../scripts/parts/rbac-data.ts';
import { accessOf, judge } from '../../src/rbac/access.ts';
import { effectiveAccess } from '../../src/rbac/effective-access.ts';
import { snapshotOfObjects } from '../../src/rbac/objects.ts';
import { resourceAttributes } from '../../src/rbac/rule.ts';

test('data set A has the size of a large cluster, and is the same for the same seed', () => {
  const data = rbacData(sizeA, 1);
  expect(rbacData(sizeA, 1)).toEqual(data);
  expect(rbacData(sizeA, 2)).not.toEqual(data);
  const { roles, clusterRoles, roleBindings, clusterRoleBindings, namespaces } = data;
  expect(
    [namespaces, roleBindings, clusterRoleBindings, roles, clusterRoles].map(({ length }) => length),
  ).toEqual([1_000, 5_007, 714, 1_667, 400]);
});

test('data set B has 55,007 RoleBindings, which are read and indexed whole', () => {
  const snapshot = snapshotOfObjects(rbacObjects(rbacData(sizeB, 1)), { aggregated: 'here' });
  expect(snapshot.roleBindings).toHaveLength(55_007);
  expect(snapshot.clusterRoleBindings).toHaveLength(7_907);
  expect(snapshot.roles).toHaveLength(18_341);
  const access = accessOf(snapshot);
  const team = effectiveAccess(access, { user: '', groups: ['oidc:team-7'] });
  expect(team.namespaces.length).toBeGreaterThan(4);
  const [grant] = team.namespaces[0]!.grants;
  const { rule } = grant!;
  const asked = resourceAttributes({
    verb: rule.verbs[0]!,
    group: rule.apiGroups[0]!,
    resource: rule.resources[0]!,
    name: rule.resourceNames[0] ?? '',
    namespace: team.namespaces[0]!.namespace,
  });
  expect(judge(access, { user: '', groups: ['oidc:team-7'] }, asked).allowed).toBe(true);
});
