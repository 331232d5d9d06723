// ClusterRoles that collect the rules of others by label: what the controller of a real cluster writes into them,
// for manifests that no controller has seen, and where each of their rules comes from.

import { selects } from './labels.ts';
import type { Rule } from './rule.ts';
import type { Role } from './snapshot.ts';

/**
 * The ClusterRoles as clusterrole-aggregation-controller leaves them: `rules` of a collecting role are overwritten by
 * what its selectors find, through any number of steps; where that is nothing, its own stay, since an apply of no rules
 * takes away none that another wrote. Of roles that collect each other the outcome depends on who is first, there too.
 * For manifests only: on a live cluster the server's verdict rests on what is written there by now.
 */
export function aggregate(clusterRoles: readonly Role[]): readonly Role[] {
  const collecting = clusterRoles.filter(({ aggregates }) => aggregates !== undefined);
  const parts = new Map(collecting.map((role) => [role.name, partsOf(role, clusterRoles)]));
  const rulesOf = new Map(clusterRoles.map(({ name, rules }) => [name, rules]));
  let isStable = false;
  // Without a circle as many rounds as roles are enough; in one, the order of rules could change for ever.
  for (let round = 0; !isStable && round <= 2 * collecting.length; round++) {
    isStable = true;
    for (const role of collecting) {
      const found = union((parts.get(role.name) ?? []).flatMap(({ name }) => rulesOf.get(name) ?? []));
      const rules = found.length > 0 ? found : role.rules;
      if (sameRules(rules, rulesOf.get(role.name) ?? [])) continue;
      rulesOf.set(role.name, rules);
      isStable = false;
    }
  }
  return clusterRoles.map((role) => ({ ...role, rules: rulesOf.get(role.name) ?? role.rules }));
}

/** The ClusterRoles that a collecting role's selectors find: selector by selector, each by name, never itself. */
export function partsOf(role: Role, clusterRoles: readonly Role[]): readonly Role[] {
  if (role.aggregates === undefined) return [];
  const candidates = clusterRoles
    .filter(({ name }) => name !== role.name)
    .sort((left, right) => (left.name < right.name ? -1 : 1));
  const found = role.aggregates.flatMap((selector) =>
    candidates.filter(({ labels }) => selects(selector, labels)),
  );
  return [...new Set(found)];
}

/**
 * From which ClusterRole a rule of a collecting one comes: the names below it, the last is where it is written. Empty
 * for a role's own rule, and for one that no part has (any more, or yet).
 */
export function originOf(role: Role, wanted: Rule, clusterRoles: readonly Role[]): readonly string[] {
  return originBelow(role, ruleKey(wanted), { clusterRoles, above: new Set([role.name]) });
}

type Search = { readonly clusterRoles: readonly Role[]; readonly above: ReadonlySet<string> };

function originBelow(role: Role, key: string, { clusterRoles, above }: Search): readonly string[] {
  for (const part of partsOf(role, clusterRoles)) {
    if (above.has(part.name) || !part.rules.some((each) => ruleKey(each) === key)) continue;
    if (part.aggregates === undefined) return [part.name];
    const deeper = originBelow(part, key, { clusterRoles, above: new Set([...above, part.name]) });
    return [part.name, ...deeper];
  }
  return [];
}

/** Rules with one key are equal in every list and its order, as the controller compares them. */
export function ruleKey({ verbs, apiGroups, resources, resourceNames, nonResourceURLs }: Rule): string {
  return JSON.stringify([verbs, apiGroups, resources, resourceNames, nonResourceURLs]);
}

function union(rules: readonly Rule[]): readonly Rule[] {
  const byKey = new Map<string, Rule>();
  for (const each of rules) {
    const key = ruleKey(each);
    if (!byKey.has(key)) byKey.set(key, each);
  }
  return [...byKey.values()];
}

function sameRules(left: readonly Rule[], right: readonly Rule[]): boolean {
  return (
    left.length === right.length &&
    left.every((each, index) => ruleKey(each) === ruleKey(right[index] ?? each))
  );
}
