// Verbs x resources of some grants, made when somebody looks at it, and the whole why of each of its cells.

import { chainOf } from '../rbac/access.ts';
import type { Chain } from '../rbac/chain.ts';
import type { Rule } from '../rbac/rule.ts';
import { requestVerbs } from '../rbac/verbs.ts';
import type { Grant, Review, RoleEntry } from './review.ts';
import {
  isWide,
  reaches,
  type Scopes,
  scopesOf,
  type Target,
  targetCovers,
  targetKey,
  targetName,
} from './target.ts';
import { targetMapOf } from './target-map.ts';

/** How far one verb on one target goes: by a ClusterRoleBinding, and in how many namespaces by RoleBindings. */
export type MatrixCell = {
  readonly everywhere: boolean;
  readonly namespaces: number;
  /** On the objects that rules name only. */
  readonly named: boolean;
};

export type MatrixRow = {
  readonly key: string;
  readonly target: Target;
  /** `deployments.apps`, `*`, `/metrics`. */
  readonly name: string;
  /** One for each of the matrix's verbs; undefined: not allowed. A star of verb, group or resource is counted in. */
  readonly cells: readonly (MatrixCell | undefined)[];
};

export type Matrix = { readonly verbs: readonly string[]; readonly rows: readonly MatrixRow[] };

/** The matrix of these grants: a row for each target that their rules name, what is wide first, then by name. */
export function matrixOf(review: Review, grants: readonly Grant[]): Matrix {
  const scopes = scopesOf(review.access);
  const sources = sourcesOf(grants);
  const targets = targetsIn(sources);
  const wide = targets.filter(({ target }) => isWide(target));
  const verbs = verbsIn(sources);
  const rows = targets.map(({ target, rules }) => {
    const covering = wide.filter((each) => each.rules !== rules && targetCovers(each.target, target));
    const all = [...rules, ...covering.flatMap((each) => each.rules)];
    const cells = verbs.map((verb) => cellOf(all, { verb, target, scopes }));
    return { key: targetKey(target), target, name: targetName(target), cells };
  });
  return {
    verbs,
    rows: rows.filter(({ cells }) => cells.some((cell) => cell !== undefined)).sort(compareRows),
  };
}

/** A role as it is bound: everywhere, and in which namespaces. */
type Source = { readonly role: RoleEntry; everywhere: boolean; readonly places: Set<number> };
type SourcedRule = { readonly rule: Rule; readonly source: Source };

function sourcesOf(grants: readonly Grant[]): readonly Source[] {
  const sources = new Map<RoleEntry, Source>();
  for (const { role, place } of grants) {
    const source = sources.get(role) ?? { role, everywhere: false, places: new Set() };
    if (place.index === 0) source.everywhere = true;
    else source.places.add(place.index);
    sources.set(role, source);
  }
  return [...sources.values()];
}

type Targeted = { readonly target: Target; readonly rules: SourcedRule[] };

function targetsIn(sources: readonly Source[]): readonly Targeted[] {
  const targets = targetMapOf<Targeted>((target) => ({ target, rules: [] }));
  for (const source of sources) {
    for (const rule of source.role.role?.rules ?? []) {
      for (const { rules } of targets.of(rule)) rules.push({ rule, source });
    }
  }
  return targets.all();
}

/** Those of requests, then what else rules name, as bind or impersonate. */
function verbsIn(sources: readonly Source[]): readonly string[] {
  const named = new Set(sources.flatMap(({ role }) => role.role?.rules.flatMap(({ verbs }) => verbs) ?? []));
  const others = [...named].filter((verb) => verb !== '*' && !requestVerbs.includes(verb));
  return [...requestVerbs, ...others.sort()];
}

type Asked = { readonly verb: string; readonly target: Target; readonly scopes: Scopes };

function cellOf(rules: readonly SourcedRule[], asked: Asked): MatrixCell | undefined {
  const places = new Set<number>();
  let everywhere = false;
  let named = true;
  for (const { rule, source } of rules) {
    if (!isVerbAllowed(rule, asked)) continue;
    const isPlaced = source.places.size > 0 && asked.scopes.isPlaced(asked.target);
    if (!source.everywhere && !isPlaced) continue;
    if (source.everywhere) everywhere = true;
    if (isPlaced) for (const place of source.places) places.add(place);
    if (rule.resourceNames.length === 0) named = false;
  }
  return everywhere || places.size > 0 ? { everywhere, namespaces: places.size, named } : undefined;
}

/** A star of verbs counts where a request can have the verb. */
function isVerbAllowed({ verbs }: Rule, { verb, target, scopes }: Asked): boolean {
  return verbs.includes(verb) || (verbs.includes('*') && scopes.hasVerb(target, verb));
}

function compareRows(left: MatrixRow, right: MatrixRow): number {
  return (
    rankOfTarget(left.target) - rankOfTarget(right.target) ||
    (left.name < right.name ? -1 : left.name > right.name ? 1 : 0)
  );
}

/** Where its row stands: every resource, other stars, resources, URLs. */
export function rankOfTarget(target: Target): number {
  if (target.kind === 'url') return 3;
  if (target.resource === '*' && target.group === '*') return 0;
  return isWide(target) ? 1 : 2;
}

/** Every way by which some of these grants allow that verb there, each to the rule: the why of a cell. */
export function chainsOf(
  review: Review,
  grants: readonly Grant[],
  { target, verb }: { readonly target: Target; readonly verb: string },
): readonly Chain[] {
  const asked = { target, verb, scopes: scopesOf(review.access) };
  const isPlaced = asked.scopes.isPlaced(target);
  return grants.flatMap(({ subject: { subject }, binding, role: { role }, place }) => {
    if (role === undefined || (place.index !== 0 && !isPlaced)) return [];
    const rules = role.rules.filter((rule) => isVerbAllowed(rule, asked) && reaches(rule, target));
    return rules.map((rule) => chainOf(review.access, { subject, binding, role, rule }));
  });
}
