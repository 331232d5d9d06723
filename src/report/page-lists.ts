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
  /** `[title, [[rule, parts], …], whether it is known]`; `parts`: through which collected ClusterRoles. */
  readonly roles: readonly (readonly [string, readonly (readonly [number, string])[], 0 | 1])[];
  /** `[verbs, targets, names]`. */
  readonly rules: readonly (readonly [readonly number[], readonly number[], readonly string[]])[];
  /** The first, `*`, is every verb. */
  readonly verbs: readonly string[];
  /** `[name, rank, whether a RoleBinding gives it, verbs that a star of verbs gives, targets that cover it]`. */
  readonly targets: readonly (readonly [string, number, 0 | 1, readonly number[], readonly number[]])[];
  /** `[place, name, role]`: ClusterRoleBindings in the first place, else RoleBindings. */
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
  const places = listing<Grant['place']>();
  const roles = listing<RoleEntry>();
  const bindings = listing<Grant['binding'], Grant>();
  for (const place of review.places.slice(0, 1)) places.at(place, place);
  const numbers: number[] = [];
  for (const grant of grants) {
    const { subject, binding, role, place } = grant;
    places.at(place, place);
    roles.at(role, role);
    numbers.push(subjects.at(subject, subject), bindings.at(binding, grant));
  }
  const { rules, verbs, targets, ofRole } = rulesOf(review, roles.values);
  const lists = {
    subjects: subjects.values.map(({ subject }) => subjectWords(subject)),
    places: places.values.map(({ namespace }) => cleanText(namespace)),
    roles: roles.values.map(
      (entry, index) =>
        [describeRef(entry.ref), ofRole[index] ?? [], entry.role === undefined ? 0 : 1] as const,
    ),
    rules: rules.values.map((rule) => ruleNumbers(rule, verbs, targets)),
    verbs: verbs.values,
    targets: targetNumbers(review, targets.values, verbs.values),
    bindings: bindings.values.map(
      ({ binding, place, role }) => [places.of(place), cleanText(binding.name), roles.of(role)] as const,
    ),
    grants: numbers,
  };
  const indexes = {
    subjects: numbered(subjects.values, ({ key }) => key),
    places: numbered(places.values, ({ namespace }) => namespace),
    roles: numbered(roles.values, ({ ref }) => roleKey(ref)),
    targets: targets.keys,
  };
  return { lists, indexes };
}

function numbered<Value>(
  values: readonly Value[],
  keyOf: (value: Value) => string,
): ReadonlyMap<string, number> {
  return new Map(values.map((value, index) => [keyOf(value), index]));
}

type Listing<Key, Value> = {
  /** Its number, given when it is first met. */
  readonly at: (key: Key, value: Value) => number;
  /** Of one that was met. */
  readonly of: (key: Key) => number;
  readonly values: readonly Value[];
  readonly keys: ReadonlyMap<Key, number>;
};

function listing<Key, Value = Key>(): Listing<Key, Value> {
  const keys = new Map<Key, number>();
  const values: Value[] = [];
  const at = (key: Key, value: Value): number => {
    const there = keys.get(key);
    if (there !== undefined) return there;
    keys.set(key, values.length);
    return values.push(value) - 1;
  };
  return { keys, values, at, of: (key) => keys.get(key) ?? 0 };
}

type Rules = {
  readonly rules: Listing<string, Rule>;
  readonly verbs: Listing<string, string>;
  readonly targets: Listing<string, Target>;
  readonly ofRole: readonly (readonly (readonly [number, string])[])[];
};

function rulesOf({ access }: Review, roles: readonly RoleEntry[]): Rules {
  const rules = listing<string, Rule>();
  const verbs = listing<string>();
  const targets = listing<string, Target>();
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
  verbs: Listing<string, string>,
  targets: Listing<string, Target>,
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
