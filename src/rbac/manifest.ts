// Roles and bindings as objects of the API, ready to be sent or written into a file.

import type { LabelSelector } from './labels.ts';
import { managedByLabel } from './managed.ts';
import { type Rule, ruleManifest } from './rule.ts';
import type { Binding, Role, Texts } from './snapshot.ts';
import type { Subject } from './subject.ts';

export const rbacGroup = 'rbac.authorization.k8s.io';

type Texted = { readonly labels?: Texts; readonly annotations?: Texts };
export type Manifest = {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: { readonly name: string; readonly namespace?: string } & Texted;
  readonly aggregationRule?: { readonly clusterRoleSelectors: readonly object[] };
  readonly rules?: readonly Partial<Rule>[];
  readonly roleRef?: { readonly apiGroup: string; readonly kind: string; readonly name: string };
  readonly subjects?: readonly Readonly<Record<string, string>>[];
};

/** The object with the labels and annotations that the value has; nothing that a server adds. */
export function manifestOf(object: Role | Binding): Manifest {
  const { kind, namespace, name, labels, annotations } = object;
  return {
    apiVersion: `${rbacGroup}/v1`,
    kind,
    metadata: {
      name,
      ...(namespace !== '' && { namespace }),
      ...(Object.keys(labels).length > 0 && { labels }),
      ...(Object.keys(annotations).length > 0 && { annotations }),
    },
    ...(isRole(object) ? ofRole(object) : ofBinding(object)),
  };
}

/** What an apply sends: of labels and annotations ours alone, so that those of others stay theirs. */
export function appliedManifest(object: Role | Binding): Manifest {
  const own = (texts: Texts): Texts =>
    Object.fromEntries(
      Object.entries(texts).filter(([key]) => key.startsWith('kubectl-oidc/') || key === managedByLabel),
    );
  return manifestOf({ ...object, labels: own(object.labels), annotations: own(object.annotations) });
}

function ofRole({ rules, aggregates }: Role): Pick<Manifest, 'rules' | 'aggregationRule'> {
  return {
    ...(aggregates !== undefined && {
      aggregationRule: { clusterRoleSelectors: aggregates.map(selectorManifest) },
    }),
    rules: rules.map(ruleManifest),
  };
}

/** Every requirement as an expression, which matchLabels are short for. */
function selectorManifest(selector: LabelSelector): object {
  const matchExpressions = selector.map(({ key, operator, values }) => ({
    key,
    operator,
    ...(values.length > 0 && { values }),
  }));
  return matchExpressions.length === 0 ? {} : { matchExpressions };
}

/** Whether it is a Role or ClusterRole rather than a binding. */
export function isRole(object: Role | Binding): object is Role {
  return object.kind === 'Role' || object.kind === 'ClusterRole';
}

function ofBinding({ roleRef, subjects }: Binding): Pick<Manifest, 'roleRef' | 'subjects'> {
  return { roleRef: { apiGroup: rbacGroup, ...roleRef }, subjects: subjects.map(subjectManifest) };
}

/** A subject as the API has it. */
export function subjectManifest(subject: Subject): Readonly<Record<string, string>> {
  return subject.kind === 'ServiceAccount'
    ? { kind: subject.kind, namespace: subject.namespace, name: subject.name }
    : { apiGroup: rbacGroup, kind: subject.kind, name: subject.name };
}
