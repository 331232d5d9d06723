// What a sign-off's revocations come to: the bindings that lose subjects, and what is left in each.

import { type Manifest, manifestOf } from '../rbac/manifest.ts';
import { formatManifests } from '../rbac/manifest-output.ts';
import type { Binding, Snapshot } from '../rbac/snapshot.ts';
import { formatSubject, type Subject } from '../rbac/subject.ts';
import type { SignOffGrant } from './sign-off.ts';

export type TouchedBinding = {
  /** As it was read. */
  readonly binding: Binding;
  /** Where its marked subjects stand in it. */
  readonly removed: readonly number[];
  /** None: all of them were marked. */
  readonly left: readonly Subject[];
};

/** Those with a grant that is to be revoked, in the order of the snapshot. */
export function touchedBindings(
  revoked: readonly SignOffGrant[],
  { clusterRoleBindings, roleBindings }: Snapshot,
): readonly TouchedBinding[] {
  const marked = new Set(revoked.map(({ id }) => id));
  return [...clusterRoleBindings, ...roleBindings].flatMap((binding) => {
    const isMarked = (subject: Subject): boolean => marked.has(grantId(binding, subject));
    const removed = binding.subjects.flatMap((each, index) => (isMarked(each) ? [index] : []));
    const left = binding.subjects.filter((each) => !isMarked(each));
    return removed.length === 0 ? [] : [{ binding, removed, left }];
  });
}

/** `RoleBinding shop/devs group:oidc:devs`: one subject of one binding, the same after any change of the role. */
export function grantId({ kind, namespace, name }: Binding, subject: Subject): string {
  return `${kind} ${namespace}/${name} ${formatSubject(subject)}`;
}

/**
 * A `List` of the bindings that lose some of their subjects, as they are to be afterwards, for whoever keeps manifests.
 * One that loses all has no manifest: it is to be deleted.
 */
export function manifestsAfter(revoked: readonly SignOffGrant[], snapshot: Snapshot): string {
  const kept = touchedBindings(revoked, snapshot).filter(({ left }) => left.length > 0);
  const manifests = kept.map(({ binding, left }) =>
    withoutKubectls(manifestOf({ ...binding, subjects: left })),
  );
  return formatManifests(manifests, 'json', JSON.stringify);
}

const lastApplied = 'kubectl.kubernetes.io/last-applied-configuration';

/** What kubectl notes of the last apply tells of the subjects that are gone. */
function withoutKubectls(manifest: Manifest): Manifest {
  const { annotations = {}, ...metadata } = manifest.metadata;
  const others = Object.entries(annotations).filter(([key]) => key !== lastApplied);
  return {
    ...manifest,
    metadata: { ...metadata, ...(others.length > 0 && { annotations: Object.fromEntries(others) }) },
  };
}
