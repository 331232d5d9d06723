// What rules are about, as they name it: a resource, all of a kind of them by a star, or a URL.

import type { Access } from '../rbac/access.ts';
import { type ApiResource, partsOf, resourceName, resourcesByName } from '../rbac/discovery.ts';
import { type Rule, urlCovers } from '../rbac/rule.ts';
import { isVerbOf } from '../rbac/verbs.ts';
import { nameableResources } from '../rbac/virtual-resources.ts';
import type { Grant, Review } from './review.ts';

/** `resource` as rules write it: `pods`, `pods/log`, `*`, `*` + `/scale`; group '' is the core group, `*` any. */
export type Target =
  | { readonly kind: 'resource'; readonly group: string; readonly resource: string }
  | { readonly kind: 'url'; readonly url: string };

/** `deployments.apps/scale`, `*` for every resource of every group, `/metrics`. One way for each target. */
export function targetName(target: Target): string {
  if (target.kind === 'url') return target.url === '*' ? 'every URL' : target.url;
  const { group, resource } = target;
  if (group === '*' && resource === '*') return '*';
  return resourceName(partsOf({ group, name: resource }));
}

/** Unique for each target. */
export function targetKey(target: Target): string {
  return target.kind === 'url' ? `url ${target.url}` : `${target.group} ${target.resource}`;
}

/** Each target that a rule names: the cross product of its groups and resources, and its URLs. */
export function targetsOf({ apiGroups, resources, nonResourceURLs }: Rule): readonly Target[] {
  return [
    ...apiGroups.flatMap((group) =>
      resources.map((resource) => ({ kind: 'resource', group, resource }) as const),
    ),
    ...nonResourceURLs.map((url) => ({ kind: 'url', url }) as const),
  ];
}

/** Whether rules that name the one allow what the other is about too. */
export function targetCovers(wide: Target, narrow: Target): boolean {
  if (wide.kind === 'url' || narrow.kind === 'url') {
    return wide.kind === 'url' && narrow.kind === 'url' && urlCovers(wide.url, narrow.url);
  }
  if (wide.group !== '*' && wide.group !== narrow.group) return false;
  if (wide.resource === '*' || wide.resource === narrow.resource) return true;
  return wide.resource.startsWith('*/') && narrow.resource.endsWith(wide.resource.slice(1));
}

/** Whether a target stands for more than itself. */
export function isWide(target: Target): boolean {
  if (target.kind === 'url') return target.url.endsWith('*');
  return target.group === '*' || target.resource.startsWith('*');
}

/** Of which kind the resources are that a cluster has, and what it checks besides. */
export type Scopes = {
  /** Whether a RoleBinding can ever give this: never a URL, nor what has no namespace, but `namespaces` themselves. */
  readonly isPlaced: (target: Target) => boolean;
  /** Whether a request can have this verb there; yes for what is not known. */
  readonly hasVerb: (target: Target, verb: string) => boolean;
};

/** Without discovery every resource counts as placed, and every verb as its. */
export function scopesOf({ snapshot }: Access): Scopes {
  const { discovery } = snapshot;
  const known: ReadonlyMap<string, ApiResource> =
    discovery === undefined ? new Map() : resourcesByName({ resources: nameableResources(discovery) });
  return {
    isPlaced: (target) => {
      if (target.kind === 'url') return false;
      if (target.group === '' && /^namespaces(\/|$)/.test(target.resource)) return true;
      return known.get(targetName(target))?.namespaced ?? true;
    },
    hasVerb: (target, verb) => {
      const found = known.get(targetName(target));
      return found === undefined || isVerbOf(found, verb);
    },
  };
}

/** The grants whose rules reach a target, by a star too. */
export function grantsOfTarget(review: Review, target: Target, within: readonly Grant[]): readonly Grant[] {
  const isPlaced = scopesOf(review.access).isPlaced(target);
  const reaching = new Map<Grant['role'], boolean>();
  return within.filter(({ role, place }) => {
    if (place.index !== 0 && !isPlaced) return false;
    const known = reaching.get(role);
    if (known !== undefined) return known;
    const found = role.role?.rules.some((rule) => reaches(rule, target)) ?? false;
    reaching.set(role, found);
    return found;
  });
}

/** Whether a rule is about that target, whatever its verbs. */
export function reaches(rule: Rule, target: Target): boolean {
  return targetsOf(rule).some((each) => targetCovers(each, target));
}
