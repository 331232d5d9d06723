// Which attributes a real request can carry. The authorizer does not know scope: asked by SubjectAccessReview it says
// yes to questions that no request ever puts (apiserver pkg/endpoints/request/requestinfo.go).

import { type ApiResource, partsOf, resourceName } from './discovery.ts';
import type { Attributes, ResourceAttributes } from './rule.ts';
import { collectionVerbs, requestVerbs, urlVerbs } from './verbs.ts';
import { virtualResources } from './virtual-resources.ts';

/** Why no request carries such attributes. */
export type Unreal =
  /** A resource of the cluster, asked about in a namespace. */
  | 'cluster-scoped-in-namespace'
  /** A namespaced resource without a namespace: only list and watch have such requests. */
  | 'namespaced-without-namespace'
  /** A namespace by name is asked about in itself. */
  | 'namespace-not-in-itself'
  | 'unknown-resource'
  | 'verb-not-served'
  /** A method of HTTP in lower case is what URLs are asked with. */
  | 'not-a-method';

/**
 * Why no real request carries these attributes; undefined where one may, for the server's own checks (`bind`, `use`),
 * and where nothing is known about the cluster's resources.
 */
export function unrealRequest(
  asked: Attributes,
  resources: ReadonlyMap<string, ApiResource> | undefined,
): Unreal | undefined {
  if (asked.kind === 'non-resource') return urlVerbs.includes(asked.verb) ? undefined : 'not-a-method';
  if (resources === undefined || asked.resource === '*' || !requestVerbs.includes(asked.verb))
    return undefined;
  const found = resources.get(resourceName(asked));
  if (found === undefined) return isVirtual(asked) ? undefined : 'unknown-resource';
  return found.verbs.includes(asked.verb) ? outOfScope(asked, found) : 'verb-not-served';
}

/** What a kubelet, a controller or admission asks about, which is no request of its own. */
function isVirtual(asked: ResourceAttributes): boolean {
  return virtualResources.some(
    (each) => resourceName(partsOf(each)) === resourceName(asked) && each.verbs.includes(asked.verb),
  );
}

function outOfScope(asked: ResourceAttributes, { namespaced }: ApiResource): Unreal | undefined {
  const { verb, name, namespace } = asked;
  if (namespaced) return namespace !== '' || isOverAll(verb) ? undefined : 'namespaced-without-namespace';
  if (!isNamespaceByName(asked)) return namespace === '' ? undefined : 'cluster-scoped-in-namespace';
  return name === '' || name === namespace ? undefined : 'namespace-not-in-itself';
}

const unnamedVerbs = ['create', ...collectionVerbs];

/** Requests for one namespace carry it as their own. */
function isNamespaceByName({ group, resource, subresource, verb }: ResourceAttributes): boolean {
  return group === '' && resource === 'namespaces' && (subresource !== '' || !unnamedVerbs.includes(verb));
}

function isOverAll(verb: string): boolean {
  return verb === 'list' || verb === 'watch';
}

/**
 * The attributes that a client's request for this really carries: no namespace for what has none, a namespace in itself,
 * no name where something is created by POST. As asked where nothing is known about the resource.
 */
export function asRequested(
  asked: ResourceAttributes,
  resources: ReadonlyMap<string, ApiResource> | undefined,
): ResourceAttributes {
  const found = resources?.get(resourceName(asked));
  const named = asked.verb === 'create' && asked.subresource === '' ? { ...asked, name: '' } : asked;
  if (found === undefined || found.namespaced) return named;
  return { ...named, namespace: isNamespaceByName(named) ? named.name : '' };
}
