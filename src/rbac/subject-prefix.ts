// What the cluster puts before the names of users and groups that come from the OpenID Connect provider. The API server
// concatenates it verbatim: a binding to a name without it matches nobody.

import { Failure } from '../failure.ts';
import { cleanText } from '../foreign-text.ts';
import type { Identity, Subject } from './subject.ts';

/** What is known of it: the login's claims beside what the cluster made of them, and whom bindings name. */
export type PrefixEvidence = {
  /** undefined: who asks does not sign in with this plugin, or is not signed in. */
  readonly claims: { readonly groups: readonly string[]; readonly names: readonly string[] } | undefined;
  readonly seen: Identity;
  readonly bound: readonly Subject[];
};

/** `from` says why: a flag, the caller's own login, the names in other bindings, or nothing that tells. */
export type AppliedPrefix = {
  readonly prefix: string;
  readonly from: 'flag' | 'typed' | 'login' | 'bindings' | 'nothing';
};

type Kind = 'User' | 'Group';
const flags = { User: 'username-prefix', Group: 'groups-prefix' } as const;

/**
 * What belongs before a typed name: `given` where the flag says so, else what the caller's login shows, else what all
 * other bindings have. Fails with `usage` where bindings name some with a prefix and some without.
 */
export function prefixFor(
  kind: Kind,
  typed: string,
  { given, evidence }: { readonly given: string | undefined; readonly evidence: PrefixEvidence },
): AppliedPrefix {
  if (given !== undefined) return { prefix: typed.startsWith(given) ? '' : given, from: 'flag' };
  if (typed.startsWith('system:')) return { prefix: '', from: 'typed' };
  const shown = shownByLogin(kind, evidence);
  if (shown !== undefined) return { prefix: typed.startsWith(shown) ? '' : shown, from: 'login' };
  return shownByBindings(kind, typed, namesOf(kind, evidence.bound));
}

/** The text that stands before every claim of the login in what the cluster sees; undefined where nothing is to compare. */
function shownByLogin(kind: Kind, { claims, seen }: PrefixEvidence): string | undefined {
  if (claims === undefined) return undefined;
  if (kind === 'User') {
    const name = claims.names.find((each) => each !== '' && seen.user.endsWith(each));
    return name === undefined ? undefined : seen.user.slice(0, seen.user.length - name.length);
  }
  const [first] = claims.groups;
  if (first === undefined) return undefined;
  return seen.groups
    .filter((group) => group.endsWith(first))
    .map((group) => group.slice(0, group.length - first.length))
    .find((prefix) => claims.groups.every((each) => seen.groups.includes(prefix + each)));
}

function namesOf(kind: Kind, subjects: readonly Subject[]): readonly string[] {
  const names = subjects.filter((each) => each.kind === kind).map(({ name }) => name);
  return [...new Set(names)].filter((name) => !name.startsWith('system:'));
}

// `oidc:`, and `https://issuer#`, which kube-apiserver takes by itself for user names that are no e-mail address.
const prefixPattern = /^(?:https?:\/\/[^#]*#|[A-Za-z][\w.-]*:)/;

function shownByBindings(kind: Kind, typed: string, names: readonly string[]): AppliedPrefix {
  if (names.includes(typed)) return { prefix: '', from: 'typed' };
  const found = names.map((name) => prefixPattern.exec(name)?.[0] ?? '');
  const [prefix = '', ...others] = [...new Set(found)];
  if (names.length === 0) return { prefix: '', from: 'nothing' };
  const own = prefixPattern.exec(typed)?.[0];
  if (own !== undefined && found.includes(own)) return { prefix: '', from: 'typed' };
  if (others.length === 0) return { prefix, from: 'bindings' };
  const bound = [...new Set(found)].find((each) => each !== '' && names.includes(each + typed));
  if (bound !== undefined) return { prefix: bound, from: 'bindings' };
  const example = [prefix, ...others].find((each) => each !== '') ?? '';
  const flag = flags[kind];
  throw new Failure(
    'usage',
    `whether the cluster knows the ${kind.toLowerCase()} "${cleanText(typed, 80)}" with a prefix is not clear: bindings name some with, some without`,
    {
      hint: `Give --${flag} '${cleanText(example, 60)}', or --${flag} '' for none; "kubectl auth whoami" of a member tells.`,
    },
  );
}
