// A small cluster as a company has it, for pictures and pages: teams with namespaces, a pipeline, people on call, and
// the things that a review should find.

import type { RbacData } from './rbac-data.ts';

const group = 'rbac.authorization.k8s.io';
const apiVersion = `${group}/v1`;

type Subject = { readonly kind: string; readonly name: string; readonly namespace?: string };

const teamGroup = (name: string): Subject => ({ kind: 'Group', name: `oidc:${name}` });
const user = (name: string): Subject => ({ kind: 'User', name });
const account = (namespace: string, name: string): Subject => ({ kind: 'ServiceAccount', namespace, name });

function bound(at: string, role: string, ...subjects: readonly Subject[]): object {
  const [namespace, name] = at.includes('/') ? at.split('/') : [undefined, at];
  const [kind, roleName] = role.includes(':') ? role.split(':') : ['ClusterRole', role];
  return {
    apiVersion,
    kind: namespace === undefined ? 'ClusterRoleBinding' : 'RoleBinding',
    metadata: { ...(namespace !== undefined && { namespace }), name },
    roleRef: { apiGroup: group, kind, name: roleName },
    subjects: subjects.map((each) => ({
      ...each,
      ...(each.kind !== 'ServiceAccount' && { apiGroup: group }),
    })),
  };
}

function rules(...list: readonly (readonly [verbs: string, resources: string, group: string])[]): object[] {
  return list.map(([verbs, resources, of]) => ({
    verbs: verbs.split(','),
    resources: resources.split(','),
    apiGroups: [of],
  }));
}

const namespaces = ['shop', 'shop-test', 'payments', 'payments-test', 'platform', 'monitoring'];

/** API objects by kind, as data of benches are. */
export const reviewedWorld: RbacData = {
  namespaces: namespaces.map((name) => ({ apiVersion: 'v1', kind: 'Namespace', metadata: { name } })),
  clusterRoles: [
    {
      apiVersion,
      kind: 'ClusterRole',
      metadata: { name: 'node-reader' },
      rules: rules(['get,list,watch', 'nodes,namespaces', '']),
    },
    {
      apiVersion,
      kind: 'ClusterRole',
      metadata: { name: 'pipeline' },
      rules: rules(
        ['get,list,create,update,patch', 'deployments,statefulsets', 'apps'],
        ['create', 'serviceaccounts/token', ''],
      ),
    },
    {
      apiVersion,
      kind: 'ClusterRole',
      metadata: { name: 'access-admin' },
      rules: rules(['*', 'roles,rolebindings,clusterroles,clusterrolebindings', group]),
    },
  ],
  roles: [
    {
      apiVersion,
      kind: 'Role',
      metadata: { namespace: 'payments', name: 'log-reader' },
      rules: rules(['get,list,watch', 'pods,pods/log', '']),
    },
    {
      apiVersion,
      kind: 'Role',
      metadata: { namespace: 'payments', name: 'db-password' },
      rules: [{ verbs: ['get'], apiGroups: [''], resources: ['secrets'], resourceNames: ['db-password'] }],
    },
    {
      apiVersion,
      kind: 'Role',
      metadata: { namespace: 'monitoring', name: 'scraper' },
      rules: rules(['get,list,watch', 'pods,services,endpoints', '']),
    },
  ],
  clusterRoleBindings: [
    bound('platform-admins', 'cluster-admin', teamGroup('platform-admins')),
    bound('access-admins', 'access-admin', teamGroup('access-admins')),
    bound('everybody-sees-nodes', 'node-reader', { kind: 'Group', name: 'system:authenticated' }),
    bound('on-call', 'view', teamGroup('on-call')),
    bound('audit', 'view', user('oidc:audit@example.com')),
  ],
  roleBindings: [
    bound('shop/team', 'edit', teamGroup('shop-team')),
    bound('shop-test/team', 'admin', teamGroup('shop-team')),
    bound('payments/team', 'edit', teamGroup('payments-team')),
    bound('payments-test/team', 'admin', teamGroup('payments-team')),
    bound('payments/shop-reads-logs', 'Role:log-reader', teamGroup('shop-team'), teamGroup('on-call')),
    bound('payments/db', 'Role:db-password', account('payments', 'api')),
    bound('platform/team', 'admin', teamGroup('platform')),
    bound('monitoring/scrape', 'Role:scraper', account('monitoring', 'prometheus')),
    bound('shop/deploy', 'pipeline', account('platform', 'ci')),
    bound('payments/deploy', 'pipeline', account('platform', 'ci')),
    bound('monitoring/old', 'Role:grafana', teamGroup('monitoring')),
  ],
};
