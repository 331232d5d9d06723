// Whether somebody's rules contain other rules: what the API server asks before it lets them be handed out
// (component-helpers auth/rbac/validation/policy_comparator.go).

import { type Rule, rule, urlCovers } from './rule.ts';

/**
 * The parts of `wanted` that `owned` does not contain, one verb, one resource and one name each; none means covered.
 * As the server compares, so a list of every verb does not cover `*`, and no sum of names covers "any name".
 */
export function uncovered(owned: readonly Rule[], wanted: readonly Rule[]): readonly Rule[] {
  return wanted.flatMap(atomsOf).filter((atom) => !owned.some((each) => coversAtom(each, atom)));
}

/** Whether nothing is uncovered. */
export function covers(owned: readonly Rule[], wanted: readonly Rule[]): boolean {
  return uncovered(owned, wanted).length === 0;
}

/** The cross product of a rule's lists (BreakdownRule): each part is covered by a single rule, or by none. */
export function atomsOf(whole: Rule): readonly Rule[] {
  const names = whole.resourceNames.length === 0 ? [[]] : whole.resourceNames.map((name) => [name]);
  const ofResources = whole.apiGroups.flatMap((group) =>
    whole.resources.flatMap((resource) =>
      whole.verbs.flatMap((verb) =>
        names.map((resourceNames) =>
          rule({ verbs: [verb], apiGroups: [group], resources: [resource], resourceNames }),
        ),
      ),
    ),
  );
  const ofUrls = whole.nonResourceURLs.flatMap((url) =>
    whole.verbs.map((verb) => rule({ verbs: [verb], nonResourceURLs: [url] })),
  );
  return [...ofResources, ...ofUrls];
}

function coversAtom(owner: Rule, atom: Rule): boolean {
  return (
    hasAll(owner.verbs, atom.verbs) &&
    hasAll(owner.apiGroups, atom.apiGroups) &&
    atom.resources.every((resource) => coversResource(owner.resources, resource)) &&
    coversNames(owner.resourceNames, atom.resourceNames) &&
    atom.nonResourceURLs.every((url) => owner.nonResourceURLs.some((each) => urlCovers(each, url)))
  );
}

function hasAll(owned: readonly string[], wanted: readonly string[]): boolean {
  return owned.includes('*') || wanted.every((each) => owned.includes(each));
}

function coversResource(owned: readonly string[], resource: string): boolean {
  if (owned.includes('*') || owned.includes(resource)) return true;
  const slash = resource.indexOf('/');
  return slash >= 0 && owned.includes(`*${resource.slice(slash)}`);
}

function coversNames(owned: readonly string[], wanted: readonly string[]): boolean {
  if (owned.length === 0) return true;
  return wanted.length > 0 && wanted.every((name) => owned.includes(name));
}

/**
 * The same rules in fewer: those that differ in their verbs only are joined, then those that differ in their resources
 * or URLs only. For people to read; what they allow stays the same.
 */
export function compact(rules: readonly Rule[]): readonly Rule[] {
  const byVerbs = joined(rules, 'verbs');
  const byResources = joined(byVerbs, 'resources');
  return joined(byResources, 'nonResourceURLs');
}

/** Lists of a rule multiply each other: joining one list of rules that are equal in the others adds nothing. */
function joined(rules: readonly Rule[], list: keyof Rule): readonly Rule[] {
  const groups = Map.groupBy(rules, (each) => JSON.stringify({ ...each, [list]: each[list].length > 0 }));
  return [...groups.values()].flatMap((same) => {
    const [first] = same;
    return first === undefined
      ? []
      : [{ ...first, [list]: [...new Set(same.flatMap((each) => each[list]))] }];
  });
}
