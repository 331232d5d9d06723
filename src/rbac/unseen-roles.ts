// Roles that manifests bind and do not hold: what they allow is written elsewhere, in another folder or by Kubernetes
// itself, so no answer that rests on their absence is certain. On a cluster a role that is not there is not there.

import type { Dangling } from './chain.ts';
import type { Coverage } from './coverage.ts';
import type { Gap, Snapshot } from './snapshot.ts';

/** The coverage of an answer that these bindings could change. */
export function withUnseenRoles(
  coverage: Coverage,
  snapshot: Snapshot,
  dangling: readonly Dangling[],
): Coverage {
  const unseen = gapsOf(snapshot, dangling);
  return unseen.length === 0 ? coverage : { complete: false, gaps: [...coverage.gaps, ...unseen] };
}

/** What a comparison of two sides does not know: bindings to such roles that are not the same on the other one. */
export function unseenDifferences(before: UnseenSide, after: UnseenSide): readonly Gap[] {
  return [...differing(before, after), ...differing(after, before)];
}

export type UnseenSide = { readonly snapshot: Snapshot; readonly dangling: readonly Dangling[] };

function differing({ snapshot, dangling }: UnseenSide, other: UnseenSide): readonly Gap[] {
  const same = new Set(other.dangling.map(keyOf));
  return gapsOf(
    snapshot,
    dangling.filter((each) => !same.has(keyOf(each))),
  );
}

function keyOf({ binding: { kind, namespace, name, roleRef, subjects } }: Dangling): string {
  return JSON.stringify([kind, namespace, name, roleRef.kind, roleRef.name, subjects]);
}

function gapsOf({ discovery }: Snapshot, dangling: readonly Dangling[]): readonly Gap[] {
  if (discovery?.of !== 'manifests') return [];
  const roles = new Map(dangling.map(({ role }) => [`${role.kind} ${role.namespace}/${role.name}`, role]));
  return [...roles.values()].map(({ kind, namespace, name }) => ({
    what: kind === 'Role' ? 'roles' : 'clusterroles',
    namespace,
    reason: `${name} is bound and not among the manifests (--stock adds those of Kubernetes)`,
  }));
}
