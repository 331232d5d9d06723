// Rows by resource: for each target that a bound rule names, who reaches it, by a star too.

import { type Rule, rule } from '../rbac/rule.ts';
import type { Grant, Review, RoleEntry } from './review.ts';
import { type RiskBits, risksOfRule } from './risk.ts';
import type { ReviewRow } from './rows.ts';
import { type BitsOf, type Reach, type Tally, tallyOf } from './tally.ts';
import { isWide, reaches, scopesOf, type Target, targetCovers, targetKey, targetName } from './target.ts';
import { targetMapOf } from './target-map.ts';

type Reached = { readonly target: Target; readonly by: Set<RoleEntry> };

/** Unsorted. A role counts once a target, however many of its rules name it. */
export function resourceRows(review: Review, within: readonly Grant[]): readonly ReviewRow[] {
  const byRole = grantsByRole(review, within);
  const targets = targetsOfRoles(review.roles.filter(({ index }) => byRole[index] !== undefined));
  const wide = targets.filter(({ target }) => isWide(target));
  const { isPlaced } = scopesOf(review.access);
  const tally = sameTally(tallyOf(review), byRole);
  return targets.flatMap(({ target, by }) => {
    const wider = wide.filter((each) => each.by !== by && targetCovers(each.target, target));
    const roles =
      wider.length === 0 ? by : new Set([by, ...wider.map((each) => each.by)].flatMap((each) => [...each]));
    const reach = tally(roles, isPlaced(target), bitsOn(target));
    const of = { pivot: 'resource', target } as const;
    return reach.bindings === 0 ? [] : [{ ...reach, key: targetKey(target), name: targetName(target), of }];
  });
}

/** By the index of the role; undefined where it has none. */
function grantsByRole(
  { roles }: Review,
  grants: readonly Grant[],
): readonly (readonly Grant[] | undefined)[] {
  const byRole: (Grant[] | undefined)[] = new Array(roles.length).fill(undefined);
  for (const grant of grants) {
    const there = byRole[grant.role.index];
    if (there === undefined) byRole[grant.role.index] = [grant];
    else there.push(grant);
  }
  return byRole;
}

function targetsOfRoles(roles: Iterable<RoleEntry>): readonly Reached[] {
  const targets = targetMapOf<Reached>((target) => ({ target, by: new Set() }));
  for (const entry of roles) {
    for (const each of entry.role?.rules ?? []) for (const { by } of targets.of(each)) by.add(entry);
  }
  return targets.all();
}

type RolesTally = (roles: ReadonlySet<RoleEntry>, isPlaced: boolean, bitsOf: BitsOf | undefined) => Reach;

/** Many resources are in the same roles and no others, as those of view, edit and admin: they are counted once. */
function sameTally(tally: Tally, byRole: readonly (readonly Grant[] | undefined)[]): RolesTally {
  const known: {
    readonly roles: ReadonlySet<RoleEntry>;
    readonly isPlaced: boolean;
    readonly reach: Reach;
  }[] = [];
  return (roles, isPlaced, bitsOf) => {
    const grants = grantsOfRoles(byRole, roles, isPlaced);
    if (bitsOf !== undefined) return tally(grants, bitsOf);
    const same = known.find((each) => each.isPlaced === isPlaced && isSame(each.roles, roles));
    if (same !== undefined) return same.reach;
    const reach = tally(grants, () => 0);
    known.push({ roles, isPlaced, reach });
    return reach;
  };
}

function isSame(left: ReadonlySet<RoleEntry>, right: ReadonlySet<RoleEntry>): boolean {
  return left.size === right.size && [...left].every((each) => right.has(each));
}

function grantsOfRoles(
  byRole: readonly (readonly Grant[] | undefined)[],
  roles: Iterable<RoleEntry>,
  isPlaced: boolean,
): readonly Grant[] {
  const found: Grant[] = [];
  for (const { index } of roles) {
    for (const grant of byRole[index] ?? []) if (isPlaced || grant.place.index === 0) found.push(grant);
  }
  return found;
}

type Bits = { readonly everywhere: RiskBits; readonly inNamespace: RiskBits };

/** What a role brings on this target alone: undefined where no rule could bring a risk there. */
function bitsOn(target: Target): BitsOf | undefined {
  if (target.kind === 'url' || risksOfRule(narrowed(rule({ verbs: ['*'] }), target), 'cluster') === 0)
    return undefined;
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
