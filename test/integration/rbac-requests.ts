// Questions as the HTTP requests that a client would send for them, and writes of RBAC objects.

import type { ApiAnswer, ApiRequest } from '../../scripts/parts/api-client.ts';
import { isFields } from '../../src/json-fields.ts';
import type { Access } from '../../src/rbac/access.ts';
import { resourceName } from '../../src/rbac/discovery.ts';
import type { Write } from '../../src/rbac/escalation.ts';
import { manifestOf } from '../../src/rbac/manifest.ts';
import { textIn } from '../../src/rbac/raw.ts';
import { asRequested } from '../../src/rbac/real-request.ts';
import type { Attributes, ResourceAttributes } from '../../src/rbac/rule.ts';
import type { Identity } from '../../src/rbac/subject.ts';
import type { Question } from './rbac-world.ts';

export type RealRequest = {
  readonly request: ApiRequest & { readonly as: Identity };
  /** What the server should make of it. */
  readonly asked: Attributes;
};

/** undefined where no client sends such a thing, or where impersonation would change who asks. */
export function realRequest(access: Access, { identity, asked }: Question): RealRequest | undefined {
  if (identity.user === '' || (identity.user.startsWith('system:') && identity.groups.length > 0))
    return undefined;
  if (asked.kind === 'non-resource') {
    // The server's own checks would fail and be slow in turn; the others answer at once.
    if (!['get', 'post'].includes(asked.verb) || asked.path.includes('etcd')) return undefined;
    return { request: { method: asked.verb.toUpperCase(), path: asked.path, as: identity }, asked };
  }
  return resourceRequest(access, identity, asked);
}

const versions: Readonly<Record<string, string>> = {
  '': '/api/v1',
  apps: '/apis/apps/v1',
  'rbac.authorization.k8s.io': '/apis/rbac.authorization.k8s.io/v1',
};
const methods: Readonly<Record<string, string>> = {
  get: 'GET',
  list: 'GET',
  create: 'POST',
  update: 'PUT',
  patch: 'PATCH',
  delete: 'DELETE',
};

function resourceRequest(
  access: Access,
  identity: Identity,
  asked: ResourceAttributes,
): RealRequest | undefined {
  const found = access.resources?.get(resourceName(asked));
  const named =
    asked.verb === 'list'
      ? { ...asked, name: '' }
      : { ...asked, name: asked.name === '' || asked.name === '*' ? 'a' : asked.name };
  const real = asRequested(named, access.resources);
  const [base, method] = [versions[asked.group], methods[asked.verb]];
  if (found === undefined || base === undefined || method === undefined || !found.verbs.includes(asked.verb))
    return undefined;
  const isPlaced = found.namespaced && real.namespace !== '';
  if (found.namespaced && !isPlaced && asked.verb !== 'list') return undefined;
  // A pod that is not there has no log and no shell; `namespaces/x/pods` would be another question.
  const place = isPlaced ? `/namespaces/${real.namespace}` : '';
  const path = [`${base}${place}/${real.resource}`, real.name, real.subresource]
    .filter((part) => part !== '')
    .join('/');
  const isWrite = !['get', 'list'].includes(asked.verb);
  // Options in the body of a DELETE would stand in for those of the query, the dry run among them.
  const contentType = asked.verb === 'patch' ? 'application/merge-patch+json' : 'application/json';
  const request = {
    method,
    path: `${path}${isWrite ? '?dryRun=All' : ''}`,
    as: identity,
    contentType,
    ...(isWrite && asked.verb !== 'delete' && { body: {} }),
  };
  return { request, asked: real };
}

/** Refused by authorization: admission and storage answer 403 too, in other words. */
export function isForbidden({ status, body }: ApiAnswer): boolean {
  return (
    status === 403 &&
    isFields(body) &&
    /cannot |attempting to grant|must have cluster-admin/.test(textIn(body.message))
  );
}

/** The write as a dry run, by somebody. */
export function writeRequest({ how, object }: Write, as: Identity): ApiRequest {
  const { kind, namespace, name } = object;
  const place = namespace === '' ? '' : `/namespaces/${namespace}`;
  const collection = `/apis/rbac.authorization.k8s.io/v1${place}/${kind.toLowerCase()}s`;
  const body = manifestOf(object);
  if (how === 'create') return { path: `${collection}?dryRun=All`, body, as };
  return {
    method: 'PATCH',
    path: `${collection}/${encodeURIComponent(name)}?dryRun=All&fieldManager=test&force=true`,
    contentType: 'application/apply-patch+yaml',
    body,
    as,
  };
}
