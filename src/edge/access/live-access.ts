// A cluster as a source of answers: resources from kubectl's cache where it is young, lists when asked, the
// authorizer's own word, and the snapshot that was wished for.

import type { Host } from '../../host.ts';
import type { LiveCluster, ReadWish } from '../../rbac/access-source.ts';
import type { Discovery } from '../../rbac/discovery.ts';
import type { Attributes } from '../../rbac/rule.ts';
import type { Snapshot } from '../../rbac/snapshot.ts';
import { stock } from '../../rbac/stock.ts';
import type { LiveWhere } from '../../rbac/where-words.ts';
import { readDiscoveryCache } from '../cluster/discovery-cache.ts';
import { isNotFound } from '../cluster/lists.ts';
import { type OpenCluster, openCluster } from '../cluster/open-cluster.ts';
import { readDiscovery } from '../cluster/read-discovery.ts';
import { listNamespaceNames, readSnapshot } from '../cluster/read-snapshot.ts';
import {
  authorizersGap,
  type ReviewedRequest,
  reviewAccess,
  reviewOwnAccess,
  reviewOwnRules,
  reviewSelf,
} from '../cluster/reviews.ts';
import type { OpenedAccess } from './open-access.ts';
import { openProgress } from './progress.ts';
import { saveSnapshot } from './snapshot-store.ts';

/** How long kubectl itself takes what it kept for true (client-go, discovery/cached/disk). */
const cacheMs = 6 * 60 * 60 * 1000;

/** Fails as `openCluster` does. */
export async function openLiveAccess(where: LiveWhere, host: Host): Promise<OpenedAccess> {
  const cluster = await openCluster(where, host);
  // Lists depend on it: asked while the resources are looked up, and told to who waits for it.
  cluster.api.version().catch(() => undefined);
  const { context, namespace } = cluster;
  const resources = resourcesOf(cluster, host);
  const saved = where.saveTo === undefined ? undefined : await readAndSave(cluster, where.saveTo, host);
  const read = async (wish: ReadWish): Promise<Snapshot> =>
    saved ?? { ...(await readSome(cluster, wish, host)), discovery: await resources.found() };
  return {
    name: context === '' ? 'this cluster' : `the cluster of context "${context}"`,
    namespace,
    discovery: resources.find,
    read,
    live: liveCluster(cluster),
    cluster,
  };
}

type Resources = {
  readonly find: (isEnough: (known: Discovery) => boolean) => Promise<Discovery>;
  /** What was looked for last; undefined where nothing was. */
  readonly found: () => Promise<Discovery | undefined>;
};

function resourcesOf({ api }: OpenCluster, host: Host): Resources {
  let last: Promise<Discovery> | undefined;
  const find = async (isEnough: (known: Discovery) => boolean): Promise<Discovery> => {
    const { resources, keptAtMs } = readDiscoveryCache(api.server, host.environment);
    const kept = { resources };
    if (host.now() * 1000 - keptAtMs < cacheMs && isEnough(kept)) return kept;
    // A server that lists nothing at once is older than 1.27: its resources are in the stock ones as good as all.
    return (await readDiscovery({ api, gaps: [] })) ?? stock().discovery;
  };
  return {
    find: (isEnough) => {
      last = find(isEnough);
      return last;
    },
    found: async () => last,
  };
}

async function readSome(
  { api, namespace }: OpenCluster,
  wish: ReadWish & { readonly discovery?: boolean },
  host: Host,
): Promise<Snapshot> {
  const progress = openProgress('Reading who may do what', host);
  try {
    const { discovery = false } = wish;
    const options = { ...wish, discovery, ownNamespace: namespace, progress: progress.show };
    const [snapshot, beside] = await Promise.all([readSnapshot(api, options), authorizersGap(api)]);
    return beside === undefined ? snapshot : { ...snapshot, gaps: [...snapshot.gaps, beside] };
  } finally {
    progress.end();
  }
}

async function readAndSave(cluster: OpenCluster, path: string, host: Host): Promise<Snapshot> {
  const wish = { scope: { kind: 'all' }, namespaces: true, discovery: true } as const;
  const [snapshot, kubernetesVersion] = await Promise.all([
    readSome(cluster, wish, host),
    cluster.api.version(),
  ]);
  const takenAt = new Date(host.now() * 1000).toISOString();
  const { server } = cluster.api;
  await saveSnapshot(path, { takenAt, server, kubernetesVersion, namespace: cluster.namespace, snapshot });
  return snapshot;
}

function liveCluster({ api, context }: OpenCluster): LiveCluster {
  return {
    context,
    server: api.server,
    whoAmI: () => reviewSelf(api),
    review: (who, asked) =>
      who === 'me' ? reviewOwnAccess(api, requestOf(asked)) : reviewAccess(api, who, requestOf(asked)),
    ownRules: (namespace) => reviewOwnRules(api, namespace),
    namespacesUnless: async (namespace) => {
      const answer = await api.ask({ path: `/api/v1/namespaces/${encodeURIComponent(namespace)}` });
      return isNotFound(answer) ? listNamespaceNames(api) : undefined;
    },
  };
}

function requestOf(asked: Attributes): ReviewedRequest {
  const { kind: _, ...request } = asked;
  return request;
}
