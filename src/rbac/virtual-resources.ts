// Resources that no discovery lists and that RBAC is asked about all the same.

import { type ApiResource, type Discovery, partsOf, resourceName } from './discovery.ts';
import type { NamedResource } from './resource-words.ts';

const authenticationGroup = 'authentication.k8s.io';

const kubeletVerbs = ['get', 'create', 'update', 'patch', 'delete'];
const kubeletPaths = [
  'checkpoint',
  'configz',
  'healthz',
  'log',
  'metrics',
  'pods',
  'spec',
  'stats',
  'statusz',
];

/**
 * Whom one may impersonate, signers of certificates, what a kubelet serves, and what controllers and admission check (filters/impersonation,
 * certauthorization, kubelet/server/auth.go, certificates/approver, endpoints/restricted, resourceclaim).
 */
export const virtualResources: readonly ApiResource[] = [
  virtual('', 'users', ['impersonate']),
  virtual('', 'groups', ['impersonate']),
  virtual(authenticationGroup, 'users', constrained('user-info')),
  virtual(authenticationGroup, 'groups', constrained('user-info')),
  virtual(authenticationGroup, 'uids', ['impersonate', ...constrained('user-info')]),
  virtual(authenticationGroup, 'userextras', ['impersonate', ...constrained('user-info')]),
  virtual(authenticationGroup, 'nodes', constrained('arbitrary-node', 'associated-node')),
  { ...virtual(authenticationGroup, 'serviceaccounts', constrained('serviceaccount')), namespaced: true },
  virtual('certificates.k8s.io', 'signers', ['approve', 'sign', 'attest']),
  virtual('certificates.k8s.io', 'certificatesigningrequests/nodeclient', ['create']),
  virtual('certificates.k8s.io', 'certificatesigningrequests/selfnodeclient', ['create']),
  virtual('certificates.k8s.io', 'certificatesigningrequests/selfnodeserver', ['create']),
  { ...virtual('', 'endpoints/restricted', ['create']), namespaced: true },
  { ...virtual('discovery.k8s.io', 'endpointslices/restricted', ['create']), namespaced: true },
  { ...virtual('resource.k8s.io', 'resourceclaims/binding', ['update', 'patch']), namespaced: true },
  { ...virtual('resource.k8s.io', 'resourceclaims/driver', driverVerbs()), namespaced: true },
  ...kubeletPaths.map((path) => virtual('', `nodes/${path}`, kubeletVerbs)),
];

function driverVerbs(): readonly string[] {
  return ['associated-node', 'arbitrary-node'].flatMap((mode) => [`${mode}:update`, `${mode}:patch`]);
}

/**
 * All that a rule can name: what discovery has, what is asked besides, and `finalizers` of anything, which
 * OwnerReferencesPermissionEnforcement asks for where an owner is named that must not be removed before.
 */
export function nameableResources({ resources }: Discovery): readonly ApiResource[] {
  const parents = resources.filter(({ name }) => !name.includes('/'));
  const finalizers = parents.map((each) => ({ ...each, name: `${each.name}/finalizers`, verbs: ['update'] }));
  return [...resources, ...virtualResources, ...finalizers];
}

/**
 * The one among them that a question means by these words, where the verb is asked about it; `userextras/KEY` has any
 * key. undefined for what discovery has to know.
 */
export function virtualResourceNamed({
  verb,
  target,
}: {
  readonly verb: string;
  readonly target: string;
}): NamedResource | undefined {
  const slash = target.indexOf('/');
  const [whole, subresource] = slash < 0 ? [target, ''] : [target.slice(0, slash), target.slice(slash + 1)];
  const isMeant = (each: ApiResource): boolean => {
    const named = partsOf(each);
    const hasAnyBelow = named.resource === 'userextras';
    return (
      [named.resource, resourceName({ group: named.group, resource: named.resource })].includes(whole) &&
      (hasAnyBelow || named.subresource === subresource)
    );
  };
  const known =
    verb === '*' ? undefined : virtualResources.find((each) => each.verbs.includes(verb) && isMeant(each));
  return known && { group: known.group, resource: partsOf(known).resource, subresource, known };
}

function virtual(group: string, name: string, verbs: readonly string[]): ApiResource {
  return { group, name, kind: '', namespaced: false, verbs, singular: '', shortNames: [] };
}

function constrained(...modes: readonly string[]): readonly string[] {
  return modes.map((mode) => `impersonate:${mode}`);
}
