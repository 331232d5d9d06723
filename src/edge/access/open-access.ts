// Where access is read from, opened: a cluster, manifests or a saved snapshot as one `AccessSource`. This room wires
// the cluster's, the kubeconfig's and the files' rooms for the commands about access.

import { Failure } from '../../failure.ts';
import { cleanText } from '../../foreign-text.ts';
import type { Host } from '../../host.ts';
import type { AccessSource } from '../../rbac/access-source.ts';
import { customResourcesIn } from '../../rbac/custom-resources.ts';
import { type Discovery, withResources } from '../../rbac/discovery.ts';
import { opened, snapshotOfObjects } from '../../rbac/objects.ts';
import { type Snapshot, snapshotOf } from '../../rbac/snapshot.ts';
import { isSnapshotDocument } from '../../rbac/snapshot-file.ts';
import { stock } from '../../rbac/stock.ts';
import type { LiveWhere, ManifestsWhere, SnapshotWhere, Where } from '../../rbac/where-words.ts';
import type { OpenCluster } from '../cluster/open-cluster.ts';
import { manifestTexts } from './manifest-files.ts';
import { objectsInText } from './manifests.ts';
import { openSnapshot, saveSnapshot } from './snapshot-store.ts';

/** `cluster`: for what else a command does there; undefined offline. */
export type OpenedAccess = AccessSource & { readonly cluster: OpenCluster | undefined };

/** Opens it; reads manifests and snapshots at once, a cluster when asked. Fails with `usage`, `file`, and as `openCluster` does. */
export async function openAccess(where: Where, host: Host): Promise<OpenedAccess> {
  switch (where.kind) {
    case 'live':
      return openLive(where, host);
    case 'manifests':
      return openManifests(where, host);
    case 'snapshot':
      return openSaved(where);
  }
}

async function openLive(where: LiveWhere, host: Host): Promise<OpenedAccess> {
  // Late: offline nothing of it is loaded.
  const { openLiveAccess } = await import('./live-access.ts');
  return openLiveAccess(where, host);
}

async function openManifests({ paths, ...where }: ManifestsWhere, host: Host): Promise<OpenedAccess> {
  const objects: unknown[] = [];
  for await (const text of manifestTexts(paths, host)) objects.push(...objectsInText(text));
  if (objects.some(isSnapshotDocument)) {
    throw new Failure('usage', 'a snapshot is no manifest', { hint: 'Read it with --snapshot FILE.' });
  }
  const { snapshot, kubernetesVersion } = snapshotOfManifests(objects, where);
  if (!where.stock) sayStockRoles(snapshot, host);
  if (where.saveTo !== undefined) {
    const takenAt = new Date(host.now() * 1000).toISOString();
    await saveSnapshot(where.saveTo, {
      takenAt,
      server: '',
      kubernetesVersion,
      namespace: 'default',
      snapshot,
    });
  }
  return offline({ name: 'the manifests', namespace: 'default', snapshot, of: 'manifests' });
}

/** A binding to `view` gives nothing in manifests that do not hold that role, and everything on a cluster. */
function sayStockRoles(
  { clusterRoles, clusterRoleBindings, roleBindings }: Snapshot,
  { stderr }: Host,
): void {
  const there = new Set(clusterRoles.map(({ name }) => name));
  const brought = new Set(
    snapshotOfObjects(stock().objects, { aggregated: 'as written' }).clusterRoles.map(({ name }) => name),
  );
  const bound = [...clusterRoleBindings, ...roleBindings].map(({ roleRef }) => roleRef);
  const missing = bound.filter(
    ({ kind, name }) => kind === 'ClusterRole' && !there.has(name) && brought.has(name),
  );
  if (missing.length === 0) return;
  const names = [...new Set(missing.map(({ name }) => name))].join(', ');
  stderr.write(
    `The manifests bind roles that Kubernetes brings by itself (${cleanText(names)}): --stock adds them.\n`,
  );
}

/**
 * As a cluster would hold them: defaulted, collecting ClusterRoles filled; resources are those of the stock version and
 * those of the CustomResourceDefinitions among them.
 */
export function snapshotOfManifests(
  objects: readonly unknown[],
  { stock: withStock }: Pick<ManifestsWhere, 'stock'>,
): { readonly snapshot: Snapshot; readonly kubernetesVersion: string } {
  const { objects: own, discovery, kubernetesVersion } = stock();
  const read = snapshotOfObjects(withStock ? [...own, ...objects] : objects, { aggregated: 'here' });
  const custom = [...opened(objects)].flatMap(customResourcesIn);
  return {
    snapshot: snapshotOf({ ...read, discovery: { ...withResources(discovery, custom), of: 'manifests' } }),
    kubernetesVersion: withStock ? kubernetesVersion : '',
  };
}

function openSaved({ path }: SnapshotWhere): OpenedAccess {
  const { snapshot, namespace, takenAt } = openSnapshot(path);
  return offline({ name: `the snapshot of ${takenAt}`, namespace, snapshot });
}

type Offline = Pick<Discovery, 'of'> & {
  readonly name: string;
  readonly namespace: string;
  readonly snapshot: Snapshot;
};

function offline({ name, namespace, snapshot, ...of }: Offline): OpenedAccess {
  const discovery: Discovery = { ...(snapshot.discovery ?? stock().discovery), ...of };
  return {
    name,
    namespace,
    discovery: async () => discovery,
    read: async () => snapshot,
    live: undefined,
    cluster: undefined,
  };
}
