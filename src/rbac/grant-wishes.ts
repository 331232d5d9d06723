// Whom, where and what, as `grant` and `revoke` both take them.

import { Failure } from '../failure.ts';
import { cleanText } from '../foreign-text.ts';
import { type TypedWords, textOf, textsOf } from '../typed-words.ts';
import type { LabelSelector } from './labels.ts';
import { parseRuleWords, type RuleWords } from './rule-words.ts';
import { parseSelector } from './selector-words.ts';

export const subjectOptions = {
  group: { type: 'string', describe: "group as the provider calls it; the cluster's prefix is added" },
  user: { type: 'string', describe: 'user as the provider calls them' },
  serviceaccount: { type: 'string', alias: 'sa', describe: 'service account, NAMESPACE/NAME' },
  'groups-prefix': {
    type: 'string',
    describe: "what the cluster puts before groups ('' for nothing; default: found out)",
  },
  'username-prefix': {
    type: 'string',
    describe: "what the cluster puts before user names ('' for nothing; default: found out)",
  },
} as const;

export const placeOptions = {
  namespace: {
    alias: 'n',
    type: 'string',
    describe: "namespace, or several with commas (default: the context's)",
  },
  'namespace-selector': {
    type: 'string',
    describe: 'every namespace with these labels now, e.g. team=shop',
  },
  cluster: {
    type: 'boolean',
    describe: 'in the whole cluster: every namespace, and what is in none',
  },
} as const;

export const roleOptions = {
  preset: { type: 'string', describe: 'a rule set by its name ("kubectl oidc presets" lists them)' },
  role: { type: 'string', describe: 'a Role that is there' },
  clusterrole: { type: 'string', describe: 'a ClusterRole that is there' },
  verb: { type: 'string', describe: 'verbs, e.g. get,list' },
  resource: { type: 'string', describe: 'resources, e.g. pods,deployments.apps,pods/log' },
  name: { type: 'string', describe: 'only the objects of these names' },
  rule: {
    type: 'string',
    describe: "'VERBS RESOURCES [NAMES]', e.g. 'get,list pods,services'; several times",
  },
  'presets-file': {
    type: 'string',
    completes: 'file',
    describe: "a file with presets of your team's own",
  },
} as const;

/** `prefix` is the flag's, undefined where it was not given. */
export type SubjectWish =
  | { readonly kind: 'User' | 'Group'; readonly typed: string; readonly prefix: string | undefined }
  /** Without a namespace it is of the one that is granted in. */
  | { readonly kind: 'ServiceAccount'; readonly namespace: string | undefined; readonly name: string };

/** Exactly one of --group, --user, --serviceaccount. Fails with `usage`. */
export function parseSubjectWish(words: TypedWords): SubjectWish {
  const given = (['group', 'user', 'serviceaccount'] as const).filter((flag) => isGiven(words, flag));
  const [flag, ...others] = given;
  if (flag === undefined || others.length > 0) {
    throw new Failure(
      'usage',
      flag === undefined ? 'whom this is about was not said' : `--${given.join(' and --')} were given`,
      {
        hint: 'Give one of --group NAME, --user NAME, --serviceaccount NAMESPACE/NAME.',
      },
    );
  }
  const typed = textOf(words, flag) ?? '';
  if (flag === 'serviceaccount') return accountIn(typed);
  // The API server takes any text; what a person cannot read in the plan was not meant.
  if (typed !== cleanText(typed, 1000)) {
    throw new Failure('usage', `--${flag} holds characters that cannot be seen, or spaces around it`, {
      hint: 'Type the name; do not paste it.',
    });
  }
  return flag === 'group'
    ? { kind: 'Group', typed, prefix: prefixIn(words, 'groups-prefix') }
    : { kind: 'User', typed, prefix: prefixIn(words, 'username-prefix') };
}

function isGiven(words: TypedWords, flag: string): boolean {
  return textsOf(words, flag).length > 0;
}

function accountIn(typed: string): SubjectWish {
  const [first = '', second, ...rest] = typed.split(/[/:]/);
  const parts = second === undefined ? [first] : [first, second];
  const isName = (part: string): boolean => /^[a-z0-9]([-a-z0-9.]{0,251}[a-z0-9])?$/.test(part);
  if (rest.length > 0 || !parts.every(isName)) {
    throw new Failure('usage', `--serviceaccount is "${cleanText(typed, 80)}"`, {
      hint: 'Write NAMESPACE/NAME, e.g. shop/ci.',
    });
  }
  return second === undefined
    ? { kind: 'ServiceAccount', namespace: undefined, name: first }
    : { kind: 'ServiceAccount', namespace: first, name: second };
}

/** '' means none; not given is undefined. */
function prefixIn(words: TypedWords, flag: string): string | undefined {
  const value = words[flag];
  return value === '' ? '' : textOf(words, flag);
}

export type PlaceWish =
  | { readonly kind: 'namespaces'; readonly names: readonly string[] }
  | { readonly kind: 'selector'; readonly selector: LabelSelector; readonly typed: string }
  | { readonly kind: 'cluster' }
  /** The context's namespace. */
  | { readonly kind: 'default' }
  /** The whole cluster and every namespace that has bindings, as far as they may be read. */
  | { readonly kind: 'everywhere' };

/** At most one of -n, --namespace-selector, --cluster. Fails with `usage`. */
export function parsePlaceWish(words: TypedWords): PlaceWish {
  const names = listIn(words, 'namespace');
  const selector = textOf(words, 'namespace-selector');
  const isCluster = words.cluster === true;
  const count = [names.length > 0, selector !== undefined, isCluster].filter(Boolean).length;
  if (count > 1) {
    throw new Failure('usage', '-n, --namespace-selector and --cluster do not go together', {
      hint: 'Give one of them.',
    });
  }
  if (isCluster) return { kind: 'cluster' };
  if (selector !== undefined) return { kind: 'selector', selector: parseSelector(selector), typed: selector };
  const odd = names.find((name) => !/^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/.test(name));
  if (odd !== undefined) {
    throw new Failure('usage', `"${cleanText(odd, 80)}" is no name of a namespace`, {
      hint: 'It has lower-case letters, digits and "-" only; --cluster is for the whole cluster.',
    });
  }
  return names.length === 0 ? { kind: 'default' } : { kind: 'namespaces', names: [...new Set(names)] };
}

/** Values of a flag, each a list with commas, several times. */
function listIn(words: TypedWords, flag: string): readonly string[] {
  return textsOf(words, flag)
    .flatMap((each) => each.split(','))
    .filter((each) => each !== '');
}

export type RoleWish =
  | { readonly kind: 'preset'; readonly name: string; readonly names: readonly string[] }
  | { readonly kind: 'role' | 'clusterrole'; readonly name: string }
  | { readonly kind: 'rules'; readonly words: readonly RuleWords[] };

/** What of --preset, --role, --clusterrole, --verb with --resource, and --rule was given. Fails with `usage` for a mixture. */
export function parseRoleWish(words: TypedWords): RoleWish | undefined {
  const given = (['preset', 'role', 'clusterrole'] as const).filter((flag) => isGiven(words, flag));
  const rules = rulesIn(words);
  const ways = [...given.map((flag) => `--${flag}`), ...(rules === undefined ? [] : ['rules'])];
  if (ways.length > 1) {
    throw new Failure('usage', `${ways.join(' and ')} do not go together`, {
      hint: 'Give one of them; a second grant may follow.',
    });
  }
  if (rules !== undefined) return { kind: 'rules', words: rules };
  const [flag] = given;
  const names = listIn(words, 'name');
  if (names.length > 0 && flag !== 'preset') {
    throw new Failure('usage', '--name is for --verb with --resource, and for presets that take names', {
      hint: "A role's own rules say which objects it is about.",
    });
  }
  if (flag === undefined) return undefined;
  const name = textOf(words, flag) ?? '';
  return flag === 'preset' ? { kind: flag, name, names } : { kind: flag, name };
}

function rulesIn(words: TypedWords): readonly RuleWords[] | undefined {
  const [verbs, resources] = [listIn(words, 'verb'), listIn(words, 'resource')];
  if (verbs.length > 0 !== resources.length > 0) {
    throw new Failure('usage', `--${verbs.length > 0 ? 'resource' : 'verb'} is missing`, {
      hint: 'Both make a rule, e.g. --verb get,list --resource pods.',
    });
  }
  const typed = textsOf(words, 'rule').map(parseRuleWords);
  const plain = verbs.length === 0 ? [] : [{ verbs, resources, names: listIn(words, 'name') }];
  const all = [...plain, ...typed];
  return all.length === 0 ? undefined : all;
}
