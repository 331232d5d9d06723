// Objects that the API server refuses to store, by what is wrong with them, and some that it takes.

const apiVersion = 'rbac.authorization.k8s.io/v1';
type Kind = 'Role' | 'ClusterRole' | 'RoleBinding' | 'ClusterRoleBinding';
type Case = { readonly kind: Kind; readonly [field: string]: unknown };

const ofRole = (kind: 'Role' | 'ClusterRole', rule: object, name = 'r'): Case => ({
  apiVersion,
  kind,
  metadata: { name, ...(kind === 'Role' && { namespace: 'shop' }) },
  rules: [rule],
});
const ofBinding = (
  kind: 'RoleBinding' | 'ClusterRoleBinding',
  roleRef: object,
  ...subjects: readonly object[]
): Case => ({
  apiVersion,
  kind,
  metadata: { name: 'b', ...(kind === 'RoleBinding' && { namespace: 'shop' }) },
  roleRef,
  subjects,
});
const view = { kind: 'ClusterRole', name: 'view' };
const resource = { apiGroups: [''], resources: ['pods'] };
const collecting = (clusterRoleSelectors: readonly object[]): Case => ({
  apiVersion,
  kind: 'ClusterRole',
  metadata: { name: 'r' },
  aggregationRule: { clusterRoleSelectors },
});

export const invalidObjects: readonly (readonly [string, Case])[] = [
  ['no-verb', ofRole('Role', { ...resource, verbs: [] })],
  ['no-group', ofRole('Role', { verbs: ['get'], resources: ['pods'] })],
  ['no-resource', ofRole('Role', { verbs: ['get'], apiGroups: [''] })],
  ['url-in-role', ofRole('Role', { verbs: ['get'], nonResourceURLs: ['/metrics'] })],
  ['url-and-resource', ofRole('ClusterRole', { ...resource, verbs: ['get'], nonResourceURLs: ['/metrics'] })],
  ['name', ofRole('ClusterRole', { ...resource, verbs: ['get'] }, 'a/b')],
  ['name', ofRole('ClusterRole', { ...resource, verbs: ['get'] }, 'a%b')],
  ['name', ofRole('ClusterRole', { ...resource, verbs: ['get'] }, '..')],
  ['role-in-cluster-binding', ofBinding('ClusterRoleBinding', { kind: 'Role', name: 'r' })],
  ['no-role-name', ofBinding('RoleBinding', { kind: 'Role', name: '' })],
  ['name', ofBinding('RoleBinding', { kind: 'Role', name: 'a/b' })],
  ['no-subject-name', ofBinding('RoleBinding', view, { kind: 'User', name: '' })],
  ['account-name', ofBinding('RoleBinding', view, { kind: 'ServiceAccount', name: 'Ci' })],
  [
    'account-without-namespace',
    ofBinding('ClusterRoleBinding', view, { kind: 'ServiceAccount', name: 'ci' }),
  ],
  ['no-selector', collecting([])],
  ['valid', collecting([{}])],
  [
    'valid',
    ofRole('ClusterRole', { ...resource, verbs: ['get'], resourceNames: [''] }, 'System:Role with spaces'),
  ],
  ['valid', ofRole('ClusterRole', { verbs: ['x'], nonResourceURLs: ['no-slash'] })],
  [
    'valid',
    ofBinding('RoleBinding', view, { kind: 'ServiceAccount', name: 'ci' }, { kind: 'Group', name: '*' }),
  ],
  ['valid', ofBinding('RoleBinding', { kind: 'Role', name: 'not there' }, { kind: 'User', name: 'a/b%c' })],
];
