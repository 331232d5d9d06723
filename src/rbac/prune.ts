// Grants whose time is over, and the roles of ours that nothing refers to then.

import { type ManagedGrant, managedGrants } from './grants.ts';
import { sameSubject } from './managed.ts';
import { type RemovalStep, snapshotAfter, unusedRoles } from './revoke-plan.ts';
import type { Snapshot } from './snapshot.ts';

export type PrunePlan = {
  /** What the steps take away. */
  readonly expired: readonly ManagedGrant[];
  /** Ended too, and its subject taken out already: whom others put there keeps it. */
  readonly kept: readonly ManagedGrant[];
  /** Of ours, and still to be judged by a person: when they end cannot be read. */
  readonly unreadable: readonly ManagedGrant[];
  /** Bindings, then roles that nothing refers to any more. */
  readonly steps: readonly RemovalStep[];
};

/**
 * What has expired at `now` (epoch seconds) in these places, '' for the cluster. Somebody whom others put into such a
 * binding keeps what it gives.
 */
export function planPrune(snapshot: Snapshot, now: number, places: readonly string[]): PrunePlan {
  const grants = managedGrants(snapshot).filter(({ binding }) => places.includes(binding.namespace));
  const ended = grants.filter(({ expiry }) => expiry.kind === 'at' && expiry.at <= now);
  const expired = ended.filter((each) => removalOf(each).length > 0);
  const bindings = expired.flatMap(removalOf);
  const after = snapshotAfter(snapshot, bindings);
  const byNamespace = Map.groupBy(expired, ({ binding }) => binding.namespace);
  const roles = [...byNamespace].flatMap(([namespace, those]) =>
    unusedRoles(
      after,
      namespace,
      those.map(({ roleRef }) => roleRef),
    ),
  );
  return {
    expired,
    kept: ended.filter((each) => !expired.includes(each)),
    unreadable: grants.filter(({ expiry }) => expiry.kind === 'unreadable'),
    // What needs more rights than deleting comes last: the CronJob's account does not have them.
    steps: [...bindings, ...roles].toSorted(
      (left, right) => Number(left.kind === 'take-out') - Number(right.kind === 'take-out'),
    ),
  };
}

function removalOf({ binding, subject }: ManagedGrant): readonly RemovalStep[] {
  const strangers = binding.subjects.filter((each) => subject === undefined || !sameSubject(each, subject));
  if (strangers.length === 0) return [{ kind: 'delete', object: binding }];
  return subject === undefined || strangers.length === binding.subjects.length
    ? []
    : [{ kind: 'take-out', before: binding, subject }];
}
