// What people read about access: every sentence of this room in one place. Names that others chose lose what a terminal
// would obey.

import { cleanText } from '../foreign-text.ts';
import type { BindingRef, Chain, RoleObjectRef } from './chain.ts';
import type { DeadPart } from './dead-part.ts';
import { resourceName } from './discovery.ts';
import type { Refusal } from './escalation.ts';
import type { Unreal } from './real-request.ts';
import type { Attributes, Rule } from './rule.ts';
import type { Gap } from './snapshot.ts';
import {
  allServiceAccountsGroup,
  anonymousUser,
  authenticatedGroup,
  mastersGroup,
  type Subject,
  unauthenticatedGroup,
} from './subject.ts';
import type { Invalid } from './validation.ts';

/** `group "oidc:devs"`, `user "ann"`, `service account shop/ci`; a group that people are in by themselves is told. */
export function describeSubject(subject: Subject): string {
  const name = cleanText(subject.name);
  if (subject.kind === 'ServiceAccount') return `service account ${cleanText(subject.namespace)}/${name}`;
  if (subject.kind === 'User') return `user "${name}"`;
  const about = groupWords(subject.name);
  return `group "${name}"${about === undefined ? '' : ` (${about})`}`;
}

/** Who is in a group that no token names; undefined for any other. */
export function groupWords(group: string): string | undefined {
  if (group === authenticatedGroup) return 'everybody who is authenticated';
  if (group === unauthenticatedGroup) return `requests without credentials, as ${anonymousUser}`;
  if (group === allServiceAccountsGroup) return 'every service account';
  if (group.startsWith(`${allServiceAccountsGroup}:`)) return 'every service account of that namespace';
  return group === mastersGroup ? 'allowed everything, whatever RBAC says' : undefined;
}

/** `ClusterRole edit`, `RoleBinding shop/devs`. */
export function describeRef({ kind, namespace, name }: BindingRef | RoleObjectRef): string {
  return `${kind} ${namespace === '' ? '' : `${cleanText(namespace)}/`}${cleanText(name)}`;
}

/** `get, list on pods, deployments.apps named "a"`; `get on /metrics`. */
export function describeRule({ verbs, apiGroups, resources, resourceNames, nonResourceURLs }: Rule): string {
  const named = resourceNames.map((name) => (name === '' ? 'without a name' : `named "${cleanText(name)}"`));
  const pairs = apiGroups.flatMap((group) => resources.map((resource) => describeResource(group, resource)));
  const urls = nonResourceURLs.map((url) => (url === '*' ? 'every URL' : url));
  const what = [...new Set([...pairs, ...urls])];
  return `${list(verbs, 'every verb')} on ${list(what, 'every resource')}${named.length === 0 ? '' : ` ${named.join(' or ')}`}`;
}

function list(words: readonly string[], star: string): string {
  return words.map((word) => (word === '*' ? star : cleanText(word))).join(', ');
}

function describeResource(group: string, written: string): string {
  if (group === '*') return written === '*' ? '*' : `${written} of any group`;
  if (written === '*' && group === '') return 'every resource of the core group';
  const [resource = '', ...below] = written.split('/');
  return resourceName({ group, resource, subresource: below.join('/') });
}

/** `get pods/log named "a" in namespace shop`, `get /metrics`. */
export function describeAttributes(asked: Attributes): string {
  if (asked.kind === 'non-resource') return `${cleanText(asked.verb)} ${cleanText(asked.path)}`;
  const name = asked.name === '' ? '' : ` named "${cleanText(asked.name)}"`;
  const place = asked.namespace === '' ? '' : ` in namespace ${cleanText(asked.namespace)}`;
  return `${cleanText(asked.verb)} ${cleanText(resourceName(asked))}${name}${place}`;
}

/** The whole way in one line, its steps parted by arrows. */
export function describeChain({ subject, binding, role, parts, rule }: Chain): string {
  const collected = parts.map((name) => `ClusterRole ${cleanText(name)}`);
  return [
    describeSubject(subject),
    describeRef(binding),
    describeRef(role),
    ...collected,
    describeRule(rule),
  ].join(' → ');
}

/** `rolebindings in namespace shop could not be read (forbidden)`. */
export function describeGap({ what, namespace, reason }: Gap): string {
  if (what === 'authorizers') return `other authorizers decide beside RBAC (${cleanText(reason)})`;
  const place = namespace === '' ? '' : ` in namespace ${cleanText(namespace)}`;
  return `${what}${place} could not be read (${cleanText(reason)})`;
}

/** Why no request asks that, whatever the authorizer says. */
export const unrealWords = {
  'cluster-scoped-in-namespace':
    'no real request asks this: the resource has no namespace, so RoleBindings never count for it',
  'namespaced-without-namespace': 'no real request asks this: the resource is always in a namespace',
  'namespace-not-in-itself':
    'a real request asks this in the namespace itself, where its RoleBindings count too: say -n with its name',
  'unknown-resource': 'the cluster has no such resource',
  'verb-not-served': 'the cluster serves no such verb on that resource',
  'not-a-method': 'requests for URLs have the methods of HTTP as verbs, in lower case',
} as const satisfies Record<Unreal, string>;

const deadWords: Readonly<Record<DeadPart['kind'], (word: string) => string>> = {
  'star-after-slash': (word) => `"${word}" matches nothing: a star stands before the slash only`,
  'group-with-version': (word) =>
    `"${word}" is no API group: rules name groups without version, the core group is ""`,
  'unknown-group': (word) => `the cluster has no API group "${word}"`,
  'unknown-resource': (word) => `the cluster has no resource "${word}" in these groups`,
  'resource-of-other-group': (word) => `"${word}" is in another API group`,
  'unknown-subresource': (word) => `the cluster has no subresource "${word}"`,
  'verb-case': (word) => `"${word}" matches nothing: verbs are in lower case`,
  'unknown-verb': (word) => `"${word}" is no verb of these resources`,
  'name-with-create': () => 'a create carries no name, so a rule with names never allows it',
  'name-with-list': (word) => `${word} is allowed only with --field-selector metadata.name=NAME`,
  'name-star': () => 'a name is never a pattern: "*" is the object named *',
  'cluster-resource-in-namespace': (word) =>
    `"${word}" has no namespace: through a RoleBinding it is never allowed`,
  'url-in-namespace': (word) => `${word} has no namespace: only a ClusterRoleBinding allows it`,
  'url-verb': (word) => `"${word}" is no method of HTTP in lower case`,
  'without-prefix': (word) =>
    `the cluster puts a prefix before names of its provider: "${word}" is nobody there`,
};

const deadFixes: Readonly<Partial<Record<DeadPart['kind'], string>>> = {
  'group-with-version': 'Write "" for the core group.',
  'name-with-create': 'Put create into a rule of its own, without names, or create by server-side apply.',
  'name-with-list': 'Leave it if that is meant, else put it into a rule without names.',
  'name-star': 'Leave resourceNames out for all objects.',
  'cluster-resource-in-namespace': 'Use a ClusterRole and a ClusterRoleBinding.',
  'url-in-namespace': 'Use a ClusterRole and a ClusterRoleBinding.',
};

/** What is wrong, and what to write. */
export function describeDead(part: DeadPart): { readonly what: string; readonly fix: string } {
  const { kind, word, instead } = part;
  const aside =
    kind === 'name-with-create' && !part.dead ? '; only a server-side apply of that name may create it' : '';
  const meant = instead.filter((each) => each !== '').map((each) => `"${cleanText(each)}"`);
  const proposal = meant.length === 0 ? 'Take it out.' : `Write ${meant.slice(0, 6).join(' or ')}.`;
  return {
    what: deadWords[kind](cleanText(word)) + aside,
    fix: meant.length === 0 ? (deadFixes[kind] ?? proposal) : proposal,
  };
}

const invalidWords: Readonly<Record<Invalid['kind'], (word: string) => string>> = {
  name: (word) => `"${word}" is no name: it may not be empty, ".", "..", or hold "/" or "%"`,
  'no-verb': () => 'a rule needs a verb',
  'no-group': () => 'a rule for resources needs an API group; the core group is ""',
  'no-resource': () => 'a rule needs a resource or a URL',
  'url-and-resource': (word) => `a rule is for resources or for URLs, and ${word} is a URL`,
  'url-in-role': (word) => `${word} has no namespace: only a ClusterRole may name URLs`,
  'role-in-cluster-binding': (word) =>
    `a ClusterRoleBinding refers to a ClusterRole, and "${word}" is a Role`,
  'no-role-name': () => 'a binding needs the name of a role',
  'no-subject-name': () => 'a subject needs a name',
  'account-name': (word) => `"${word}" is no name of a service account`,
  'account-without-namespace': (word) =>
    `service account "${word}" needs its namespace in a ClusterRoleBinding`,
  'no-selector': () => 'an aggregationRule needs a selector',
};

/** Why the server will not store an object. */
export function describeInvalid({ kind, word }: Invalid): string {
  return invalidWords[kind](cleanText(word));
}

/** Why the server will refuse a write, and what would help. */
export function describeRefusal(refusal: Refusal): { readonly what: string; readonly help: string } {
  if (refusal.kind === 'verb') {
    return { what: `you may not ${describeAttributes(refusal.asked)}`, help: 'Ask somebody who may.' };
  }
  const help = `Hold it yourself, or be allowed to ${describeAttributes(refusal.instead)}.`;
  if (refusal.kind === 'rules') {
    return {
      what: `you may not hand out what you do not hold: ${refusal.uncovered.map(describeRule).join('; ')}`,
      help,
    };
  }
  if (refusal.kind === 'no-role') {
    const may = `Make the role first, or be allowed to ${describeAttributes(refusal.instead)}.`;
    return { what: `there is no role "${cleanText(refusal.name)}" to bind`, help: may };
  }
  return {
    what: 'a role that collects others may grow to anything: only who holds everything may set it',
    help,
  };
}
