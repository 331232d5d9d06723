// A cluster's roles, bindings and namespaces as they are now: read page by page, then kept current by watches. What a
// server sent unchanged stays the same object, so that a change is told by identity.

import { type Fields, isFields } from '../../json-fields.ts';
import type { ObjectChange } from '../../rbac/object-change.ts';
import {
  type Binding,
  bindingIn,
  type Namespace,
  namespaceIn,
  type Role,
  roleIn,
  type Snapshot,
  snapshotOf,
} from '../../rbac/snapshot.ts';

/** What is read and watched, by the API's paths. */
export const livePaths = {
  namespaces: '/api/v1/namespaces',
  clusterroles: '/apis/rbac.authorization.k8s.io/v1/clusterroles',
  clusterrolebindings: '/apis/rbac.authorization.k8s.io/v1/clusterrolebindings',
  roles: '/apis/rbac.authorization.k8s.io/v1/roles',
  rolebindings: '/apis/rbac.authorization.k8s.io/v1/rolebindings',
} as const;

export type LiveKind = keyof typeof livePaths;
export const liveKinds = Object.keys(livePaths) as readonly LiveKind[];

type Kept<Value> = { readonly version: string; readonly value: Value };
type Lists = {
  readonly namespaces: Map<string, Kept<Namespace>>;
  readonly clusterroles: Map<string, Kept<Role>>;
  readonly clusterrolebindings: Map<string, Kept<Binding>>;
  readonly roles: Map<string, Kept<Role>>;
  readonly rolebindings: Map<string, Kept<Binding>>;
};

export type LiveObjects = {
  /** Takes an object in. The change, where it is one of roles or bindings. */
  readonly put: (kind: LiveKind, item: Fields) => ObjectChange | undefined;
  readonly remove: (kind: LiveKind, item: Fields) => ObjectChange | undefined;
  readonly count: () => number;
  readonly snapshot: (rest: Pick<Snapshot, 'discovery' | 'gaps'>) => Snapshot;
  /** What became of these objects in a newer reading. */
  readonly changesTo: (newer: LiveObjects) => readonly ObjectChange[];
  readonly lists: Lists;
};

/** Empty. `before`: an earlier reading, whose objects are taken where their resourceVersion is the same. */
export function liveObjects(before?: LiveObjects): LiveObjects {
  const lists: Lists = {
    namespaces: new Map(),
    clusterroles: new Map(),
    clusterrolebindings: new Map(),
    roles: new Map(),
    rolebindings: new Map(),
  };
  const objects: LiveObjects = {
    put: (kind, item) => {
      const key = keyOf(item);
      const old = lists[kind].get(key);
      const version = versionOf(item);
      const earlier = before?.lists[kind].get(key);
      const kept =
        earlier?.version === version && version !== '' ? earlier : { version, value: readers[kind](item) };
      if (kept.value === undefined || old?.version === version) return undefined;
      (lists[kind] as Map<string, unknown>).set(key, kept);
      return changeOf(kind, old?.value, kept.value);
    },
    remove: (kind, item) => {
      const key = keyOf(item);
      const old = lists[kind].get(key);
      lists[kind].delete(key);
      return old === undefined ? undefined : changeOf(kind, old.value, undefined);
    },
    count: () => liveKinds.reduce((sum, kind) => sum + lists[kind].size, 0),
    snapshot: (rest) =>
      snapshotOf({
        ...rest,
        namespaces: valuesOf(lists.namespaces),
        clusterRoles: valuesOf(lists.clusterroles),
        clusterRoleBindings: valuesOf(lists.clusterrolebindings),
        roles: valuesOf(lists.roles),
        roleBindings: valuesOf(lists.rolebindings),
      }),
    changesTo: (newer) => liveKinds.flatMap((kind) => changesOf(kind, lists[kind], newer.lists[kind])),
    lists,
  };
  return objects;
}

const readers: Readonly<Record<LiveKind, (item: Fields) => Namespace | Role | Binding | undefined>> = {
  namespaces: namespaceIn,
  clusterroles: (item) => roleIn(item, 'ClusterRole'),
  clusterrolebindings: (item) => bindingIn(item, 'ClusterRoleBinding'),
  roles: (item) => roleIn(item, 'Role'),
  rolebindings: (item) => bindingIn(item, 'RoleBinding'),
};

function valuesOf<Value>(list: ReadonlyMap<string, Kept<Value>>): readonly Value[] {
  return Array.from(list.values(), ({ value }) => value);
}

function changeOf(kind: LiveKind, before: unknown, after: unknown): ObjectChange | undefined {
  if (before === after || kind === 'namespaces') return undefined;
  return kind === 'roles' || kind === 'clusterroles'
    ? { kind: 'role', before: before as Role | undefined, after: after as Role | undefined }
    : { kind: 'binding', before: before as Binding | undefined, after: after as Binding | undefined };
}

function changesOf(
  kind: LiveKind,
  old: ReadonlyMap<string, Kept<unknown>>,
  now: ReadonlyMap<string, Kept<unknown>>,
): readonly ObjectChange[] {
  const gone = [...old]
    .filter(([key]) => !now.has(key))
    .map(([, { value }]) => changeOf(kind, value, undefined));
  const here = [...now].map(([key, { value }]) => changeOf(kind, old.get(key)?.value, value));
  return [...gone, ...here].filter((change) => change !== undefined);
}

function metadataOf(item: Fields): Fields {
  return isFields(item.metadata) ? item.metadata : {};
}

function keyOf(item: Fields): string {
  const { namespace, name } = metadataOf(item);
  return `${typeof namespace === 'string' ? namespace : ''}/${typeof name === 'string' ? name : ''}`;
}

/** `resourceVersion`, '' where there is none. */
export function versionOf(item: Fields): string {
  const { resourceVersion } = metadataOf(item);
  return typeof resourceVersion === 'string' ? resourceVersion : '';
}
