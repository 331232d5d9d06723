// One reading of a whole cluster for whoever goes on watching it: every list with the version it was read at.

import type { Gap, Snapshot } from '../../rbac/snapshot.ts';
import { stock } from '../../rbac/stock.ts';
import { listObjects, listWayFor } from '../cluster/lists.ts';
import {
  type LiveKind,
  type LiveObjects,
  liveKinds,
  liveObjects,
  livePaths,
} from '../cluster/live-objects.ts';
import type { OpenCluster } from '../cluster/open-cluster.ts';
import { readDiscovery } from '../cluster/read-discovery.ts';
import { readSnapshot } from '../cluster/read-snapshot.ts';
import { authorizersGap } from '../cluster/reviews.ts';

export type LiveReading = {
  readonly objects: LiveObjects;
  /** The version of each list that can be watched; the others may not be listed in all namespaces. */
  readonly versions: ReadonlyMap<LiveKind, string>;
  readonly snapshot: () => Snapshot;
};

export type ReadingWish = {
  /** An earlier reading, by which changes are told. */
  readonly before: LiveReading | undefined;
  readonly progress: (read: { readonly objects: number; readonly expected: number }) => void;
  /** What was read so far, whenever it has become much more. */
  readonly partly: (snapshot: () => Snapshot) => void;
};

/** The first part is shown after so many objects, the next after four times as many: each costs time to look through. */
const firstPart = 1000;
/** Nobody reads a count that changes faster, and each takes a frame of the screen; one in between is not told. */
const countEveryMs = 100;

/** Fails as `readSnapshot` does. */
export async function readLive(cluster: OpenCluster, wish: ReadingWish): Promise<LiveReading> {
  const { api } = cluster;
  const way = await listWayFor(api);
  const objects = liveObjects(wish.before?.objects);
  const versions = new Map<LiveKind, string>();
  const left = new Set(liveKinds);
  const expected = new Map<LiveKind, number>();
  let nextPart = firstPart;
  let toldMs = Number.NEGATIVE_INFINITY;
  const partly = (): void => {
    const count = objects.count();
    const all = count + [...expected.values()].reduce((sum, each) => sum + each, 0);
    if (performance.now() - toldMs >= countEveryMs) {
      toldMs = performance.now();
      wish.progress({ objects: count, expected: all });
    }
    if (count < nextPart || left.size === 0) return;
    nextPart = count * 4;
    wish.partly(() => objects.snapshot({ discovery: undefined, gaps: unreadGaps(left) }));
  };
  const [discovery, beside] = await Promise.all([
    readDiscovery({ api, gaps: [] }),
    authorizersGap(api),
    ...liveKinds.map(async (kind) => {
      const end = await listObjects(api, { path: livePaths[kind], way }, (part) => {
        // Of pages the first: what came between them then comes again, which changes nothing.
        if (part.resourceVersion !== '' && !versions.has(kind)) versions.set(kind, part.resourceVersion);
        for (const item of part.items) objects.put(kind, item);
        if (part.remaining !== undefined) expected.set(kind, part.remaining);
        partly();
      });
      if (end === 'complete') left.delete(kind);
      else versions.delete(kind);
    }),
  ]);
  const resources = discovery ?? stock().discovery;
  const gaps = beside === undefined ? [] : [beside];
  if (![...left].some((kind) => kind !== 'namespaces')) {
    const all =
      left.size === 0 ? gaps : [...gaps, { what: 'namespaces', namespace: '', reason: notListed } as const];
    return { objects, versions, snapshot: () => objects.snapshot({ discovery: resources, gaps: all }) };
  }
  const read = await readSnapshot(api, {
    scope: { kind: 'all' },
    namespaces: true,
    discovery: false,
    ownNamespace: cluster.namespace,
    progress: wish.progress,
  });
  const snapshot = { ...read, discovery: resources, gaps: [...read.gaps, ...gaps] };
  return { objects: liveObjects(), versions: new Map(), snapshot: () => snapshot };
}

const notListed = 'you may not list them';
function unreadGaps(left: ReadonlySet<LiveKind>): readonly Gap[] {
  return [...left].map((what) => ({ what, namespace: '', reason: 'they are still being read' }));
}
