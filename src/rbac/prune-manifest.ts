// A CronJob that removes expired grants, and the account that it runs as: it may look, and delete roles and bindings.
// RBAC cannot tell ours from others by label, so what it may delete is more than what it does; it may give nothing.

import { fieldManager, managedByLabel } from './managed.ts';
import { rbacGroup } from './manifest.ts';

const name = 'kubectl-oidc-prune';
const labels = { [managedByLabel]: `${fieldManager}-prune` };

type Wish = { readonly image: string; readonly schedule: string; readonly namespace: string };

/** Namespace, account, its rights, the job: objects of the API in the order in which they are applied. */
export function pruneManifests({ image, schedule, namespace }: Wish): readonly object[] {
  const metadata = { name, labels };
  return [
    { apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace, labels: podSecurity } },
    { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { ...metadata, namespace } },
    {
      apiVersion: `${rbacGroup}/v1`,
      kind: 'ClusterRole',
      metadata,
      rules: [
        {
          apiGroups: [rbacGroup],
          resources: ['rolebindings', 'clusterrolebindings', 'roles', 'clusterroles'],
          verbs: ['get', 'list', 'delete'],
        },
      ],
    },
    {
      apiVersion: `${rbacGroup}/v1`,
      kind: 'ClusterRoleBinding',
      metadata,
      roleRef: { apiGroup: rbacGroup, kind: 'ClusterRole', name },
      subjects: [{ kind: 'ServiceAccount', namespace, name }],
    },
    {
      apiVersion: 'batch/v1',
      kind: 'CronJob',
      metadata: { ...metadata, namespace },
      spec: {
        schedule,
        concurrencyPolicy: 'Forbid',
        jobTemplate: { spec: { backoffLimit: 1, template: { metadata: { labels }, spec: podSpec(image) } } },
      },
    },
  ];
}

const podSecurity = { 'pod-security.kubernetes.io/enforce': 'restricted' };

function podSpec(image: string): object {
  return {
    serviceAccountName: name,
    restartPolicy: 'Never',
    securityContext: { runAsNonRoot: true, runAsUser: 65_532, seccompProfile: { type: 'RuntimeDefault' } },
    containers: [
      {
        name: 'prune',
        image,
        command: ['kubectl-oidc', 'prune', '--yes'],
        resources: { requests: { cpu: '10m', memory: '128Mi' }, limits: { memory: '512Mi' } },
        securityContext: {
          allowPrivilegeEscalation: false,
          readOnlyRootFilesystem: true,
          capabilities: { drop: ['ALL'] },
        },
      },
    ],
  };
}
