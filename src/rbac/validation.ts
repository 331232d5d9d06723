// What the API server refuses to store, whoever writes it (pkg/apis/rbac/validation): told before a write, and of
// manifests that were never applied.

import type { Rule } from './rule.ts';
import type { Binding, Role } from './snapshot.ts';
import { dnsSubdomain, type Subject } from './subject.ts';

export type InvalidKind =
  | 'name'
  | 'no-verb'
  | 'no-group'
  | 'no-resource'
  | 'url-and-resource'
  | 'url-in-role'
  | 'role-in-cluster-binding'
  | 'no-role-name'
  | 'no-subject-name'
  | 'account-name'
  | 'account-without-namespace'
  | 'no-selector';

/** `word` is the offending name; '' where something is missing. */
export type Invalid = { readonly kind: InvalidKind; readonly word: string };

/** Why the server will not store this; nothing where it will. */
export function invalidIn(object: Role | Binding): readonly Invalid[] {
  const named = isPathSegment(object.name) ? [] : [invalid('name', object.name)];
  return [...named, ...('rules' in object ? invalidRole(object) : invalidBinding(object))];
}

function invalid(kind: InvalidKind, word = ''): Invalid {
  return { kind, word };
}

/** Names of roles and bindings may hold anything that can stand between two slashes. */
function isPathSegment(name: string): boolean {
  return name !== '' && name !== '.' && name !== '..' && !/[/%]/.test(name);
}

function invalidRole({ kind, rules, aggregates }: Role): readonly Invalid[] {
  const selectors = aggregates?.length === 0 ? [invalid('no-selector')] : [];
  return [...selectors, ...rules.flatMap((rule) => invalidRule(rule, kind))];
}

function invalidRule(
  { verbs, apiGroups, resources, resourceNames, nonResourceURLs }: Rule,
  kind: Role['kind'],
): readonly Invalid[] {
  const withoutVerb = verbs.length === 0 ? [invalid('no-verb')] : [];
  const [url] = nonResourceURLs;
  if (url !== undefined) {
    const isMixed = apiGroups.length + resources.length + resourceNames.length > 0;
    return [
      ...withoutVerb,
      ...(kind === 'Role' ? [invalid('url-in-role', url)] : []),
      ...(isMixed ? [invalid('url-and-resource', url)] : []),
    ];
  }
  return [
    ...withoutVerb,
    ...(apiGroups.length === 0 ? [invalid('no-group')] : []),
    ...(resources.length === 0 ? [invalid('no-resource')] : []),
  ];
}

function invalidBinding({ kind, roleRef, subjects }: Binding): readonly Invalid[] {
  const isMisplaced = kind === 'ClusterRoleBinding' && roleRef.kind === 'Role';
  const role =
    roleRef.name === ''
      ? [invalid('no-role-name')]
      : isPathSegment(roleRef.name)
        ? []
        : [invalid('name', roleRef.name)];
  return [
    ...(isMisplaced ? [invalid('role-in-cluster-binding', roleRef.name)] : []),
    ...role,
    ...subjects.flatMap((subject) => invalidSubject(subject)),
  ];
}

function invalidSubject(subject: Subject): readonly Invalid[] {
  if (subject.name === '') return [invalid('no-subject-name')];
  if (subject.kind !== 'ServiceAccount') return [];
  const named = dnsSubdomain.test(subject.name) ? [] : [invalid('account-name', subject.name)];
  return subject.namespace === '' ? [...named, invalid('account-without-namespace', subject.name)] : named;
}
