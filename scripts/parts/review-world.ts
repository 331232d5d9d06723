// A small cluster as people have them, for the screens in the documentation: what to create, in this order.

type Made = { readonly path: string; readonly body: object };

const apiVersion = 'rbac.authorization.k8s.io/v1';
const base = `/apis/${apiVersion}`;

const namespace = (name: string): Made => ({
  path: '/api/v1/namespaces',
  body: { apiVersion: 'v1', kind: 'Namespace', metadata: { name } },
});

type Rule = readonly [verbs: string, resources: string, groups?: string, names?: string];

function rulesOf(rules: readonly Rule[]): readonly object[] {
  return rules.map(([verbs, resources, groups = '', names]) => ({
    verbs: verbs.split(','),
    resources: resources.split(','),
    apiGroups: groups.split(','),
    ...(names !== undefined && { resourceNames: names.split(',') }),
  }));
}

function role(at: string, ...rules: readonly Rule[]): Made {
  const [namespaceName, name] = at.split('/');
  return {
    path: `${base}/namespaces/${namespaceName}/roles`,
    body: { apiVersion, kind: 'Role', metadata: { name }, rules: rulesOf(rules) },
  };
}

function clusterRole(name: string, ...rules: readonly Rule[]): Made {
  return {
    path: `${base}/clusterroles`,
    body: { apiVersion, kind: 'ClusterRole', metadata: { name }, rules: rulesOf(rules) },
  };
}

/** `payments/devs` to `ClusterRole edit`; without a namespace a ClusterRoleBinding. Subjects as `Group oidc:devs`. */
function binding(at: string, roleRef: string, ...subjects: readonly string[]): Made {
  const [place, name] = at.includes('/') ? at.split('/') : [undefined, at];
  const [kind, roleName] = roleRef.split(' ');
  const made = subjects.map((word) => {
    const [subjectKind = '', subject = ''] = word.split(' ');
    const [of, account] = subject.split('/');
    return subjectKind === 'ServiceAccount'
      ? { kind: subjectKind, namespace: of, name: account }
      : { kind: subjectKind, name: subject, apiGroup: 'rbac.authorization.k8s.io' };
  });
  return {
    path: place === undefined ? `${base}/clusterrolebindings` : `${base}/namespaces/${place}/rolebindings`,
    body: {
      apiVersion,
      kind: place === undefined ? 'ClusterRoleBinding' : 'RoleBinding',
      metadata: { name },
      roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind, name: roleName },
      subjects: made,
    },
  };
}

export const reviewWorld: readonly Made[] = [
  ...['payments', 'shop', 'search', 'monitoring', 'ci'].map(namespace),
  clusterRole('node-reader', ['get,list,watch', 'nodes,nodes/stats']),
  clusterRole('impersonate-support', ['impersonate', 'users', '', 'support-bot']),
  clusterRole(
    'rbac-manager',
    ['get,list,watch', 'secrets'],
    ['*', 'roles,rolebindings,clusterroles,clusterrolebindings', 'rbac.authorization.k8s.io'],
  ),
  clusterRole(
    'deployer',
    ['get,list,watch,create,update,patch', 'deployments,statefulsets', 'apps'],
    ['get,list', 'pods,pods/log,events'],
    ['create', 'serviceaccounts/token'],
  ),
  role('payments/vault-reader', ['get', 'secrets', '', 'stripe-key,ledger-db']),
  role('shop/on-call', ['get,list,watch', 'pods,pods/log,events'], ['create', 'pods/exec']),
  binding('platform-admins', 'ClusterRole cluster-admin', 'Group oidc:platform-admins'),
  binding('access-team', 'ClusterRole rbac-manager', 'Group oidc:access-team'),
  binding('sre-nodes', 'ClusterRole node-reader', 'Group oidc:sre'),
  binding('auditors', 'ClusterRole view', 'Group oidc:auditors'),
  binding('support-impersonation', 'ClusterRole impersonate-support', 'Group oidc:support'),
  ...['payments', 'shop', 'search'].map((place) =>
    binding(`${place}/sre`, 'ClusterRole edit', 'Group oidc:sre'),
  ),
  binding('payments/payments-devs', 'ClusterRole edit', 'Group oidc:payments-devs'),
  binding('payments/vault', 'Role vault-reader', 'Group oidc:payments-devs', 'User oidc:maria@example.com'),
  binding('shop/shop-devs', 'ClusterRole edit', 'Group oidc:shop-devs'),
  binding('shop/on-call', 'Role on-call', 'Group oidc:on-call', 'User oidc:jonas@example.com'),
  binding('search/search-devs', 'ClusterRole admin', 'Group oidc:search-devs'),
  ...['payments', 'shop', 'search'].map((place) =>
    binding(`${place}/deploy`, 'ClusterRole deployer', 'ServiceAccount ci/deployer'),
  ),
  binding('monitoring/prometheus', 'ClusterRole view', 'ServiceAccount monitoring/prometheus'),
  binding('shop/contractor', 'ClusterRole view', 'User oidc:contractor@example.com'),
];
