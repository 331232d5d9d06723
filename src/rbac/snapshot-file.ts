// A snapshot as a document that can be kept: `kind: AccessSnapshot`, `apiVersion: kubectl-oidc/v1`. Its objects are
// API objects, so that other tools can read them too; what could not be read stays said.

import { type Fields, isFields } from '../json-fields.ts';
import { apiResourceIn } from './discovery-read.ts';
import { manifestOf } from './manifest.ts';
import { snapshotOfObjects } from './objects.ts';
import { objectsIn, textIn } from './raw.ts';
import { type Gap, type Snapshot, snapshotOf } from './snapshot.ts';

/** Where and when it was read; '' where that is not known (manifests have no server). */
export type SnapshotOrigin = {
  /** RFC 3339. */
  readonly takenAt: string;
  readonly server: string;
  /** As the server says it: `v1.36.3`. */
  readonly kubernetesVersion: string;
  /** Where a command acts when no namespace is given. */
  readonly namespace: string;
};

export type SavedSnapshot = SnapshotOrigin & { readonly snapshot: Snapshot };

const apiVersion = 'kubectl-oidc/v1';
const kind = 'AccessSnapshot';

/** The document, an object a line: a diff of two files shows which changed. */
export function formatSnapshot({ snapshot, ...origin }: SavedSnapshot): string {
  const of = snapshot.discovery?.of;
  const head = { apiVersion, kind, ...origin, ...(of && { of }) };
  const lists = {
    gaps: snapshot.gaps,
    ...(snapshot.discovery && { resources: snapshot.discovery.resources }),
    items: objectsOf(snapshot),
  };
  const fields = [
    ...Object.entries(head).map(([name, value]) => `${JSON.stringify(name)}: ${JSON.stringify(value)}`),
    ...Object.entries(lists).map(([name, list]) => `${JSON.stringify(name)}: ${lines(list)}`),
  ];
  return `{\n${fields.join(',\n')}\n}\n`;
}

function lines(list: readonly unknown[]): string {
  return list.length === 0 ? '[]' : `[\n${list.map((each) => JSON.stringify(each)).join(',\n')}\n]`;
}

/** Whether this document says that it is one, of whatever version. */
export function isSnapshotDocument(document: unknown): document is Fields {
  return isFields(document) && document.kind === kind;
}

/** What a document holds; undefined for one that is none, of a later version, or without its lists: nothing read is no empty cluster. */
export function parseSnapshot(document: unknown): SavedSnapshot | undefined {
  if (!isSnapshotDocument(document) || document.apiVersion !== apiVersion) return undefined;
  if (!Array.isArray(document.items) || !Array.isArray(document.gaps)) return undefined;
  const read = snapshotOfObjects(objectsIn(document.items), { aggregated: 'as written' });
  const discovery = Array.isArray(document.resources)
    ? {
        resources: document.resources.flatMap((each) => apiResourceIn(each) ?? []),
        ...(document.of === 'manifests' && { of: 'manifests' as const }),
      }
    : undefined;
  return {
    takenAt: textIn(document.takenAt),
    server: textIn(document.server),
    kubernetesVersion: textIn(document.kubernetesVersion),
    namespace: textIn(document.namespace) || 'default',
    snapshot: snapshotOf({ ...read, discovery, gaps: objectsIn(document.gaps).flatMap(gapIn) }),
  };
}

const gapKinds: readonly Gap['what'][] = [
  'roles',
  'clusterroles',
  'rolebindings',
  'clusterrolebindings',
  'namespaces',
  'discovery',
  'authorizers',
];

/** A gap of a kind that is not known here still is one: of everything. */
function gapIn({ what, namespace, reason }: Fields): readonly Gap[] {
  const known = gapKinds.find((each) => each === what) ?? 'authorizers';
  return [{ what: known, namespace: textIn(namespace), reason: textIn(reason) }];
}

/** API objects that `snapshotOfObjects` reads back as the same snapshot. */
export function objectsOf(snapshot: Snapshot): readonly object[] {
  const { namespaces, clusterRoles, clusterRoleBindings, roles, roleBindings } = snapshot;
  return [
    ...namespaces.map(({ name, labels }) => ({
      apiVersion: 'v1',
      kind: 'Namespace',
      metadata: { name, ...(Object.keys(labels).length > 0 && { labels }) },
    })),
    ...[...clusterRoles, ...roles, ...clusterRoleBindings, ...roleBindings].map(manifestOf),
  ];
}
