// Names in a rule that the cluster does not have, or not there: groups, resources, subresources, verbs.

import { nearestName } from '../nearest-name.ts';
import {
  type DeadPart,
  isStarAfterSlash,
  isVersioned,
  part,
  type RulePlace,
  withoutVersion,
} from './dead-part.ts';
import { type ApiResource, partsOf } from './discovery.ts';
import type { Rule } from './rule.ts';
import { collectionVerbs, isVerbOf, nearestVerb } from './verbs.ts';

/** What is wrong with the names of a rule for resources, of a cluster whose `nameableResources` are known. */
export function knownParts(
  rule: Rule,
  known: readonly ApiResource[],
  scope: RulePlace['scope'],
): readonly DeadPart[] {
  // Judged as it is meant: a group with its version is told already.
  const groups = rule.apiGroups.map((group) => (isVersioned(group) ? withoutVersion(group) : group));
  const ofGroups = known.filter(({ group }) => matches(groups, group));
  const unknownGroups = groups.filter(
    (group) => group !== '*' && !known.some((each) => each.group === group),
  );
  const judged = rule.resources.filter((resource) => !isStarAfterSlash(resource));
  const named = judged.map((resource) => ({
    resource,
    found: ofGroups.filter((each) => isNamed(each, resource)),
  }));
  const missing = unknownGroups.length > 0 ? [] : named.filter(({ found }) => found.length === 0);
  const found = named.flatMap((each) => each.found);
  return [
    ...unknownGroups.map((group) => part('unknown-group', group, [nearestName(group, groupsOf(known))])),
    ...missing.map(({ resource }) => missingPart(resource, known, ofGroups)),
    ...(scope === 'namespace' ? named.flatMap((each) => misplaced(each, rule)) : []),
    ...(found.length === 0 || unknownGroups.length > 0
      ? []
      : rule.verbs.flatMap((verb) => verbPart(verb, found))),
  ];
}

function matches(list: readonly string[], word: string): boolean {
  return list.includes('*') || list.includes(word);
}

function groupsOf(known: readonly ApiResource[]): readonly string[] {
  return [...new Set(known.map(({ group }) => group))].filter((group) => group !== '');
}

/** As the authorizer matches; keys below `userextras` are anybody's. */
function isNamed({ name }: ApiResource, written: string): boolean {
  if (written === '*' || written === name) return true;
  if (written.startsWith('userextras/')) return name === 'userextras';
  return written.startsWith('*/') && name.endsWith(written.slice(1));
}

function missingPart(
  resource: string,
  known: readonly ApiResource[],
  ofGroups: readonly ApiResource[],
): DeadPart {
  const elsewhere = known.filter((each) => each.name === resource).map(({ group }) => group);
  if (elsewhere.length > 0) return part('resource-of-other-group', resource, elsewhere);
  const names = ofGroups.map(({ name }) => name);
  const parent = resource.slice(0, resource.indexOf('/'));
  if (resource.includes('/') && (parent === '*' || names.includes(parent))) {
    const below = names.filter((name) => name.includes('/'));
    const spellings = parent === '*' ? below.map((name) => `*${name.slice(name.indexOf('/'))}`) : below;
    return part('unknown-subresource', resource, [nearestName(resource, spellings)]);
  }
  const byWord = ofGroups.find(
    ({ singular, shortNames, kind }) =>
      singular === resource || shortNames.includes(resource) || kind === resource,
  );
  return part('unknown-resource', resource, [byWord?.name ?? nearestName(resource, names)]);
}

type Named = { readonly resource: string; readonly found: readonly ApiResource[] };

/**
 * All that the word means has no namespace. Two are asked about in one: a namespace by its own name, unless by list or
 * create (row 4), and whether a ClusterRole may be bound there (row 26).
 */
function misplaced({ resource, found }: Named, { verbs }: Rule): readonly DeadPart[] {
  if (resource === '*' || found.length === 0 || found.some(({ namespaced }) => namespaced)) return [];
  const isByName = verbs.some((verb) => !['create', ...collectionVerbs].includes(verb));
  const isBinding = verbs.includes('bind') || verbs.includes('*');
  const isAsked = found.some((each) => {
    const { resource: name } = partsOf(each);
    return (
      (each.group === '' && name === 'namespaces' && isByName) || (each.name === 'clusterroles' && isBinding)
    );
  });
  return isAsked ? [] : [part('cluster-resource-in-namespace', resource)];
}

function verbPart(verb: string, found: readonly ApiResource[]): readonly DeadPart[] {
  if (found.some((each) => isVerbOf(each, verb))) return [];
  const known = [...new Set(found.flatMap(({ verbs }) => verbs))];
  const isCase = known.includes(verb.toLowerCase());
  return [part(isCase ? 'verb-case' : 'unknown-verb', verb, [nearestVerb(verb, known)])];
}
