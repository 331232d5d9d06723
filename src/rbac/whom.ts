// Whom a question is about: the words of `can`, and the identity that they come to, with where each group is from.

import { Failure } from '../failure.ts';
import { nearestName } from '../nearest-name.ts';
import { type TypedWords, textOf, textsOf } from '../typed-words.ts';
import type { Access } from './access.ts';
import { nameWords } from './access-words.ts';
import type { Snapshot } from './snapshot.ts';
import {
  type Identity,
  identityOf,
  impliedGroups,
  parseSubjectWord,
  type Subject,
  subjectKey,
  withImpliedGroups,
} from './subject.ts';
import { prefixFor } from './subject-prefix.ts';
import type { Scope } from './who-can.ts';

export const whomOptions = {
  token: { type: 'string', completes: 'file', describe: 'ask about the owner of the ID token in this file' },
  claims: {
    type: 'string',
    completes: 'file',
    describe: 'ask about whoever has the claims in this JSON file',
  },
  'username-claim': { type: 'string', describe: 'which claim becomes the user name (default: sub)' },
  'username-prefix': { type: 'string', describe: 'what the cluster puts before it' },
  'groups-claim': { type: 'string', describe: 'which claim becomes the groups (default: groups)' },
  'groups-prefix': { type: 'string', describe: 'what the cluster puts before them' },
} as const;

/** What was typed of it; undefined: to be learned. */
export type TypedMapping = {
  readonly usernameClaim: string;
  readonly usernamePrefix: string | undefined;
  readonly groupsClaim: string;
  readonly groupsPrefix: string | undefined;
};

/** `groups`: those besides, of `--as-group`. */
export type WhomWords =
  | { readonly kind: 'me' }
  | { readonly kind: 'named'; readonly subject: Subject; readonly groups: readonly string[] }
  | {
      readonly kind: 'token' | 'claims';
      readonly path: string;
      readonly mapping: TypedMapping;
      readonly groups: readonly string[];
    };

/** The words before the question are one subject, or none beside --token and --claims. */
export type WhomAndQuestion = { readonly whom: WhomWords; readonly question: readonly string[] };

/** Fails with `usage`. `--as-group` without `--as` adds groups to the subject. */
export function parseWhom(words: TypedWords, typed: readonly string[]): WhomAndQuestion {
  const groups = textOf(words, 'as') === undefined ? textsOf(words, 'as-group') : [];
  const file = fileOf(words);
  if (file !== undefined) return { whom: { ...file, mapping: mappingOf(words), groups }, question: typed };
  const [first, ...question] = typed;
  refuseMapping(words);
  if (first === undefined) {
    throw new Failure('usage', 'nobody was named', {
      hint: 'Write can me, group:NAME, user:NAME or sa:NAMESPACE/NAME, or give --token or --claims.',
    });
  }
  const subject = parseSubjectWord(first);
  if (subject.kind !== 'me') return { whom: { kind: 'named', subject, groups }, question };
  if (groups.length === 0) return { whom: { kind: 'me' }, question };
  throw new Failure('usage', '--as-group adds groups to somebody who is named, not to "me"', {
    hint: 'Give --as USER too to act as somebody else.',
  });
}

function fileOf(words: TypedWords): { kind: 'token' | 'claims'; path: string } | undefined {
  const token = textOf(words, 'token');
  const claims = textOf(words, 'claims');
  if (token !== undefined && claims !== undefined)
    throw new Failure('usage', '--token and --claims do not go together', { hint: 'Give one of them.' });
  if (token !== undefined) return { kind: 'token', path: token };
  return claims === undefined ? undefined : { kind: 'claims', path: claims };
}

/** An empty prefix is one too: "none". */
function mappingOf(words: TypedWords): TypedMapping {
  const prefix = (flag: string): string | undefined => (words[flag] === '' ? '' : textOf(words, flag));
  return {
    usernameClaim: textOf(words, 'username-claim') ?? 'sub',
    usernamePrefix: prefix('username-prefix'),
    groupsClaim: textOf(words, 'groups-claim') ?? 'groups',
    groupsPrefix: prefix('groups-prefix'),
  };
}

function refuseMapping(words: TypedWords): void {
  const flags = ['username-claim', 'username-prefix', 'groups-claim', 'groups-prefix'];
  const given = flags.find((flag) => words[flag] !== undefined);
  if (given === undefined) return;
  throw new Failure('usage', `--${given} is for claims`, { hint: 'Give them with --token or --claims.' });
}

/** Somebody, with what a person should know of how they came to be. */
export type Whom = {
  /** How answers name them: `Group oidc:devs`. */
  readonly title: string;
  /** With implied groups. */
  readonly identity: Identity;
  /** Whom a grant would be for; undefined where that is not one subject. */
  readonly subject?: Subject;
  /** Where a group comes from, where that is not plain. */
  readonly origins: ReadonlyMap<string, string>;
  readonly notes: readonly string[];
};

/** A subject as bindings name it, with groups besides. */
export function whomNamed(title: string, subject: Subject, groups: readonly string[]): Whom {
  const { user, groups: own } = identityOf(subject);
  return { ...whomOf(title, { user, groups: [...own, ...groups] }), subject };
}

/** Adds implied groups, and says of them that they are. */
export function whomOf(
  title: string,
  identity: Identity,
  origins: readonly (readonly [group: string, origin: string])[] = [],
): Whom {
  const implied = impliedGroups(identity).map((group) => [group, 'added to every login'] as const);
  return {
    title,
    identity: withImpliedGroups(identity),
    origins: new Map([...implied, ...origins]),
    notes: [],
  };
}

/** What the cluster puts before names, as said or as its bindings show, with a sentence about what was found out. */
export function learnedPrefix(
  kind: 'User' | 'Group',
  name: string,
  { given, snapshot }: { readonly given: string | undefined; readonly snapshot: Snapshot },
): { readonly prefix: string; readonly notes: readonly string[] } {
  if (given !== undefined) return { prefix: given, notes: [] };
  const bound = [...snapshot.clusterRoleBindings, ...snapshot.roleBindings].flatMap(
    ({ subjects }) => subjects,
  );
  const evidence = { claims: undefined, seen: { user: '', groups: [] }, bound };
  const { prefix, from } = prefixFor(kind, name, { given, evidence });
  const [names, flag] = kind === 'User' ? ['user names', 'username-prefix'] : ['groups', 'groups-prefix'];
  const found =
    from === 'bindings' && prefix !== ''
      ? `The prefix of ${names} is taken to be "${nameWords(prefix)}", as bindings have it`
      : `No prefix of ${names} was found in bindings`;
  return { prefix, notes: [`${found}; --${flag} says otherwise.`] };
}

/** Where no binding names this subject but one names another that may have been meant. */
export function unboundNote({ snapshot }: Access, subject: Subject, scope: Scope): readonly string[] {
  const key = subjectKey(subject);
  const names = new Set<string>();
  for (const { subjects } of [...snapshot.clusterRoleBindings, ...snapshot.roleBindings]) {
    for (const each of subjects) {
      if (subjectKey(each) === key) return [];
      if (each.kind === subject.kind) names.add(each.name);
    }
  }
  // Of the cluster's bindings alone most groups are none.
  const similar = scope.kind === 'cluster' ? [] : [...names];
  const meant = prefixed(subject.name, names) ?? nearestName(subject.name, similar);
  if (subject.kind === 'ServiceAccount' || meant === undefined || meant === subject.name) return [];
  return [
    `No binding that was read names the ${subject.kind.toLowerCase()} "${nameWords(subject.name)}"; did you mean ${subject.kind.toLowerCase()}:${nameWords(meant)}?`,
  ];
}

/** The same name with what the cluster puts before it. */
function prefixed(name: string, names: ReadonlySet<string>): string | undefined {
  return [...names].find((each) => each.endsWith(name) && /[:#/]$/.test(each.slice(0, -name.length)));
}
