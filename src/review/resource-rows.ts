// Rows by resource: for each target that a bound rule names, who reaches it, by a star too.

import { type Rule, rule } from '../rbac/rule.ts';
import type { Grant, Review, RoleEntry } from './review.ts';
import { type RiskBits, risksOfRule } from './risk.ts';
import type { ReviewRow } from './rows.ts';
import { type BitsOf, tallyOf } from './tally.ts';
import {
  isWide,
  reaches,
  scopesOf,
  type Target,
  targetCovers,
  targetKey,
  targetName,
  targetsOf,
} from './target.ts';

type Reached = { readonly target: Target; readonly by: Set<RoleEntry> };

/** Unsorted. A role counts once a target, however many of its rules name it. */
export function resourceRows(review: Review, within: readonly Grant[]): readonly ReviewRow[] {
  const byRole = grantsByRole(within);
  const targets = [...targetsOfRoles(byRole.keys())];
  const wide = targets.filter(([, { target }]) => isWide(target));
  const { isPlaced } = scopesOf(review.access);
  const tally = tallyOf(review);
  return targets.flatMap(([key, { target, by }]) => {
    const wider = wide.filter(([, each]) => each.by !== by && targetCovers(each.target, target));
    const roles =
      wider.length === 0
        ? by
        : new Set([by, ...wider.map(([, each]) => each.by)].flatMap((each) => [...each]));
    const reach = tally(grantsOfRoles(byRole, roles, isPlaced(target)), bitsOn(target));
    const row = { ...reach, key, name: targetName(target), of: { pivot: 'resource', target } } as const;
    return reach.bindings === 0 ? [] : [row];
  });
}

function grantsByRole(grants: readonly Grant[]): ReadonlyMap<RoleEntry, readonly Grant[]> {
  const byRole = new Map<RoleEntry, Grant[]>();
  for (const grant of grants) {
    const there = byRole.get(grant.role);
    if (there === undefined) byRole.set(grant.role, [grant]);
    else there.push(grant);
  }
  return byRole;
}

function targetsOfRoles(roles: Iterable<RoleEntry>): ReadonlyMap<string, Reached> {
  const targets = new Map<string, Reached>();
  for (const role of roles) {
    for (const target of role.role?.rules.flatMap(targetsOf) ?? []) {
      const key = targetKey(target);
      const there = targets.get(key);
      if (there === undefined) targets.set(key, { target, by: new Set([role]) });
      else there.by.add(role);
    }
  }
  return targets;
}

function* grantsOfRoles(
  byRole: ReadonlyMap<RoleEntry, readonly Grant[]>,
  roles: Iterable<RoleEntry>,
  isPlaced: boolean,
): Generator<Grant> {
  for (const role of roles) {
    for (const grant of byRole.get(role) ?? []) if (isPlaced || grant.place.index === 0) yield grant;
  }
}

type Bits = { readonly everywhere: RiskBits; readonly inNamespace: RiskBits };

/** What a role brings on this target alone: asked only where some rule could bring a risk there. */
function bitsOn(target: Target): BitsOf {
  if (target.kind === 'url' || risksOfRule(narrowed(rule({ verbs: ['*'] }), target), 'cluster') === 0)
    return () => 0;
  const known = new Map<RoleEntry, Bits>();
  return ({ role, place }) => {
    const bits = known.get(role) ?? bitsOfRole(role, target);
    known.set(role, bits);
    return place.index === 0 ? bits.everywhere : bits.inNamespace;
  };
}

type ResourceTarget = Extract<Target, { readonly kind: 'resource' }>;

function narrowed(of: Rule, { group, resource }: ResourceTarget): Rule {
  return { ...of, apiGroups: [group], resources: [resource] };
}

function bitsOfRole({ role }: RoleEntry, target: ResourceTarget): Bits {
  const rules =
    role?.rules.filter((each) => reaches(each, target)).map((each) => narrowed(each, target)) ?? [];
  return {
    everywhere: rules.reduce((bits, each) => bits | risksOfRule(each, 'cluster'), 0),
    inNamespace: rules.reduce((bits, each) => bits | risksOfRule(each, 'namespace'), 0),
  };
}
