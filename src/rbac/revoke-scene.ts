// A revocation's role beside what the cluster is, and roles that were removed a moment too early.

import type { Step } from './grant-plan.ts';
import type { Scene } from './grant-scene.ts';
import type { RoleWish } from './grant-wishes.ts';
import { isRole } from './manifest.ts';
import { boundTo } from './places.ts';
import type { RevokedRole } from './revoke-plan.ts';
import { rulesOfWords } from './rule-words.ts';
import type { Snapshot } from './snapshot.ts';
import { clusterPresets } from './wanted-role.ts';
import type { AnyStep } from './write-steps.ts';

/** A preset of the cluster's own is a ClusterRole, bound as it is. Fails with `usage` for rules that the cluster does not know. */
export function revokedRole(
  wish: RoleWish | undefined,
  place: string,
  { discovery, snapshot }: Scene,
): RevokedRole {
  if (wish === undefined) return { kind: 'any' };
  switch (wish.kind) {
    case 'role':
      return { kind: 'named', roleRef: { kind: 'Role', name: wish.name } };
    case 'clusterrole':
      return { kind: 'named', roleRef: { kind: 'ClusterRole', name: wish.name } };
    case 'preset': {
      const own = clusterPresets(snapshot).findLast(({ name }) => name === wish.name)?.clusterRole;
      if (own !== undefined) return { kind: 'named', roleRef: { kind: 'ClusterRole', name: own } };
      return { kind: 'preset', name: wish.name, names: wish.names };
    }
    case 'rules': {
      const scope = place === '' ? 'cluster' : 'namespace';
      return {
        kind: 'rules',
        rules: rulesOfWords(wish.words, { discovery, scope, wildcards: true, namesWithList: true }),
      };
    }
  }
}

/**
 * Roles that were deleted as unused while somebody granted them: put back, or that grant would give nothing. Whoever
 * grants looks again after writing, too, so one of both sees it.
 */
export function missedRoles(done: readonly AnyStep[], snapshot: Snapshot): readonly Step[] {
  return done.flatMap((step) => {
    if (step.kind !== 'delete' || !isRole(step.object)) return [];
    const { object } = step;
    const all = object.kind === 'ClusterRole' ? snapshot.clusterRoles : snapshot.roles;
    const isThere = all.some(({ namespace, name }) => namespace === object.namespace && name === object.name);
    return isThere || boundTo(snapshot, object).length === 0 ? [] : [{ kind: 'create', object }];
  });
}
