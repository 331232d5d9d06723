// Access in words: requests, subjects, chains, gaps. What clusters hold was written by others: every name is cleaned.

import { cleanText } from '../foreign-text.ts';
import type { BindingRef, Chain, Dangling, RoleObjectRef } from './access.ts';
import { resourceName } from './discovery.ts';
import type { Unreal } from './real-request.ts';
import type { Attributes, Rule } from './rule.ts';
import type { Gap, Snapshot } from './snapshot.ts';
import type { Subject } from './subject.ts';

/** A name on one line of a terminal. */
export function nameWords(name: string): string {
  return cleanText(name, 120);
}

/** `get pods/log "web" in namespace shop`, `get /metrics`. */
export function requestWords(asked: Attributes): string {
  if (asked.kind === 'non-resource') return `${nameWords(asked.verb)} ${nameWords(asked.path)}`;
  const what = `${nameWords(asked.verb)} ${nameWords(resourceName(asked))}`;
  const name = asked.name === '' ? '' : ` "${nameWords(asked.name)}"`;
  return `${what}${name}${asked.namespace === '' ? '' : ` in namespace ${nameWords(asked.namespace)}`}`;
}

/** `Group oidc:devs`, `ServiceAccount shop/ci`. */
export function subjectWords(subject: Subject): string {
  const name = subject.kind === 'ServiceAccount' ? `${subject.namespace}/${subject.name}` : subject.name;
  return `${subject.kind} ${nameWords(name)}`;
}

/** `RoleBinding shop/read-pods`, `ClusterRole view`. */
export function refWords({ kind, namespace, name }: BindingRef | RoleObjectRef): string {
  return `${kind} ${namespace === '' ? '' : `${nameWords(namespace)}/`}${nameWords(name)}`;
}

/** `get, list on pods, pods/log of apps, named "a"`. */
export function ruleWords({ verbs, apiGroups, resources, resourceNames, nonResourceURLs }: Rule): string {
  const list = (texts: readonly string[]): string => texts.map(nameWords).join(', ');
  const groups = apiGroups.map((group) => (group === '' ? 'the core group' : nameWords(group)));
  const isCore = apiGroups.length === 1 && apiGroups[0] === '';
  const what = [
    ...(resources.length > 0 ? [`${list(resources)}${isCore ? '' : ` of ${groups.join(', ')}`}`] : []),
    ...(nonResourceURLs.length > 0 ? [list(nonResourceURLs)] : []),
  ];
  const names =
    resourceNames.length === 0
      ? ''
      : `, named ${resourceNames.map((each) => `"${nameWords(each)}"`).join(', ')}`;
  return `${list(verbs)} on ${what.join(' and ')}${names}`;
}

/** The way from the subject to the rule, a step a line. */
export function chainSteps({ subject, binding, role, parts, rule }: Chain): readonly string[] {
  const collected = parts.map((part) => `which collects ClusterRole ${nameWords(part)}`);
  return [subjectWords(subject), refWords(binding), refWords(role), ...collected, ruleWords(rule)];
}

/** The API server's own sentence for this chain (rbac.go). */
export function serverReason({ subject, binding, role }: Chain): string {
  const at = binding.namespace === '' ? binding.name : `${binding.name}/${binding.namespace}`;
  const who = subject.kind === 'ServiceAccount' ? `${subject.name}/${subject.namespace}` : subject.name;
  return `RBAC: allowed by ${binding.kind} "${at}" of ${role.kind} "${role.name}" to ${subject.kind} "${who}"`;
}

const unrealSentences: Readonly<Record<Unreal, string>> = {
  'cluster-scoped-in-namespace': 'it is of the whole cluster, and no request for it has a namespace',
  'namespaced-without-namespace': 'a request for it is always about one namespace',
  'namespace-not-in-itself': 'a request for a namespace is about that one',
  'unknown-resource': 'the cluster does not have this resource',
  'verb-not-served': 'the cluster does not offer this verb for it',
  'not-a-method': 'a URL is asked with a method of HTTP in lower case',
};

/** Why the verdict is of no use to anybody. */
export function unrealWords(unreal: Unreal): string {
  return `No request can be this: ${unrealSentences[unreal]}. The answer is the authorizer's all the same.`;
}

const gapNames: Readonly<Record<Gap['what'], string>> = {
  roles: 'Roles',
  clusterroles: 'ClusterRoles',
  rolebindings: 'RoleBindings',
  clusterrolebindings: 'ClusterRoleBindings',
  namespaces: 'Namespaces',
  discovery: 'resources',
  authorizers: 'other authorizers',
};

/** What an answer does not know, gaps of one kind in one line. */
export function gapLines(gaps: readonly Gap[]): readonly string[] {
  const lines = [
    ...Map.groupBy(gaps, ({ what, reason }) => `${gapNames[what]}: ${cleanText(reason, 120)}`),
  ].map(([words, ofIt]) => {
    const places = ofIt.map(({ namespace }) => namespace).filter((namespace) => namespace !== '');
    return places.length === 0 ? words : `${words} in ${someOf(places.map(nameWords).sort(), 3)}`;
  });
  return lines.sort();
}

/** `a, b, c and 5 more`. */
export function someOf(names: readonly string[], limit: number): string {
  if (names.length <= limit + 1) return names.join(', ');
  return `${names.slice(0, limit).join(', ')} and ${(names.length - limit).toLocaleString('en-US')} more`;
}

const shownDangling = 3;

/** Bindings whose role is not there, and, where roles could not be read, those whose role nobody here has seen. */
export function danglingLines(
  dangling: readonly Dangling[],
  { gaps }: Pick<Snapshot, 'gaps'>,
): readonly string[] {
  const lines = dangling.map(({ binding, role }) => {
    const what = `${refWords(binding)} gives ${someOf(binding.subjects.map(subjectWords), 2)} ${refWords(role)}`;
    return isUnseen(role, gaps)
      ? `${what}, which could not be read: it may allow this.`
      : `${what}, which is not there: whoever makes it decides what they may.`;
  });
  const more = lines.length - shownDangling;
  return more <= 0 ? lines : [...lines.slice(0, shownDangling), `… and ${more} more such bindings.`];
}

function isUnseen({ kind, namespace }: RoleObjectRef, gaps: readonly Gap[]): boolean {
  return gaps.some((gap) =>
    kind === 'ClusterRole'
      ? gap.what === 'clusterroles'
      : gap.what === 'roles' && (gap.namespace === '' || gap.namespace === namespace),
  );
}

/** What a question with a name is about, where requests hardly carry one (requestinfo.go). */
export function nameLines(asked: Attributes): readonly string[] {
  const isNameless = asked.kind === 'resource' && ['list', 'watch', 'deletecollection'].includes(asked.verb);
  if (!isNameless || asked.name === '') return [];
  const name = nameWords(asked.name);
  return [
    `A ${asked.verb} carries a name only with --field-selector metadata.name=${name}; without it, ask without "${name}".`,
  ];
}

/** Rows in columns, two spaces apart, the last one ragged; the first row is the heading. */
export function columns(rows: readonly (readonly string[])[]): string {
  const widths = (rows[0] ?? []).map((_, index) =>
    rows.reduce((widest, row) => Math.max(widest, (row[index] ?? '').length), 0),
  );
  return rows
    .map((row) =>
      row.map((cell, index) => (index === row.length - 1 ? cell : cell.padEnd(widths[index] ?? 0))),
    )
    .map((row) => `${row.join('  ').trimEnd()}\n`)
    .join('');
}
