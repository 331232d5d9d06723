// Rules, and words in them, that can never allow what they seem to: refused in what we write, reported in what is there.

import { knownParts } from './dead-names.ts';
import {
  type DeadPart,
  isStarAfterSlash,
  isVersioned,
  part,
  type RulePlace,
  withoutVersion,
} from './dead-part.ts';
import type { ApiResource } from './discovery.ts';
import type { Rule } from './rule.ts';
import type { Subject } from './subject.ts';
import { collectionVerbs, urlVerbs } from './verbs.ts';

/** What is dead in this rule there; of a cross product only words that no other word of the rule brings to life. */
export function deadParts(rule: Rule, { scope, resources: known }: RulePlace): readonly DeadPart[] {
  if (rule.nonResourceURLs.length > 0) return urlParts(rule, scope);
  const starred = rule.resources.filter(isStarAfterSlash);
  return [
    ...starred.map((word) => part('star-after-slash', word, subresourcesOf(known ?? [], word))),
    ...rule.apiGroups
      .filter(isVersioned)
      .map((word) => part('group-with-version', word, [withoutVersion(word)])),
    ...nameParts(rule),
    ...(known === undefined ? [] : knownParts(rule, known, scope)),
  ];
}

/** A group, or a user, that lacks what the cluster puts before every name of its OIDC provider. */
export function deadSubject(
  subject: Subject,
  prefix: { readonly user: string; readonly group: string },
): DeadPart | undefined {
  if (subject.kind === 'ServiceAccount' || subject.name.startsWith('system:')) return undefined;
  const wanted = subject.kind === 'Group' ? prefix.group : prefix.user;
  if (wanted === '' || subject.name.startsWith(wanted)) return undefined;
  // Other authenticators may know that name: client certificates, webhooks.
  return { ...part('without-prefix', subject.name, [`${wanted}${subject.name}`]), dead: false };
}

function urlParts({ nonResourceURLs, verbs }: Rule, scope: RulePlace['scope']): readonly DeadPart[] {
  const misplaced = scope === 'namespace' ? nonResourceURLs : [];
  const odd = verbs.filter((verb) => verb !== '*' && !urlVerbs.includes(verb));
  return [
    ...misplaced.map((url) => part('url-in-namespace', url)),
    ...odd.map((verb) =>
      part('url-verb', verb, [urlVerbs.find((each) => each === verb.toLowerCase()) ?? methodOf(verb)]),
    ),
  ];
}

/** The method with which the verbs of resources are asked. */
function methodOf(verb: string): string | undefined {
  if (['list', 'watch', 'read'].includes(verb)) return 'get';
  return verb === 'create' ? 'post' : verb === 'update' ? 'put' : undefined;
}

function subresourcesOf(known: readonly ApiResource[], starred: string): readonly string[] {
  const names = known.map(({ name }) => name).filter((name) => name.startsWith(starred.slice(0, -1)));
  return [...new Set(names)];
}

function nameParts({ resourceNames, resources, verbs }: Rule): readonly DeadPart[] {
  const named = resourceNames.filter((name) => name !== '');
  if (named.length === 0) return [];
  const isOfObjects = resources.some((resource) => !resource.includes('/'));
  const byName = verbs.includes('patch') || verbs.includes('update') || verbs.includes('*');
  const create = { ...part('name-with-create', 'create'), dead: !byName && !resourceNames.includes('') };
  const listing = verbs.filter((verb) => collectionVerbs.includes(verb));
  return [
    ...(named.includes('*') ? [part('name-star', '*')] : []),
    ...(isOfObjects && verbs.includes('create') && !resourceNames.includes('') ? [create] : []),
    ...(isOfObjects && !resourceNames.includes('') ? listing : []).map((verb) => ({
      ...part('name-with-list', verb),
      dead: false,
    })),
  ];
}
