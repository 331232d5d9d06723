// Who a binding names, who asks, and when the one means the other.

import { Failure } from '../failure.ts';
import type { Fields } from '../json-fields.ts';
import { objectsIn, textIn } from './raw.ts';

/** A binding's subject after defaulting; a ServiceAccount's namespace is '' only where no namespace can be meant. */
export type Subject =
  | { readonly kind: 'User'; readonly name: string }
  | { readonly kind: 'Group'; readonly name: string }
  | { readonly kind: 'ServiceAccount'; readonly namespace: string; readonly name: string };

/** Who asks, as the API server sees them after authentication: prefixes are part of the names. */
export type Identity = { readonly user: string; readonly groups: readonly string[] };

/** Allowed everything before RBAC is asked; it is in no rule (pkg/kubeapiserver/authorizer/reload.go). */
export const mastersGroup = 'system:masters';
export const anonymousUser = 'system:anonymous';
export const authenticatedGroup = 'system:authenticated';
export const unauthenticatedGroup = 'system:unauthenticated';
export const allServiceAccountsGroup = 'system:serviceaccounts';
const serviceAccountPrefix = 'system:serviceaccount:';
const dnsLabel = /^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/;
/** What the name of a service account is (apimachinery, IsDNS1123Subdomain). */
export const dnsSubdomain = /^(?=.{1,253}$)[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/;

type ServiceAccountName = { readonly namespace: string; readonly name: string };

/** `system:serviceaccount:NAMESPACE:NAME`: the user name of its tokens. */
export function serviceAccountUser({ namespace, name }: ServiceAccountName): string {
  return `${serviceAccountPrefix}${namespace}:${name}`;
}

/** The account behind a user name (apiserver serviceaccount.SplitUsername), undefined for anybody else. */
export function serviceAccountOf(user: string): ServiceAccountName | undefined {
  if (!user.startsWith(serviceAccountPrefix)) return undefined;
  const [namespace = '', name = '', ...rest] = user.slice(serviceAccountPrefix.length).split(':');
  return dnsLabel.test(namespace) && dnsSubdomain.test(name) && rest.length === 0
    ? { namespace, name }
    : undefined;
}

/** The groups that authentication adds to this user by itself, whatever their token says. */
export function impliedGroups({ user, groups }: Identity): readonly string[] {
  if (user === anonymousUser) return [unauthenticatedGroup];
  const ofAccounts = accountGroups({ user, groups });
  const isPlaced = groups.includes(authenticatedGroup) || groups.includes(unauthenticatedGroup);
  return isPlaced ? ofAccounts : [...ofAccounts, authenticatedGroup];
}

/** A group of a namespace's accounts, asked about by itself, has members that are all in the group of all accounts. */
function accountGroups({ user, groups }: Identity): readonly string[] {
  const account = serviceAccountOf(user);
  if (account !== undefined)
    return [allServiceAccountsGroup, `${allServiceAccountsGroup}:${account.namespace}`];
  const isOfAccounts = user === '' && groups.some((group) => group.startsWith(`${allServiceAccountsGroup}:`));
  return isOfAccounts ? [allServiceAccountsGroup] : [];
}

/** The identity as requests carry it: with its implied groups, each group once. */
export function withImpliedGroups(identity: Identity): Identity {
  return { user: identity.user, groups: [...new Set([...identity.groups, ...impliedGroups(identity)])] };
}

/** Whether people are in this group without any token or binding naming it. */
export function isImpliedGroup(group: string): boolean {
  return (
    [authenticatedGroup, unauthenticatedGroup, allServiceAccountsGroup].includes(group) ||
    group.startsWith(`${allServiceAccountsGroup}:`)
  );
}

export function isMaster({ groups }: Identity): boolean {
  return groups.includes(mastersGroup);
}

/**
 * Whether a binding's subject means this identity (rule.go, appliesToUser): names exact, `*` is a letter like any other,
 * a User subject named like an account's user means that account.
 */
export function appliesTo(subject: Subject, identity: Identity): boolean {
  switch (subject.kind) {
    case 'User':
      return identity.user === subject.name;
    case 'Group':
      return identity.groups.includes(subject.name);
    case 'ServiceAccount':
      return subject.namespace !== '' && identity.user === serviceAccountUser(subject);
  }
}

/** The user name or group that has to be the same for `appliesTo`: subjects with one key mean the same people. */
export function subjectKey(subject: Subject): string {
  switch (subject.kind) {
    case 'User':
      return `u:${subject.name}`;
    case 'Group':
      return `g:${subject.name}`;
    case 'ServiceAccount':
      return subject.namespace === '' ? '' : `u:${serviceAccountUser(subject)}`;
  }
}

/** The keys of every subject that means this identity. */
export function identityKeys({ user, groups }: Identity): readonly string[] {
  return [`u:${user}`, ...groups.map((group) => `g:${group}`)];
}

/** The identity of somebody about whom nothing but this is known. */
export function identityOf(subject: Subject): Identity {
  if (subject.kind === 'Group') return { user: '', groups: [subject.name] };
  return { user: subject.kind === 'User' ? subject.name : serviceAccountUser(subject), groups: [] };
}

/**
 * A binding's subjects from JSON. An account without a namespace is of the binding's; a kind that RBAC does not know
 * means nobody, and the server refuses it: it is left out.
 */
export function subjectsIn(value: unknown, bindingNamespace: string): readonly Subject[] {
  return objectsIn(value).flatMap((fields) => subjectIn(fields, bindingNamespace) ?? []);
}

function subjectIn({ kind, name, namespace }: Fields, bindingNamespace: string): Subject | undefined {
  if (typeof name !== 'string') return undefined;
  if (kind === 'User' || kind === 'Group') return { kind, name };
  if (kind !== 'ServiceAccount') return undefined;
  return { kind, namespace: textIn(namespace) || bindingNamespace, name };
}

/** Whoever is asked about on a command line; `me` is for the edge to find out. */
export type SubjectWord = { readonly kind: 'me' } | Subject;

const forms = 'me, group:NAME, user:NAME or sa:NAMESPACE/NAME';

/** `me`, `group:devs`, `user:ann@example.com`, `sa:shop/ci`. Fails with `usage`, saying how it is written. */
export function parseSubjectWord(word: string): SubjectWord {
  if (word === 'me') return { kind: 'me' };
  const colon = word.indexOf(':');
  const [kind, name] = colon < 0 ? ['', word] : [word.slice(0, colon), word.slice(colon + 1)];
  if (name === '') throw subjectFailure(word, `Write ${forms}.`);
  if (kind === 'group' || kind === 'g') return { kind: 'Group', name };
  if (kind === 'user' || kind === 'u') return { kind: 'User', name };
  if (kind === 'sa' || kind === 'serviceaccount') return parseAccount(word, name);
  throw subjectFailure(word, hintFor(word));
}

function parseAccount(word: string, typed: string): Subject {
  const [namespace = '', name = '', ...rest] = typed.split(/[/:]/);
  if (namespace === '' || name === '' || rest.length > 0) {
    throw subjectFailure(word, 'A service account is written sa:NAMESPACE/NAME.');
  }
  return { kind: 'ServiceAccount', namespace, name };
}

/** `system:…` is a name without its kind; a bare word may be any of the three. */
function hintFor(word: string): string {
  const account = serviceAccountOf(word);
  if (account !== undefined) return `Write sa:${account.namespace}/${account.name}.`;
  if (!word.includes(':')) return `Write group:${word} or user:${word}, as the cluster knows them.`;
  return `Write group:${word} or user:${word}; the forms are ${forms}.`;
}

function subjectFailure(word: string, hint: string): Failure {
  return new Failure(
    'usage',
    `"${word}" does not say whether a user, a group or a service account is meant`,
    {
      hint,
    },
  );
}

/** The subject as it is typed. */
export function formatSubject(subject: Subject): string {
  switch (subject.kind) {
    case 'User':
      return `user:${subject.name}`;
    case 'Group':
      return `group:${subject.name}`;
    case 'ServiceAccount':
      return `sa:${subject.namespace}/${subject.name}`;
  }
}
