// A CronJob that runs a command of this program in a cluster, and the account that it runs as: objects of the API.

import { fieldManager, managedByLabel } from './managed.ts';
import { rbacGroup } from './manifest.ts';
import type { Rule } from './rule.ts';

export type CronJob = {
  /** Behind `kubectl-oidc-`, in every name. */
  readonly does: string;
  /** Words behind `kubectl-oidc`. */
  readonly words: readonly string[];
  /** What its account may do, in the whole cluster: as little as the command needs. */
  readonly rules: readonly Partial<Rule>[];
  readonly image: string;
  readonly schedule: string;
  readonly namespace: string;
  /** A PersistentVolumeClaim of that namespace, and where the command finds it. */
  readonly volume?: { readonly claim: string; readonly path: string };
};

/** Namespace, account, its rights, the job, in the order in which they are applied. */
export function cronManifests(job: CronJob): readonly object[] {
  const { namespace, schedule, rules } = job;
  const name = `kubectl-oidc-${job.does}`;
  const labels = { [managedByLabel]: `${fieldManager}-${job.does}` };
  const metadata = { name, labels };
  return [
    { apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace, labels: podSecurity } },
    { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { ...metadata, namespace } },
    { apiVersion: `${rbacGroup}/v1`, kind: 'ClusterRole', metadata, rules },
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
        jobTemplate: {
          spec: { backoffLimit: 1, template: { metadata: { labels }, spec: podSpec(name, job) } },
        },
      },
    },
  ];
}

const podSecurity = { 'pod-security.kubernetes.io/enforce': 'restricted' };

function podSpec(name: string, { does, image, words, volume }: CronJob): object {
  return {
    serviceAccountName: name,
    restartPolicy: 'Never',
    securityContext: {
      runAsNonRoot: true,
      runAsUser: 65_532,
      ...(volume !== undefined && { fsGroup: 65_532 }),
      seccompProfile: { type: 'RuntimeDefault' },
    },
    containers: [
      {
        name: does,
        image,
        command: ['kubectl-oidc', ...words],
        resources: { requests: { cpu: '10m', memory: '128Mi' }, limits: { memory: '512Mi' } },
        securityContext: {
          allowPrivilegeEscalation: false,
          readOnlyRootFilesystem: true,
          capabilities: { drop: ['ALL'] },
        },
        ...(volume !== undefined && { volumeMounts: [{ name: 'out', mountPath: volume.path }] }),
      },
    ],
    ...(volume !== undefined && {
      volumes: [{ name: 'out', persistentVolumeClaim: { claimName: volume.claim } }],
    }),
  };
}
