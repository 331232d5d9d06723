// A snapshot as a document that is saved and read again: API objects, as any other tool would have them, with what was
// known of resources and what could not be read.

import { Failure } from '../failure.ts';
import { cleanText } from '../foreign-text.ts';
import { apiResourceIn } from './discovery-read.ts';
import type { LabelSelector } from './labels.ts';
import { snapshotOfObjects } from './objects.ts';
import { type Fields, isFields, objectsIn, textIn } from './raw.ts';
import { ruleManifest } from './rule.ts';
import type { Binding, Gap, Namespace, Role, Snapshot } from './snapshot.ts';
import type { Subject } from './subject.ts';

const apiVersion = 'kubectl-oidc/v1';
const kind = 'Snapshot';
const rbacVersion = 'rbac.authorization.k8s.io/v1';
const rbacGroup = 'rbac.authorization.k8s.io';

/** JSON of it reads back as the same snapshot. `source` says in a few words what was read, and when. */
export function snapshotDocument(snapshot: Snapshot, source: string): object {
  const { namespaces, clusterRoles, roles, clusterRoleBindings, roleBindings, discovery, gaps } = snapshot;
  return {
    apiVersion,
    kind,
    source,
    gaps,
    ...(discovery !== undefined && { resources: discovery.resources }),
    items: [
      ...namespaces.map(namespaceObject),
      ...[...clusterRoles, ...roles].map(roleManifest),
      ...[...clusterRoleBindings, ...roleBindings].map(bindingManifest),
    ],
  };
}

export function isSnapshotDocument(document: unknown): boolean {
  return isFields(document) && document.apiVersion === apiVersion && document.kind === kind;
}

/** The snapshot in a document. Fails with `usage` for a later version's, whose meaning is not known here. */
export function readSnapshotDocument(document: unknown): Snapshot {
  if (!isFields(document) || document.kind !== kind || document.apiVersion !== apiVersion) {
    const found = isFields(document) ? `${textIn(document.apiVersion)} ${textIn(document.kind)}`.trim() : '';
    throw new Failure('usage', `this is no ${kind} of ${apiVersion}`, {
      hint: found === '' ? '' : `It says that it is "${cleanText(found)}".`,
    });
  }
  const resources = Array.isArray(document.resources)
    ? { resources: objectsIn(document.resources).flatMap((each) => apiResourceIn(each) ?? []) }
    : undefined;
  // As the controller had written them when it was taken.
  const snapshot = snapshotOfObjects(objectsIn(document.items), { aggregated: 'as written' });
  return {
    ...snapshot,
    discovery: resources,
    gaps: objectsIn(document.gaps).flatMap((each) => gapIn(each) ?? []),
  };
}

const gapKinds = [
  'roles',
  'clusterroles',
  'rolebindings',
  'clusterrolebindings',
  'namespaces',
  'discovery',
  'authorizers',
] as const;

function gapIn({ what, namespace, reason }: Fields): Gap | undefined {
  const known = gapKinds.find((each) => each === what);
  return known && { what: known, namespace: textIn(namespace), reason: textIn(reason) };
}

type Metadata = Pick<Role, 'namespace' | 'name' | 'labels' | 'annotations'>;

function metadata({ namespace, name, labels, annotations }: Metadata): object {
  return {
    name,
    ...(namespace !== '' && { namespace }),
    ...(Object.keys(labels).length > 0 && { labels }),
    ...(Object.keys(annotations).length > 0 && { annotations }),
  };
}

function namespaceObject({ name, labels }: Namespace): object {
  return {
    apiVersion: 'v1',
    kind: 'Namespace',
    metadata: metadata({ namespace: '', name, labels, annotations: {} }),
  };
}

/** The role as a manifest. */
export function roleManifest(role: Role): object {
  const selectors = role.aggregates?.map(selectorManifest);
  return {
    apiVersion: rbacVersion,
    kind: role.kind,
    metadata: metadata(role),
    ...(selectors !== undefined && { aggregationRule: { clusterRoleSelectors: selectors } }),
    rules: role.rules.map(ruleManifest),
  };
}

/** The binding as a manifest, nothing left to defaulting. */
export function bindingManifest(binding: Binding): object {
  return {
    apiVersion: rbacVersion,
    kind: binding.kind,
    metadata: metadata(binding),
    roleRef: { apiGroup: rbacGroup, ...binding.roleRef },
    subjects: binding.subjects.map(subjectManifest),
  };
}

function subjectManifest(subject: Subject): object {
  if (subject.kind !== 'ServiceAccount') return { apiGroup: rbacGroup, ...subject };
  const { namespace, name } = subject;
  return { kind: subject.kind, name, ...(namespace !== '' && { namespace }) };
}

function selectorManifest(selector: LabelSelector): object {
  return {
    matchExpressions: selector.map(({ key, operator, values }) => ({
      key,
      operator,
      ...(values.length > 0 && { values }),
    })),
  };
}
