// What was read of a cluster's RBAC, or of manifests, as one plain value: everything the decisions of this room need,
// and what could not be read. Readers here take API objects as JSON gives them and keep what access depends on.

import { type Fields, isFields } from '../json-fields.ts';
import type { Discovery } from './discovery.ts';
import { type LabelSelector, labelSelectorsIn } from './labels.ts';
import { textIn } from './raw.ts';
import { type Rule, rulesIn } from './rule.ts';
import { type Subject, subjectsIn } from './subject.ts';

export type Texts = Readonly<Record<string, string>>;

/** A Role, or a ClusterRole, whose `namespace` is ''. */
export type Role = {
  readonly kind: 'Role' | 'ClusterRole';
  readonly namespace: string;
  readonly name: string;
  readonly rules: readonly Rule[];
  /** Selectors of the ClusterRoles that this one collects; undefined where it collects none. */
  readonly aggregates: readonly LabelSelector[] | undefined;
  readonly labels: Texts;
  readonly annotations: Texts;
};

export type RoleRef = { readonly kind: 'Role' | 'ClusterRole'; readonly name: string };

/** A RoleBinding, or a ClusterRoleBinding, whose `namespace` is ''. */
export type Binding = {
  readonly kind: 'RoleBinding' | 'ClusterRoleBinding';
  readonly namespace: string;
  readonly name: string;
  readonly roleRef: RoleRef;
  readonly subjects: readonly Subject[];
  readonly labels: Texts;
  readonly annotations: Texts;
};

export type Namespace = { readonly name: string; readonly labels: Texts };

/** What could not be read; `namespace` '' means in all of them. */
export type Gap = {
  readonly what:
    | 'roles'
    | 'clusterroles'
    | 'rolebindings'
    | 'clusterrolebindings'
    | 'namespaces'
    | 'discovery'
    | 'authorizers';
  readonly namespace: string;
  /** One clause for a person: "forbidden", "the connection was lost". */
  readonly reason: string;
};

export type Snapshot = {
  readonly roles: readonly Role[];
  readonly clusterRoles: readonly Role[];
  readonly roleBindings: readonly Binding[];
  readonly clusterRoleBindings: readonly Binding[];
  readonly namespaces: readonly Namespace[];
  /** undefined where nothing is known about resources: then no answer says whether a request could be real. */
  readonly discovery: Discovery | undefined;
  readonly gaps: readonly Gap[];
};

/** A snapshot of what is given; what is left out is empty. */
export function snapshotOf(parts: Partial<Snapshot>): Snapshot {
  const { roles = [], clusterRoles = [], roleBindings = [], clusterRoleBindings = [] } = parts;
  const { namespaces = [], discovery, gaps = [] } = parts;
  return { roles, clusterRoles, roleBindings, clusterRoleBindings, namespaces, discovery, gaps };
}

/** The role in a JSON object, undefined for one without a name. Items of a LIST carry no kind: the caller knows it. */
export function roleIn(object: unknown, kind: Role['kind']): Role | undefined {
  if (!isFields(object)) return undefined;
  const metadata = metadataIn(object, kind === 'Role');
  if (metadata === undefined) return undefined;
  const { aggregationRule } = object;
  return {
    kind,
    namespace: metadata.namespace,
    name: metadata.name,
    rules: rulesIn(object.rules),
    aggregates: kind === 'ClusterRole' ? labelSelectorsIn(aggregationRule) : undefined,
    labels: metadata.labels,
    annotations: metadata.annotations,
  };
}

/**
 * The binding in a JSON object, undefined for one without a name or with a roleRef that names no role (the server
 * refuses those). A missing apiGroup of roleRef or subject means rbac's (defaults.go): no other is possible.
 */
export function bindingIn(object: unknown, kind: Binding['kind']): Binding | undefined {
  if (!isFields(object)) return undefined;
  const metadata = metadataIn(object, kind === 'RoleBinding');
  const roleRef = roleRefIn(object.roleRef);
  if (metadata === undefined || roleRef === undefined) return undefined;
  return {
    kind,
    namespace: metadata.namespace,
    name: metadata.name,
    roleRef,
    subjects: subjectsIn(object.subjects, metadata.namespace),
    labels: metadata.labels,
    annotations: metadata.annotations,
  };
}

/** The namespace in a JSON object, undefined for one without a name. */
export function namespaceIn(object: unknown): Namespace | undefined {
  if (!isFields(object)) return undefined;
  const metadata = metadataIn(object, false);
  return metadata && { name: metadata.name, labels: metadata.labels };
}

type Metadata = {
  readonly namespace: string;
  readonly name: string;
  readonly labels: Texts;
  readonly annotations: Texts;
};

/** Namespaced objects of manifests that name no namespace are of `default`, where kubectl would put them. */
function metadataIn({ metadata }: Fields, isNamespaced: boolean): Metadata | undefined {
  if (!isFields(metadata)) return undefined;
  const name = textIn(metadata.name);
  if (name === '') return undefined;
  return {
    namespace: isNamespaced ? textIn(metadata.namespace) || 'default' : '',
    name,
    labels: textsIn(metadata.labels),
    annotations: textsIn(metadata.annotations),
  };
}

function roleRefIn(value: unknown): RoleRef | undefined {
  if (!isFields(value)) return undefined;
  const { kind, name } = value;
  if ((kind !== 'Role' && kind !== 'ClusterRole') || typeof name !== 'string') return undefined;
  return { kind, name };
}

const noTexts: Texts = Object.freeze({});
/** A copy of the object inside its own annotation: it would double what is kept. */
const lastApplied = 'kubectl.kubernetes.io/last-applied-configuration';

/** The object itself where it holds nothing else: no copy of fifty thousand. */
function textsIn(value: unknown): Texts {
  if (!isFields(value)) return noTexts;
  if (areTexts(value)) return value;
  const kept = Object.entries(value).filter(([key, each]) => key !== lastApplied && typeof each === 'string');
  return kept.length === 0 ? noTexts : Object.fromEntries(kept.map(([key, each]) => [key, textIn(each)]));
}

function areTexts(value: Fields): value is Texts {
  for (const key in value) if (typeof value[key] !== 'string' || key === lastApplied) return false;
  return true;
}
