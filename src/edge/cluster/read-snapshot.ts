// A live cluster's RBAC as a snapshot: four LISTs and the namespaces at the same time, discovery beside them.

import { Failure } from '../../failure.ts';
import { cleanText } from '../../foreign-text.ts';
import type { Fields } from '../../json-fields.ts';
import { once } from '../../once.ts';
import type { ReadWish } from '../../rbac/access-source.ts';
import { rolePlacesOf } from '../../rbac/places.ts';
import {
  type Binding,
  bindingIn,
  type Gap,
  type Namespace,
  namespaceIn,
  type Role,
  roleIn,
  type Snapshot,
  snapshotOf,
} from '../../rbac/snapshot.ts';
import type { ApiClient } from './api-client.ts';
import { countedTo } from './list-count.ts';
import { type ListedPart, type ListWay, listObjects, listWayFor } from './lists.ts';
import { readDiscovery } from './read-discovery.ts';

const rbac = '/apis/rbac.authorization.k8s.io/v1';

/** Which objects an answer needs: `ReadWish`, and whether discovery is read beside them. */
export type SnapshotWish = ReadWish & {
  readonly discovery: boolean;
  /** The namespace to look in where not even the namespaces may be listed. */
  readonly ownNamespace?: string;
  /** Told as objects come: how many were read, and how many there will be, as far as the server has said so. */
  readonly progress?: (read: { readonly objects: number; readonly expected: number }) => void;
};

/**
 * Reads what may be read; what may not is a gap. Where a LIST over all namespaces is forbidden each namespace is
 * tried by itself. Fails with `cluster` when the server can't be reached or does not know the caller.
 */
export async function readSnapshot(api: ApiClient, wish: SnapshotWish): Promise<Snapshot> {
  const gaps: Gap[] = [];
  const way = await listWayFor(api);
  const namesToTry = once(() => namespacesToTry(api, wish));
  const reading: Reading = { api, way, wish, gaps, count: countedTo(wish.progress), namesToTry };
  const bindings = readNamespaced(reading, 'rolebindings', (item) => bindingIn(item, 'RoleBinding'));
  const [roles, clusterRoles, roleBindings, clusterRoleBindings, namespaces, discovery] = await Promise.all([
    readRoles(reading, bindings),
    readObjects<Role>(reading, 'clusterroles', (item) => roleIn(item, 'ClusterRole')),
    bindings,
    readObjects<Binding>(reading, 'clusterrolebindings', (item) => bindingIn(item, 'ClusterRoleBinding')),
    wish.namespaces ? readNamespaces(reading) : [],
    wish.discovery ? readDiscovery(reading) : undefined,
  ]);
  return snapshotOf({
    roles,
    clusterRoles,
    roleBindings,
    clusterRoleBindings,
    namespaces,
    discovery,
    gaps,
  });
}

type Reading = {
  readonly api: ApiClient;
  readonly way: ListWay;
  readonly wish: SnapshotWish;
  readonly gaps: Gap[];
  readonly count: (what: string, part: ListedPart) => void;
  /** The namespaces to try one by one, looked up when the first list needs them. */
  readonly namesToTry: () => Promise<NamesToTry>;
};

type NamesToTry = { readonly names: readonly string[]; readonly areAll: boolean };

/** Those that may be listed, else the context's own. */
async function namespacesToTry(
  api: ApiClient,
  { ownNamespace = 'default' }: SnapshotWish,
): Promise<NamesToTry> {
  const names = await listNamespaceNames(api);
  return { names: names ?? [ownNamespace], areAll: names !== undefined };
}

/** undefined where they may not be listed. Fails with `cluster`. */
export async function listNamespaceNames(api: ApiClient): Promise<readonly string[] | undefined> {
  const reading = { api, way: 'in pages', count: () => undefined } as const;
  const found = await listed(reading, '/api/v1/namespaces', namespaceIn);
  return found?.map(({ name }) => name);
}

/** How often a list may begin anew before the server counts as too busy to be read. */
const attempts = 3;

/** Objects of the cluster, or of one namespace; undefined where the LIST is forbidden. */
async function listed<Value>(
  { api, way, count }: Pick<Reading, 'api' | 'way' | 'count'>,
  path: string,
  read: (item: Fields) => Value | undefined,
): Promise<readonly Value[] | undefined> {
  for (let attempt = 0; attempt < attempts; attempt++) {
    const found: Value[] = [];
    const end = await listObjects(api, { path, way }, (part) => {
      for (const item of part.items) {
        const value = read(item);
        if (value !== undefined) found.push(value);
      }
      count(path, part);
    });
    if (end !== 'expired') return end === 'complete' ? found : undefined;
  }
  throw new Failure('cluster', `the API server ${cleanText(api.server)} forgot ${path} while it was read`, {
    hint: 'It is very busy: run it again later.',
  });
}

async function readObjects<Value>(
  reading: Reading,
  what: 'clusterroles' | 'clusterrolebindings',
  read: (item: Fields) => Value | undefined,
): Promise<readonly Value[]> {
  const found = await listed(reading, `${rbac}/${what}`, read);
  if (found === undefined) reading.gaps.push({ what, namespace: '', reason: 'you may not list them' });
  return found ?? [];
}

/** Of more places than these all Roles are read. */
const fewPlaces = 24;

/** All of them, or where the answer is about somebody those of the places where they are bound to one. */
async function readRoles(reading: Reading, bindings: Promise<readonly Binding[]>): Promise<readonly Role[]> {
  const { of, scope } = reading.wish;
  const read = (item: Fields): Role | undefined => roleIn(item, 'Role');
  if (of === undefined || scope.kind !== 'all') return readNamespaced(reading, 'roles', read);
  const places = rolePlacesOf(await bindings, of);
  if (places.length > fewPlaces) return readNamespaced(reading, 'roles', read);
  const lists = await inTurns(places, (name) =>
    forbiddenIsGap(reading, { what: 'roles', name }, () => listed(reading, placePath(name, 'roles'), read)),
  );
  return lists.flat();
}

function placePath(namespace: string, what: 'roles' | 'rolebindings'): string {
  return `${rbac}/namespaces/${encodeURIComponent(namespace)}/${what}`;
}

async function readNamespaced<Value>(
  reading: Reading,
  what: 'roles' | 'rolebindings',
  read: (item: Fields) => Value | undefined,
): Promise<readonly Value[]> {
  const { scope } = reading.wish;
  const ofOne = (name: string): Promise<readonly Value[] | undefined> =>
    listed(reading, placePath(name, what), read);
  if (scope.kind === 'cluster') return [];
  if (scope.kind === 'namespace') return forbiddenIsGap(reading, { what, name: scope.namespace }, ofOne);
  const found = await listed(reading, `${rbac}/${what}`, read);
  if (found !== undefined) return found;
  const { names, areAll } = await reading.namesToTry();
  if (areAll) return (await inTurns(names, (name) => forbiddenIsGap(reading, { what, name }, ofOne))).flat();
  reading.gaps.push({ what, namespace: '', reason: 'you may not list them, nor the namespaces' });
  return (await inTurns(names, async (name) => (await ofOne(name)) ?? [])).flat();
}

async function forbiddenIsGap<Value>(
  { gaps }: Reading,
  { what, name }: { readonly what: Gap['what']; readonly name: string },
  list: (name: string) => Promise<readonly Value[] | undefined>,
): Promise<readonly Value[]> {
  const found = await list(name);
  if (found === undefined) gaps.push({ what, namespace: name, reason: 'you may not list them' });
  return found ?? [];
}

/** A few at a time: thousands of namespaces must not become thousands of connections. */
async function inTurns<Value>(
  names: readonly string[],
  work: (name: string) => Promise<Value>,
): Promise<readonly Value[]> {
  const results: Value[] = [];
  const rest = names.entries();
  const worker = async (): Promise<void> => {
    for (const [index, name] of rest) results[index] = await work(name);
  };
  await Promise.all(Array.from({ length: 8 }, worker));
  return results;
}

async function readNamespaces(reading: Reading): Promise<readonly Namespace[]> {
  const found = await listed(reading, '/api/v1/namespaces', namespaceIn);
  if (found === undefined)
    reading.gaps.push({ what: 'namespaces', namespace: '', reason: 'you may not list them' });
  return found ?? [];
}
