// Subjects, bindings, roles, rules and what they are about, each once, pointing to each other by number.

import { cleanText } from '../foreign-text.ts';
import { subjectWords } from '../rbac/access-words.ts';
import { originOf, ruleKey } from '../rbac/aggregation.ts';
import type { Rule } from '../rbac/rule.ts';
import { requestVerbs } from '../rbac/verbs.ts';
import { describeRef } from '../rbac/words.ts';
import { rankOfTarget } from '../review/matrix.ts';
import type { Grant, Review, RoleEntry } from '../review/review.ts';
import { targetWords } from '../review/review-words.ts';
import { roleKey } from '../review/rows.ts';
import {
  isWide,
  scopesOf,
  type Target,
  targetCovers,
  targetKey,
  targetName,
  targetsOf,
} from '../review/target.ts';

export type PageLists = {
  readonly subjects: readonly string[];
  /** Names of namespaces; the first is '', the cluster. */
  readonly places: readonly string[];
  /** `[title, [[rule, parts], …]]`; `parts`: through which collected ClusterRoles. */
  readonly roles: readonly (readonly [string, readonly (readonly [number, string])[]])[];
  /** `[verbs, targets, names]`. */
  readonly rules: readonly (readonly [readonly number[], readonly number[], readonly string[]])[];
  /** The first, `*`, is every verb. */
  readonly verbs: readonly string[];
  /** `[name, rank, whether a RoleBinding gives it, verbs that a star of verbs gives, targets that cover it]`. */
  readonly targets: readonly (readonly [string, number, 0 | 1, readonly number[], readonly number[]])[];
  /** `[place, title, role]`. */
  readonly bindings: readonly (readonly [number, string, number])[];
  /** Subject and binding in turn. */
  readonly grants: readonly number[];
};

/** Where each thing stands in the lists, by its key. */
export type Indexes = {
  readonly subjects: ReadonlyMap<string, number>;
  readonly places: ReadonlyMap<string, number>;
  readonly roles: ReadonlyMap<string, number>;
  readonly targets: ReadonlyMap<string, number>;
};

/** The lists of these grants; what no grant needs is not there. */
export function listsOf(
  review: Review,
  grants: readonly Grant[],
): { readonly lists: PageLists; readonly indexes: Indexes } {
  const subjects = listing<Grant['subject']>();
  const places = listing<string>();
  const roles = listing<RoleEntry>();
  const bindings = listing<Grant>();
  places.at('', '');
  const numbers = grants.flatMap((grant) => {
    const { subject, binding, role, place } = grant;
    places.at(place.namespace, place.namespace);
    roles.at(roleKey(role.ref), role);
    const key = `${binding.kind} ${binding.namespace}/${binding.name}`;
    return [subjects.at(subject.key, subject), bindings.at(key, grant)];
  });
  const { rules, verbs, targets, ofRole } = rulesOf(review, roles.values);
  const lists = {
    subjects: subjects.values.map(({ subject }) => subjectWords(subject)),
    places: places.values.map((name) => cleanText(name)),
    roles: roles.values.map((role, index) => [describeRef(role.ref), ofRole[index] ?? []] as const),
    rules: rules.values.map((rule) => ruleNumbers(rule, verbs, targets)),
    verbs: verbs.values,
    targets: targetNumbers(review, targets.values, verbs.values),
    bindings: bindings.values.map(
      ({ binding, place, role }) =>
        [places.of(place.namespace), describeRef(binding), roles.of(roleKey(role.ref))] as const,
    ),
    grants: numbers,
  };
  const indexes = { subjects: subjects.keys, places: places.keys, roles: roles.keys, targets: targets.keys };
  return { lists, indexes };
}

type Listing<Value> = {
  /** Its number, given when it is first met. */
  readonly at: (key: string, value: Value) => number;
  /** Of one that was met. */
  readonly of: (key: string) => number;
  readonly values: readonly Value[];
  readonly keys: ReadonlyMap<string, number>;
};

function listing<Value>(): Listing<Value> {
  const keys = new Map<string, number>();
  const values: Value[] = [];
  const at = (key: string, value: Value): number => {
    const there = keys.get(key);
    if (there !== undefined) return there;
    keys.set(key, values.length);
    return values.push(value) - 1;
  };
  return { keys, values, at, of: (key) => keys.get(key) ?? 0 };
}

type Rules = {
  readonly rules: Listing<Rule>;
  readonly verbs: Listing<string>;
  readonly targets: Listing<Target>;
  readonly ofRole: readonly (readonly (readonly [number, string])[])[];
};

function rulesOf({ access }: Review, roles: readonly RoleEntry[]): Rules {
  const rules = listing<Rule>();
  const verbs = listing<string>();
  const targets = listing<Target>();
  for (const verb of ['*', ...requestVerbs]) verbs.at(verb, verb);
  const ofRole = roles.map(({ role }) =>
    (role?.rules ?? []).map((rule) => {
      for (const verb of rule.verbs) verbs.at(verb, verb);
      for (const target of targetsOf(rule)) targets.at(targetKey(target), target);
      return [rules.at(ruleKey(rule), rule), role === undefined ? '' : partsOf(access, role, rule)] as const;
    }),
  );
  return { rules, verbs, targets, ofRole };
}

/** The ClusterRoles that a collected rule comes through. */
function partsOf(access: Review['access'], role: NonNullable<RoleEntry['role']>, rule: Rule): string {
  if (role.aggregates === undefined) return '';
  const parts = originOf(role, rule, access.snapshot.clusterRoles);
  return parts.map((part) => cleanText(part)).join(' ← ');
}

function ruleNumbers(
  rule: Rule,
  verbs: Listing<string>,
  targets: Listing<Target>,
): PageLists['rules'][number] {
  return [
    rule.verbs.map(verbs.of),
    targetsOf(rule).map((target) => targets.of(targetKey(target))),
    rule.resourceNames.map((name) => cleanText(name)),
  ];
}

function targetNumbers(
  { access }: Review,
  targets: readonly Target[],
  verbs: readonly string[],
): PageLists['targets'] {
  const { isPlaced, hasVerb } = scopesOf(access);
  const wide = targets.flatMap((target, index) => (isWide(target) ? [{ target, index }] : []));
  return targets.map((target) => [
    targetWords(targetName(target)),
    rankOfTarget(target),
    isPlaced(target) ? 1 : 0,
    verbs.flatMap((verb, index) => (index > 0 && hasVerb(target, verb) ? [index] : [])),
    wide.flatMap((each) => (each.target !== target && targetCovers(each.target, target) ? [each.index] : [])),
  ]);
}
