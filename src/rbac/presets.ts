// Rule sets that `grant` knows by name: data with a sentence each. Rules are written as people type them, and are
// resolved against the cluster's own discovery when they are granted.

import { Failure } from '../failure.ts';
import { cleanText } from '../foreign-text.ts';
import { nearestName } from '../nearest-name.ts';

export type Preset = {
  readonly name: string;
  /** What it lets people do, one sentence. */
  readonly about: string;
  /** What it gives besides that is easily overlooked; '' where nothing. */
  readonly warning: string;
  /** `cluster`: its resources have no namespace, so it can only be granted with --cluster. */
  readonly scope: 'any' | 'cluster';
  /** Whether the objects must be named (`--name`). */
  readonly names: 'required' | 'all';
  /** `VERBS RESOURCES`, e.g. `get,list pods,services`. */
  readonly rules: readonly string[];
  /** What the binding is called, should it be free. */
  readonly binding: string;
  readonly from: 'built in' | 'file' | 'cluster';
  /** Of a preset of the cluster's own: the ClusterRole that is bound as it is. */
  readonly clusterRole?: string;
};

const read = 'get,list,watch';
const edit = 'get,list,watch,create,update,patch,delete';
const runsAnything =
  'Whoever may create or change workloads can run them as any ServiceAccount of the namespace and mount its Secrets.';

/** A preset from what is special about it. */
function preset(
  name: string,
  about: string,
  said: Partial<Preset> & { readonly rules: readonly string[] },
): Preset {
  const usual = { warning: '', scope: 'any', names: 'all', binding: name, from: 'built in' } as const;
  return { name, about, ...usual, ...said };
}

export const presets: readonly Preset[] = [
  preset('pod-service-reader', 'Sees pods and services.', {
    rules: [`${read} pods,services`],
    binding: 'read-pods-services',
  }),
  preset('viewer', 'Sees workloads, services and configuration; no Secrets and no logs.', {
    rules: [
      `${read} pods,services,configmaps,endpoints,events,persistentvolumeclaims,resourcequotas,limitranges,serviceaccounts`,
      `${read} deployments.apps,replicasets.apps,statefulsets.apps,daemonsets.apps`,
      `${read} jobs.batch,cronjobs.batch,horizontalpodautoscalers.autoscaling`,
      `${read} ingresses.networking.k8s.io,networkpolicies.networking.k8s.io,poddisruptionbudgets.policy`,
    ],
  }),
  preset('log-reader', 'Sees pods and reads their logs.', {
    rules: [`${read} pods`, 'get pods/log'],
    warning: 'Logs may hold what programs should not have written: tokens, personal data.',
  }),
  preset('event-reader', 'Sees events: why something did not start.', {
    rules: [`${read} events,events.events.k8s.io`],
  }),
  preset('debugger', 'Reads logs, opens shells and ports in pods, attaches debug containers.', {
    rules: [
      `${read} pods,events`,
      'get pods/log',
      'get,create pods/exec,pods/attach,pods/portforward',
      'get,update,patch pods/ephemeralcontainers',
    ],
    warning: 'A shell in a pod acts as the ServiceAccount of that pod and reads its Secrets.',
  }),
  preset('port-forwarder', 'Reaches ports of pods from their own machine.', {
    rules: [`${read} pods,services`, 'get,create pods/portforward'],
    warning: 'A forwarded port passes by every NetworkPolicy.',
  }),
  preset('deployer', 'Makes, changes and removes workloads, services and their configuration; no Secrets.', {
    rules: [
      `${edit} deployments.apps,statefulsets.apps,daemonsets.apps`,
      `${edit} jobs.batch,cronjobs.batch,horizontalpodautoscalers.autoscaling`,
      `${edit} services,configmaps,persistentvolumeclaims,ingresses.networking.k8s.io`,
      `${read} pods,events,replicasets.apps`,
      'get pods/log',
    ],
    warning: runsAnything,
  }),
  preset('scaler', 'Changes how many replicas run.', {
    rules: [
      `${read} deployments.apps,statefulsets.apps,replicasets.apps`,
      'get,update,patch deployments.apps/scale,statefulsets.apps/scale',
    ],
  }),
  preset('job-runner', 'Starts, watches and removes jobs, and reads their logs.', {
    rules: [`${read},create,delete jobs.batch`, `${read} cronjobs.batch,pods,events`, 'get pods/log'],
    warning: runsAnything,
  }),
  preset('config-editor', 'Makes, changes and removes ConfigMaps.', {
    rules: [`${edit} configmaps`],
    warning: 'What a program reads from a ConfigMap may decide what it does with its own rights.',
  }),
  preset('secret-reader', 'Reads the Secrets that are named, and no others.', {
    rules: ['get secrets'],
    names: 'required',
    warning: 'A Secret that was read stays known when this is revoked: change it then.',
  }),
  preset('namespace-reader', 'Sees which namespaces there are.', {
    rules: [`${read} namespaces`],
    scope: 'cluster',
  }),
  preset('node-reader', 'Sees the nodes of the cluster.', { rules: [`${read} nodes`], scope: 'cluster' }),
];

/** The preset of that name; of two the later. Fails with `usage`, offering the nearest name. */
export function presetNamed(all: readonly Preset[], name: string): Preset {
  const found = all.findLast((each) => each.name === name);
  if (found !== undefined) return found;
  const names = all.map((each) => each.name);
  const nearest = nearestName(name, names);
  throw new Failure('usage', `there is no preset "${cleanText(name, 80)}"`, {
    hint:
      nearest === undefined
        ? 'List them with "kubectl oidc presets".'
        : `Did you mean "${cleanText(nearest, 80)}"?`,
  });
}
