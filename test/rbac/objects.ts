// Short ways to write RBAC objects as the API has them.

import { type Access, accessOf, judge, type Verdict } from '../../src/rbac/access.ts';
import { snapshotOfObjects } from '../../src/rbac/objects.ts';
import { type Attributes, type ResourceAttributes, resourceAttributes } from '../../src/rbac/rule.ts';
import type { Snapshot } from '../../src/rbac/snapshot.ts';
import { type Identity, identityOf, parseSubjectWord } from '../../src/rbac/subject.ts';

const apiVersion = 'rbac.authorization.k8s.io/v1';

/** `get,list pods,pods/log apps [a,b]`: verbs, resources, then groups (core where none), then names. */
export function ruleOf(words: string): object {
  const [verbs = '', resources = '', ...rest] = words.split(' ');
  if (resources.startsWith('/')) return { verbs: verbs.split(','), nonResourceURLs: resources.split(',') };
  const names = rest.find((each) => each.startsWith('['));
  const groups = rest.find((each) => !each.startsWith('['));
  return {
    verbs: verbs.split(','),
    resources: resources.split(','),
    apiGroups:
      groups === undefined ? [''] : groups.split(',').map((group) => (group === 'core' ? '' : group)),
    ...(names !== undefined && { resourceNames: names.slice(1, -1).split(',') }),
  };
}

export function role(at: string, ...rules: readonly string[]): object {
  const [namespace, name] = at.split('/');
  return { apiVersion, kind: 'Role', metadata: { namespace, name }, rules: rules.map(ruleOf) };
}

export function clusterRole(name: string, ...rules: readonly string[]): object {
  return { apiVersion, kind: 'ClusterRole', metadata: { name }, rules: rules.map(ruleOf) };
}

/** A ClusterRole with this label, or one that collects by it. */
export function part(name: string, label: string, ...rules: readonly string[]): object {
  return { ...clusterRole(name, ...rules), metadata: { name, labels: { [label]: 'true' } } };
}
export function collecting(name: string, collects: string, labels: Record<string, string> = {}): object {
  const aggregationRule = { clusterRoleSelectors: [{ matchLabels: { [collects]: 'true' } }] };
  return { apiVersion, kind: 'ClusterRole', metadata: { name, labels }, aggregationRule, rules: null };
}

/** `shop/name` to `role:x` or `clusterrole:x`; without a namespace a ClusterRoleBinding. Subjects as people type them. */
export function binding(at: string, roleRef: string, ...subjects: readonly string[]): object {
  const [namespace, name] = at.includes('/') ? at.split('/') : [undefined, at];
  const [kind, roleName] = roleRef.split(/:(.*)/s);
  return {
    apiVersion,
    kind: namespace === undefined ? 'ClusterRoleBinding' : 'RoleBinding',
    metadata: { ...(namespace !== undefined && { namespace }), name },
    roleRef: { kind: kind === 'role' ? 'Role' : 'ClusterRole', name: roleName },
    subjects: subjects.map((word) => parseSubjectWord(word)),
  };
}

export function access(...objects: readonly object[]): Access {
  return accessOf(snapshotOfObjects(objects, { aggregated: 'here' }));
}

export function accessWith(parts: Partial<Snapshot>, ...objects: readonly object[]): Access {
  return accessOf({ ...snapshotOfObjects(objects, { aggregated: 'here' }), ...parts });
}

/** `get pods/log.v1 name -n shop` is `asked('get pods/log', {name, namespace})`; `get /metrics` is a URL. */
export function asked(words: string, more: Partial<ResourceAttributes> = {}): Attributes {
  const [verb = '', what = ''] = words.split(' ');
  if (what.startsWith('/')) return { kind: 'non-resource', verb, path: what };
  const [named = '', subresource = ''] = what.split('/');
  const dot = named.indexOf('.');
  const [resource, group] = dot < 0 ? [named, ''] : [named.slice(0, dot), named.slice(dot + 1)];
  return { ...resourceAttributes({ verb, resource, group, subresource }), ...more };
}

export function who(word: string): Identity {
  const subject = parseSubjectWord(word);
  return subject.kind === 'me' ? { user: 'me', groups: [] } : identityOf(subject);
}

export function verdict(by: Access, word: string, question: Attributes): Verdict {
  return judge(by, who(word), question);
}
