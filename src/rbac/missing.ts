// What somebody who may not do something would have to be given for it: the smallest rule, and the roles that hold it.

import type { Access } from './access.ts';
import { type RoleObjectRef, refOf } from './chain.ts';
import { type Attributes, allows, type Rule, rule } from './rule.ts';
import type { Role } from './snapshot.ts';

export type Missing = {
  readonly rule: Rule;
  /** Where the binding would have to be: '' for a ClusterRoleBinding. */
  readonly namespace: string;
  /** Roles that allow it and could be bound there, the smallest first. */
  readonly roles: readonly RoleObjectRef[];
};

const shownRoles = 3;

export function missingFor({ snapshot }: Access, asked: Attributes): Missing {
  const namespace = asked.kind === 'resource' ? asked.namespace : '';
  const candidates = [
    ...snapshot.roles.filter((role) => namespace !== '' && role.namespace === namespace),
    ...snapshot.clusterRoles.filter(({ name }) => !name.startsWith('system:')),
  ].filter(({ rules }) => rules.some((each) => allows(each, asked)));
  const roles = candidates.sort((left, right) => sizeOf(left) - sizeOf(right)).slice(0, shownRoles);
  return { rule: smallestRule(asked), namespace, roles: roles.map(refOf) };
}

/** A star counts as more than any list. */
function sizeOf({ rules }: Role): number {
  const count = (list: readonly string[]): number => (list.includes('*') ? 1000 : list.length);
  return rules.reduce(
    (sum, { verbs, resources, nonResourceURLs }) =>
      sum + count(verbs) * (count(resources) + count(nonResourceURLs)),
    0,
  );
}

/** The one rule, with one verb, one resource and at most one name, that allows this. */
export function smallestRule(asked: Attributes): Rule {
  if (asked.kind === 'non-resource') return rule({ verbs: [asked.verb], nonResourceURLs: [asked.path] });
  const { verb, group, resource, subresource, name } = asked;
  return rule({
    verbs: [verb],
    apiGroups: [group],
    resources: [subresource === '' ? resource : `${resource}/${subresource}`],
    resourceNames: name === '' ? [] : [name],
  });
}
