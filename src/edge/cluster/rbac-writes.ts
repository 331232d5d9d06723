// Writes of single roles and bindings. Each holds only for what was planned on: what somebody else changed meanwhile is
// a lost race, never written over.

import { isDeepStrictEqual } from 'node:util';
import { isFields } from '../../json-fields.ts';
import { fieldManager } from '../../rbac/managed.ts';
import { appliedManifest, isRole, manifestOf, rbacGroup, subjectManifest } from '../../rbac/manifest.ts';
import { placed } from '../../rbac/places.ts';
import { type Binding, bindingIn, type Role, roleIn } from '../../rbac/snapshot.ts';
import type { Subject } from '../../rbac/subject.ts';
import { type ApiAnswer, type ApiClient, reasonOf } from './api-client.ts';
import { answerFailure } from './api-failure.ts';
import { isNotFound } from './lists.ts';

export type Written = 'done' | 'lost-race';

const base = `/apis/${rbacGroup}/v1`;
const by = { fieldManager };

function collectionPath({ kind, namespace }: Role | Binding): string {
  const resource = `${kind.toLowerCase()}s`;
  return namespace === ''
    ? `${base}/${resource}`
    : `${base}/namespaces/${encodeURIComponent(namespace)}/${resource}`;
}

function objectPath(object: Role | Binding): string {
  return `${collectionPath(object)}/${encodeURIComponent(object.name)}`;
}

/** A POST: an apply cannot say that nothing may be there yet. Fails with `forbidden`, `cluster`. */
export async function createObject(api: ApiClient, object: Role | Binding): Promise<Written> {
  const answer = await api.ask({
    method: 'POST',
    path: collectionPath(object),
    query: by,
    body: manifestOf(object),
  });
  if (answer.status === 201) return 'done';
  if (answer.status === 409 && reasonOf(answer) === 'AlreadyExists') return 'lost-race';
  throw answerFailure(api.server, `create ${placed(object, object.namespace)}`, answer);
}

export type Change<Value extends Role | Binding> = { readonly before: Value; readonly object: Value };

/** Server-side apply of what is ours in it, over exactly that version. Fails with `forbidden`, `cluster`. */
export async function changeObject(
  api: ApiClient,
  { before, object }: Change<Role | Binding>,
): Promise<Written> {
  const doing = `change ${placed(object, object.namespace)}`;
  const found = await unchanged(api, before, doing);
  if (found === undefined || found === 'gone') return 'lost-race';
  const manifest = appliedManifest(object);
  const { resourceVersion } = found;
  const answer = await api.ask({
    method: 'PATCH',
    path: objectPath(object),
    // Forced: what a POST of ours wrote counts as another manager's.
    query: { ...by, force: 'true' },
    contentType: 'application/apply-patch+yaml',
    body: { ...manifest, metadata: { ...manifest.metadata, resourceVersion } },
  });
  return judged(api, answer, doing);
}

/** Deletes exactly that version; what is gone already is done. Fails with `forbidden`, `cluster`. */
export async function deleteObject(api: ApiClient, object: Role | Binding): Promise<Written> {
  const doing = `delete ${placed(object, object.namespace)}`;
  const found = await unchanged(api, object, doing);
  if (found === undefined) return 'lost-race';
  if (found === 'gone') return 'done';
  const answer = await api.ask({
    method: 'DELETE',
    path: objectPath(object),
    body: { apiVersion: 'v1', kind: 'DeleteOptions', preconditions: found },
  });
  return isNotFound(answer) ? 'done' : judged(api, answer, doing);
}

/** Takes one subject out; a binding of ours is nobody's grant any more then. Fails with `forbidden`, `cluster`. */
export async function takeOut(
  api: ApiClient,
  before: Binding,
  { left, unmark }: { readonly left: readonly Subject[]; readonly unmark: readonly string[] },
): Promise<Written> {
  const doing = `change ${placed(before, before.namespace)}`;
  const found = await unchanged(api, before, doing);
  if (found === undefined || found === 'gone') return 'lost-race';
  const labels = Object.fromEntries(unmark.map((label) => [label, null]));
  const { resourceVersion } = found;
  const answer = await api.ask({
    method: 'PATCH',
    path: objectPath(before),
    query: by,
    contentType: 'application/merge-patch+json',
    body: { metadata: { resourceVersion, labels }, subjects: left.map(subjectManifest) },
  });
  return judged(api, answer, doing);
}

function judged(api: ApiClient, answer: ApiAnswer, doing: string): Written {
  if (answer.status === 200) return 'done';
  if (answer.status === 409 && reasonOf(answer) === 'Conflict') return 'lost-race';
  throw answerFailure(api.server, doing, answer);
}

type Version = { readonly uid: string; readonly resourceVersion: string };

/** The object's version while it is as it was read; undefined when it is not. */
async function unchanged(
  api: ApiClient,
  before: Role | Binding,
  doing: string,
): Promise<Version | 'gone' | undefined> {
  const answer = await api.ask({ path: objectPath(before) });
  if (isNotFound(answer)) return 'gone';
  const { body, status } = answer;
  if (status !== 200 || !isFields(body) || !isFields(body.metadata))
    throw answerFailure(api.server, doing, answer);
  const now = isRole(before) ? roleIn(body, before.kind) : bindingIn(body, before.kind);
  const { uid, resourceVersion } = body.metadata;
  const isSame =
    isDeepStrictEqual(now, before) && typeof uid === 'string' && typeof resourceVersion === 'string';
  return isSame ? { uid, resourceVersion } : undefined;
}
