// Which resources a cluster has: the plain value that API discovery, or the stock one of a Kubernetes version, becomes.

/** One entry of API discovery (APIResource); '' is the core group. */
export type ApiResource = {
  readonly group: string;
  /** `pods`, or `pods/log` for a subresource. */
  readonly name: string;
  readonly kind: string;
  readonly namespaced: boolean;
  /** What requests may do with it: get, list, watch, create, update, patch, delete, deletecollection. */
  readonly verbs: readonly string[];
  readonly singular: string;
  readonly shortNames: readonly string[];
};

/**
 * Each resource once, subresources after their parents; of a group's versions the union. `manifests`: those of a
 * Kubernetes version, and of the CustomResourceDefinitions that were given: a cluster may have more.
 */
export type Discovery = { readonly resources: readonly ApiResource[]; readonly of?: 'manifests' };

/** How rules and requests name it: `pods`, `pods/log`, `deployments.apps`, `deployments.apps/scale`; one way only. */
export function resourceName(asked: {
  readonly group: string;
  readonly resource: string;
  readonly subresource?: string;
}): string {
  const { group, resource, subresource = '' } = asked;
  return `${resource}${group === '' ? '' : `.${group}`}${subresource === '' ? '' : `/${subresource}`}`;
}

/** Each resource by its `resourceName`. */
export function resourcesByName({ resources }: Discovery): ReadonlyMap<string, ApiResource> {
  return new Map(resources.map((each) => [resourceName(partsOf(each)), each]));
}

/** With others besides; a resource that is there already stays as it is. */
export function withResources({ resources }: Discovery, more: readonly ApiResource[]): Discovery {
  const byName = [...resources, ...more].map((each) => [`${each.group}/${each.name}`, each] as const);
  return { resources: [...new Map(byName.toReversed()).values()].toReversed() };
}

/** `deployments/scale` in its two parts; the subresource is '' where there is none. */
export function partsOf({ group, name }: { readonly group: string; readonly name: string }): {
  readonly group: string;
  readonly resource: string;
  readonly subresource: string;
} {
  const slash = name.indexOf('/');
  const resource = slash < 0 ? name : name.slice(0, slash);
  return { group, resource, subresource: slash < 0 ? '' : name.slice(slash + 1) };
}
