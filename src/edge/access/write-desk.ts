// A live cluster for commands that write access: what their plans rest on, and single writes.

import { Failure } from '../../failure.ts';
import { cleanText } from '../../foreign-text.ts';
import type { Host } from '../../host.ts';
import { once } from '../../once.ts';
import type { Scene } from '../../rbac/grant-scene.ts';
import { placesOf } from '../../rbac/grant-scene.ts';
import type { PlaceWish } from '../../rbac/grant-wishes.ts';
import { fromPresetLabel, managedByLabel } from '../../rbac/managed.ts';
import { subjectsWithout } from '../../rbac/revoke-plan.ts';
import type { Gap, Snapshot } from '../../rbac/snapshot.ts';
import { stock } from '../../rbac/stock.ts';
import { withImpliedGroups } from '../../rbac/subject.ts';
import type { PrefixEvidence } from '../../rbac/subject-prefix.ts';
import type { LiveWhere } from '../../rbac/where-words.ts';
import type { Scope } from '../../rbac/who-can.ts';
import type { WriteDesk } from '../../rbac/write-desk.ts';
import type { AnyStep } from '../../rbac/write-steps.ts';
import { type OpenCluster, openCluster } from '../cluster/open-cluster.ts';
import { changeObject, createObject, deleteObject, takeOut, type Written } from '../cluster/rbac-writes.ts';
import { readDiscovery } from '../cluster/read-discovery.ts';
import { readSnapshot } from '../cluster/read-snapshot.ts';
import { reviewOwnAccess, reviewSelf } from '../cluster/reviews.ts';
import { openProgress } from './progress.ts';

/** Namespaces that are read one by one; for more everything is read at once. */
const fewNamespaces = 8;

/** Fails as `openCluster` does. */
export async function openWriteDesk(where: LiveWhere, host: Host): Promise<WriteDesk> {
  const cluster = await openCluster(where, host);
  const { api, context } = cluster;
  const fixed = once(() => readFixed(cluster));
  return {
    name: context === '' ? 'this cluster' : `the cluster of context "${cleanText(context)}"`,
    read: (place) => readScene({ cluster, fixed }, place, host),
    mayI: async ({ kind: _, ...asked }) => (await reviewOwnAccess(api, asked)).allowed,
    write: (step) => writeStep(cluster, step),
  };
}

/** What stays as it is while one command runs. */
type Fixed = Pick<Scene, 'discovery' | 'caller' | 'claims'>;
type Opened = { readonly cluster: OpenCluster; readonly fixed: () => Promise<Fixed> };

async function readFixed({ api, claims }: OpenCluster): Promise<Fixed> {
  const [discovery, seen] = await Promise.all([readDiscovery({ api, gaps: [] }), reviewSelf(api)]);
  // Older than Kubernetes 1.27: its resources are in the stock ones as good as all.
  return {
    discovery: discovery ?? stock().discovery,
    caller: withImpliedGroups(seen),
    claims: namesIn(claims),
  };
}

async function readScene({ cluster, fixed }: Opened, place: PlaceWish, host: Host): Promise<Scene> {
  const progress = openProgress('Reading who may do what', host);
  const { api, namespace } = cluster;
  const wish = { namespaces: true, discovery: false, ownNamespace: namespace, progress: progress.show };
  const read = (scope: Scope): Promise<Snapshot> => readSnapshot(api, { scope, ...wish });
  try {
    const [snapshot, rest] = await Promise.all([readPlaces(scopesOf(place, namespace), read), fixed()]);
    if (place.kind !== 'everywhere') refuseGaps(placesOf(place, { snapshot, namespace }), snapshot.gaps);
    return { snapshot, ...rest, namespace };
  } finally {
    progress.end();
  }
}

function scopesOf(place: PlaceWish, namespace: string): readonly Scope[] {
  if (place.kind === 'default') return [{ kind: 'namespace', namespace }];
  if (place.kind !== 'namespaces' || place.names.length > fewNamespaces) return [{ kind: 'all' }];
  return place.names.map((each) => ({ kind: 'namespace', namespace: each }));
}

/** One snapshot of several; what is of the whole cluster is the same in each. */
async function readPlaces(
  scopes: readonly Scope[],
  read: (scope: Scope) => Promise<Snapshot>,
): Promise<Snapshot> {
  const [first, ...others] = await Promise.all(scopes.map(read));
  if (first === undefined) throw new TypeError('a request was about no place');
  const all = [first, ...others];
  return {
    ...first,
    roles: all.flatMap(({ roles }) => roles),
    roleBindings: all.flatMap(({ roleBindings }) => roleBindings),
    gaps: all.flatMap(({ gaps }) => gaps),
  };
}

/** A plan on what was not seen would write over it. */
function refuseGaps(places: readonly string[], gaps: readonly Gap[]): void {
  const isNeeded = ({ what, namespace }: Gap): boolean =>
    places.some((place) =>
      place === ''
        ? what === 'clusterroles' || what === 'clusterrolebindings'
        : (what === 'roles' || what === 'rolebindings') && (namespace === '' || namespace === place),
    );
  const gap = gaps.find(isNeeded);
  if (gap === undefined) return;
  const where = gap.namespace === '' ? '' : ` in namespace ${cleanText(gap.namespace, 80)}`;
  throw new Failure(
    'forbidden',
    `you may not list ${gap.what}${where}, and nothing is written without looking first`,
    {
      hint: 'Ask for get and list on them, or let somebody who has that run this; --dry-run needs it too.',
    },
  );
}

/** Claims that hold groups, and those that a cluster may take names from, the longest first. */
function namesIn(claims: OpenCluster['claims']): PrefixEvidence['claims'] {
  if (claims === undefined) return undefined;
  const texts = (value: unknown): readonly string[] =>
    (Array.isArray(value) ? value : [value]).filter((each) => typeof each === 'string' && each !== '');
  const groups = ['groups', 'cognito:groups', 'groups_direct', 'roles'].map((claim) => texts(claims[claim]));
  const names = ['email', 'preferred_username', 'upn', 'name', 'sub'].flatMap((claim) =>
    texts(claims[claim]),
  );
  return {
    groups: groups.find((each) => each.length > 0) ?? [],
    names: names.toSorted((left, right) => right.length - left.length),
  };
}

function writeStep({ api }: OpenCluster, step: AnyStep): Promise<Written> {
  switch (step.kind) {
    case 'create':
      return createObject(api, step.object);
    case 'change':
      return changeObject(api, step);
    case 'delete':
      return deleteObject(api, step.object);
    case 'take-out':
      return takeOut(api, step.before, {
        left: subjectsWithout(step.before, step.subject),
        unmark: [managedByLabel, fromPresetLabel].filter((label) => Object.hasOwn(step.before.labels, label)),
      });
  }
}
