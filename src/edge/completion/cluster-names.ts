// Namespaces and groups of a cluster: from the note of a minute ago, else from the cluster with a credential that is
// at hand.

import { apiServerFrom, execClusterOf } from '../../oidc/api-server.ts';
import type { KubeCluster, KubeUser } from '../../oidc/kubeconfig.ts';
import { folderPath } from '../files/our-folder.ts';
import { clusterCaBase64 } from '../kubeconfig/kubeconfig.ts';
import { sha256OfBase64 } from '../login/warm.ts';
import { type ClusterNameKind, listNames } from './cluster-list.ts';
import { credentialOf, type Outside } from './credential.ts';
import { rememberedNames, rememberNames } from './name-notes.ts';

export type AskedCluster = { readonly cluster: KubeCluster; readonly user: KubeUser | undefined };

/** As they are in the cluster, uncleaned; none where no credential is at hand. Fails like the reading of a kubeconfig or the store. */
export async function clusterNames(
  kind: ClusterNameKind,
  { cluster, user }: AskedCluster,
  { host, signal }: Outside,
): Promise<readonly string[]> {
  const execCluster = execClusterOf(cluster, await clusterCaBase64(cluster));
  const apiServer = apiServerFrom(execCluster, sha256OfBase64);
  const folder = folderPath(host.environment);
  const note = { kind, server: JSON.stringify(apiServer), now: host.now() };
  const noted = rememberedNames(folder, note);
  if (noted !== undefined) return noted;
  const proof = await credentialOf({ user, apiServer }, { host, signal });
  if (proof === undefined) return [];
  const { environment } = host;
  const { names, complete } = await listNames(kind, {
    cluster: execCluster,
    proof,
    environment,
    signal,
  });
  if (complete) await rememberNames(folder, note, names);
  return names;
}
