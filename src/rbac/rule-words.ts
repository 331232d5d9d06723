// Rules as people type them, `get,list pods,services` or `get secrets db-password`, made into rules that the cluster
// understands and that can allow something. What would be dead, or more than it looks, is refused with the fix.

import { Failure } from '../failure.ts';
import { cleanText } from '../foreign-text.ts';
import { type Discovery, partsOf, resourceName } from './discovery.ts';
import { type NamedResource, resolveResource } from './resource-words.ts';
import { type Rule, rule } from './rule.ts';
import { checkVerb, isBindingIn, isVerbOf, nearestVerb, urlVerbs } from './verbs.ts';
import { virtualResourceNamed } from './virtual-resources.ts';

/** One rule as it was typed; a resource that begins with `/` is a URL. */
export type RuleWords = {
  readonly verbs: readonly string[];
  readonly resources: readonly string[];
  readonly names: readonly string[];
};

/** Where the rules will hold, and what was asked for by a flag whose name says what it costs. */
export type RuleWish = {
  readonly discovery: Discovery;
  readonly scope: 'namespace' | 'cluster';
  readonly wildcards: boolean;
  readonly namesWithList: boolean;
};

/** `VERBS RESOURCES [NAMES]`, each a list with commas. Fails with `usage`. */
export function parseRuleWords(typed: string): RuleWords {
  const [verbs = [], resources = [], names = [], ...rest] = typed
    .trim()
    .split(/\s+/)
    .map((part) => part.split(',').filter((each) => each !== ''));
  if (verbs.length > 0 && resources.length > 0 && rest.length === 0) return { verbs, resources, names };
  throw new Failure('usage', `the rule "${cleanText(typed, 120)}" cannot be read`, {
    hint: `Write VERBS RESOURCES [NAMES], e.g. 'get,list pods,services' or 'get secrets db-password'.`,
  });
}

/**
 * The rules, one for each API group, verbs and names, so that no group's resource is given by another's name. Fails with
 * `usage` for what the cluster does not have and what can never allow anything, `refused` for wildcards.
 */
export function rulesOfWords(all: readonly RuleWords[], wish: RuleWish): readonly Rule[] {
  const byKey = new Map<string, Rule>();
  for (const words of all) {
    refuseWildcards(words, wish);
    for (const typed of words.resources) {
      const made = typed.startsWith('/') ? urlRule(words, typed, wish) : resourceRule(words, typed, wish);
      const key = JSON.stringify([made.verbs, made.apiGroups, made.resourceNames]);
      const there = byKey.get(key);
      byKey.set(key, there === undefined ? made : joined(there, made));
    }
  }
  return [...byKey.values()];
}

function joined(left: Rule, right: Rule): Rule {
  const both = (one: readonly string[], other: readonly string[]) => [...new Set([...one, ...other])];
  return {
    ...left,
    resources: both(left.resources, right.resources),
    nonResourceURLs: both(left.nonResourceURLs, right.nonResourceURLs),
  };
}

function refuseWildcards({ verbs, resources }: RuleWords, { wildcards }: RuleWish): void {
  const wide = [...verbs, ...resources].find((each) => each.includes('*'));
  if (wildcards || wide === undefined) return;
  throw new Failure('refused', `"${cleanText(wide, 60)}" gives what is there and what will ever be added`, {
    hint: 'Name verbs and resources one by one; --dangerous-wildcard gives it all the same.',
  });
}

function urlRule({ verbs, names }: RuleWords, url: string, { scope }: RuleWish): Rule {
  if (scope === 'namespace') {
    throw new Failure(
      'usage',
      `the URL ${cleanText(url, 80)} is in no namespace: a Role for it allows nothing`,
      {
        hint: 'Give --cluster instead of a namespace.',
      },
    );
  }
  if (names.length > 0)
    throw new Failure('usage', 'a rule for URLs takes no names', { hint: 'Leave them out.' });
  for (const verb of verbs) checkUrlVerb(verb);
  return rule({ verbs, nonResourceURLs: [url] });
}

function checkUrlVerb(verb: string): void {
  if (verb === '*' || urlVerbs.includes(verb)) return;
  const nearest = nearestVerb(verb, urlVerbs);
  throw new Failure('usage', `"${cleanText(verb, 60)}" is no verb of a URL`, {
    hint: nearest === undefined ? `They are ${urlVerbs.join(', ')}.` : `Did you mean "${nearest}"?`,
  });
}

function resourceRule(words: RuleWords, typed: string, wish: RuleWish): Rule {
  const virtual = words.verbs.map((verb) => virtualResourceNamed({ verb, target: typed }));
  const named = virtual.find((each) => each !== undefined) ?? resolveResource(wish.discovery, typed);
  for (const verb of words.verbs) judgeVerb(named, verb, words.names, wish);
  refuseStarName(words.names);
  return rule({
    verbs: words.verbs,
    apiGroups: [named.group],
    resources: [named.subresource === '' ? named.resource : `${named.resource}/${named.subresource}`],
    resourceNames: words.names,
  });
}

function judgeVerb(named: NamedResource, verb: string, names: readonly string[], wish: RuleWish): void {
  const { known } = named;
  if (known === undefined) return;
  if (!isVerbOf(known, verb)) checkVerb(known, verb);
  refuseOutOfScope(named, verb, wish);
  if (names.length > 0) refuseNames(named, verb, wish);
}

/** Through a Role a namespace itself can be reached of what has no namespace (requestinfo.go), and binding be let. */
function refuseOutOfScope(named: NamedResource, verb: string, { scope }: RuleWish): void {
  const { known, group, resource } = named;
  if (scope === 'cluster' || known === undefined || known.namespaced) return;
  const isItself =
    group === '' && resource === 'namespaces' && ['get', 'update', 'patch', 'delete'].includes(verb);
  if (isItself || isBindingIn({ group, resource, verb })) return;
  const what = resourceName(partsOf(known));
  throw new Failure(
    'usage',
    `${what} is in no namespace: a Role that lets people ${verb} it allows nothing`,
    {
      hint: `Give --cluster instead of a namespace, in a grant of its own.`,
    },
  );
}

const nameless = ['list', 'watch', 'deletecollection'];

function refuseNames({ resource, group, subresource }: NamedResource, verb: string, wish: RuleWish): void {
  const what = resourceName({ group, resource, subresource });
  if (verb === 'create' && subresource === '') {
    throw new Failure(
      'usage',
      `"create" on ${what} with names allows nothing: a new object has no name yet`,
      {
        hint: 'Leave "create" out, or grant it without names.',
      },
    );
  }
  if (!nameless.includes(verb) || wish.namesWithList) return;
  throw new Failure(
    'usage',
    `"${verb}" on ${what} with names is refused to everybody who does not ask for one name`,
    {
      hint: `Leave "${verb}" out; --names-with-list keeps it for clients that send --field-selector metadata.name=NAME.`,
    },
  );
}

function refuseStarName(names: readonly string[]): void {
  const pattern = names.find((each) => each.includes('*'));
  if (pattern === undefined) return;
  throw new Failure(
    'usage',
    `the name "${cleanText(pattern, 80)}" is no pattern: it means an object called exactly that`,
    {
      hint: 'Leave names out for all of them, or give each name.',
    },
  );
}
