// API objects of any kind, as manifests and saved snapshots hold them, sorted into a snapshot.

import { isFields } from '../json-fields.ts';
import { aggregate } from './aggregation.ts';
import { objectsIn, textIn } from './raw.ts';
import {
  type Binding,
  bindingIn,
  namespaceIn,
  type Role,
  roleIn,
  type Snapshot,
  snapshotOf,
} from './snapshot.ts';

/**
 * The RBAC objects and namespaces among these objects, `List`s opened, of two with one name the later; anything else is
 * passed over. `aggregated` says who fills collecting ClusterRoles: this function, as the controller would, or nobody.
 */
export function snapshotOfObjects(
  objects: Iterable<unknown>,
  { aggregated }: { readonly aggregated: 'here' | 'as written' },
): Snapshot {
  const roles = new Map<string, Role>();
  const bindings = new Map<string, Binding>();
  const namespaces = new Map<string, { name: string; labels: Readonly<Record<string, string>> }>();
  for (const object of opened(objects)) {
    const read = readObject(object);
    if (read?.kind === 'role') roles.set(keyOf(read.role), read.role);
    else if (read?.kind === 'binding') bindings.set(keyOf(read.binding), read.binding);
    else if (read?.kind === 'namespace') namespaces.set(read.namespace.name, read.namespace);
  }
  const clusterRoles = [...roles.values()].filter(({ kind }) => kind === 'ClusterRole');
  return snapshotOf({
    roles: [...roles.values()].filter(({ kind }) => kind === 'Role'),
    clusterRoles: aggregated === 'here' ? aggregate(clusterRoles) : clusterRoles,
    roleBindings: [...bindings.values()].filter(({ kind }) => kind === 'RoleBinding'),
    clusterRoleBindings: [...bindings.values()].filter(({ kind }) => kind === 'ClusterRoleBinding'),
    namespaces: [...namespaces.values()],
  });
}

function keyOf({ kind, namespace, name }: Role | Binding): string {
  return `${kind} ${namespace}/${name}`;
}

/** `v1 List`, and `RoleList` and the like: their items, which carry no kind of their own in the latter. */
export function* opened(objects: Iterable<unknown>): Generator<unknown> {
  for (const object of objects) {
    const kind = isFields(object) ? textIn(object.kind) : '';
    if (!isFields(object) || !kind.endsWith('List') || !Array.isArray(object.items)) yield object;
    else if (kind === 'List') yield* opened(object.items);
    else
      for (const item of objectsIn(object.items))
        yield { ...item, kind: kind.slice(0, -4), apiVersion: object.apiVersion };
  }
}

type Read =
  | { readonly kind: 'role'; readonly role: Role }
  | { readonly kind: 'binding'; readonly binding: Binding }
  | {
      readonly kind: 'namespace';
      readonly namespace: { name: string; labels: Readonly<Record<string, string>> };
    };

function readObject(object: unknown): Read | undefined {
  if (!isFields(object)) return undefined;
  const { apiVersion, kind } = object;
  if (apiVersion === 'v1' && kind === 'Namespace') {
    const namespace = namespaceIn(object);
    return namespace && { kind: 'namespace', namespace };
  }
  if (!textIn(apiVersion).startsWith('rbac.authorization.k8s.io/')) return undefined;
  if (kind === 'Role' || kind === 'ClusterRole') {
    const role = roleIn(object, kind);
    return role && { kind: 'role', role };
  }
  if (kind !== 'RoleBinding' && kind !== 'ClusterRoleBinding') return undefined;
  const binding = bindingIn(object, kind);
  return binding && { kind: 'binding', binding };
}
