// What a single RBAC rule allows, and which rules cover others: the API server's own predicates, on plain values.
// Lives in this room: decisions about access. No package, no `node:` module, no clock, nothing that asks a cluster.

import { type Fields, isFields } from '../json-fields.ts';
import { stringsIn } from './raw.ts';

/** PolicyRule of rbac.authorization.k8s.io/v1, every list there, empty where the object had none. */
export type Rule = {
  readonly verbs: readonly string[];
  readonly apiGroups: readonly string[];
  readonly resources: readonly string[];
  readonly resourceNames: readonly string[];
  readonly nonResourceURLs: readonly string[];
};

/**
 * What an authorizer is asked about a resource (authorization.k8s.io/v1 ResourceAttributes). `group` '' is the core
 * group; `subresource`, `name` and `namespace` are '' where the request has none.
 */
export type ResourceAttributes = {
  readonly kind: 'resource';
  readonly verb: string;
  readonly group: string;
  readonly resource: string;
  readonly subresource: string;
  readonly name: string;
  readonly namespace: string;
};

/** What an authorizer is asked about any other URL; `verb` is the HTTP method in lower case. */
export type NonResourceAttributes = {
  readonly kind: 'non-resource';
  readonly verb: string;
  readonly path: string;
};

export type Attributes = ResourceAttributes | NonResourceAttributes;

/** A rule from what is said of it; what is left out is an empty list. */
export function rule(said: Partial<Rule>): Rule {
  const { verbs = [], apiGroups = [], resources = [], resourceNames = [], nonResourceURLs = [] } = said;
  return { verbs, apiGroups, resources, resourceNames, nonResourceURLs };
}

/** Attributes from what is said of them; what is left out is ''. */
export function resourceAttributes(
  said: Partial<ResourceAttributes> & { verb: string; resource: string },
): ResourceAttributes {
  const { verb, group = '', resource, subresource = '', name = '', namespace = '' } = said;
  return { kind: 'resource', verb, group, resource, subresource, name, namespace };
}

/** The rules of a role as JSON has them; `rules: null` and whatever is no rule are none. */
export function rulesIn(value: unknown): readonly Rule[] {
  return Array.isArray(value) ? value.filter(isFields).map(ruleIn) : [];
}

function ruleIn(fields: Fields): Rule {
  return {
    verbs: stringsIn(fields.verbs),
    apiGroups: stringsIn(fields.apiGroups),
    resources: stringsIn(fields.resources),
    resourceNames: stringsIn(fields.resourceNames),
    nonResourceURLs: stringsIn(fields.nonResourceURLs),
  };
}

/** The rule as a manifest has it: without empty lists. */
export function ruleManifest(of: Rule): Partial<Rule> {
  return {
    ...(of.apiGroups.length > 0 && { apiGroups: of.apiGroups }),
    ...(of.resources.length > 0 && { resources: of.resources }),
    ...(of.resourceNames.length > 0 && { resourceNames: of.resourceNames }),
    ...(of.nonResourceURLs.length > 0 && { nonResourceURLs: of.nonResourceURLs }),
    verbs: of.verbs,
  };
}

/**
 * Whether this rule allows that request, as RBAC's authorizer decides (RuleAllows, evaluation_helpers.go): exact and
 * case-sensitive, `*` for everything, `*` + `/sub` for a subresource of any parent. The namespace is not looked at
 * here: which bindings count there is the caller's question.
 */
export function allows(by: Rule, asked: Attributes): boolean {
  if (!has(by.verbs, asked.verb)) return false;
  if (asked.kind === 'non-resource') return by.nonResourceURLs.some((url) => urlCovers(url, asked.path));
  return (
    has(by.apiGroups, asked.group) &&
    resourceMatches(by.resources, asked) &&
    (by.resourceNames.length === 0 || by.resourceNames.includes(asked.name))
  );
}

function has(list: readonly string[], wanted: string): boolean {
  return list.includes(wanted) || list.includes('*');
}

function resourceMatches(
  resources: readonly string[],
  { resource, subresource }: ResourceAttributes,
): boolean {
  if (subresource === '') return has(resources, resource);
  return has(resources, `${resource}/${subresource}`) || resources.includes(`*/${subresource}`);
}

/** `*` at the end stands for whatever follows, several of them for the same; elsewhere it is a star. */
export function urlCovers(pattern: string, path: string): boolean {
  if (pattern === path) return true;
  return pattern.endsWith('*') && path.startsWith(pattern.replace(/\*+$/, ''));
}

/** Whether both are written alike: every list in its order. Without a copy, for tens of thousands. */
export function isSameRule(one: Rule, other: Rule): boolean {
  return (
    isSameList(one.verbs, other.verbs) &&
    isSameList(one.resources, other.resources) &&
    isSameList(one.apiGroups, other.apiGroups) &&
    isSameList(one.resourceNames, other.resourceNames) &&
    isSameList(one.nonResourceURLs, other.nonResourceURLs)
  );
}

function isSameList(one: readonly string[], other: readonly string[]): boolean {
  return one.length === other.length && one.every((each, index) => each === other[index]);
}
