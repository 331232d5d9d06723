// A word of a rule, or of a binding's subject, that does not do what it seems to: the value, and the spellings that are
// wrong on every cluster.

import type { ApiResource } from './discovery.ts';

export type DeadKind =
  | 'star-after-slash'
  | 'group-with-version'
  | 'unknown-group'
  | 'unknown-resource'
  | 'resource-of-other-group'
  | 'unknown-subresource'
  | 'verb-case'
  | 'unknown-verb'
  | 'name-with-create'
  | 'name-with-list'
  | 'name-star'
  | 'cluster-resource-in-namespace'
  | 'url-in-namespace'
  | 'url-verb'
  | 'without-prefix';

/** One word of a rule, or of a binding's subject, that does not do what it says. */
export type DeadPart = {
  readonly kind: DeadKind;
  /** As it is written. */
  readonly word: string;
  /** What was probably meant, best first; may be empty. */
  readonly instead: readonly string[];
  /** Whether it can never act; else only in a way that few mean (`name-with-list`: with a field selector). */
  readonly dead: boolean;
};

/** Where the rule counts: a Role, or a ClusterRole through a RoleBinding, counts in a namespace only. */
export type RulePlace = {
  readonly scope: 'namespace' | 'cluster';
  /** `nameableResources`; undefined where nothing is known: then groups, resources and verbs are not judged. */
  readonly resources: readonly ApiResource[] | undefined;
};

/** A part that can never act. */
export function part(kind: DeadKind, word: string, instead: readonly (string | undefined)[] = []): DeadPart {
  return { kind, word, instead: instead.filter((each) => each !== undefined), dead: true };
}

/** `pods/*` is no pattern: stars stand before the slash only. */
export function isStarAfterSlash(resource: string): boolean {
  return /^[^*].*\/\*$/.test(resource);
}

/** `core` and `v1` are how people and manifests call the group whose name is empty. */
export function isVersioned(group: string): boolean {
  return group === 'core' || /(^|\/)v\d+((alpha|beta)\d+)?$/.test(group);
}

/** The group that was meant. */
export function withoutVersion(group: string): string {
  return group.includes('/') ? group.slice(0, group.indexOf('/')).replace(/^core$/, '') : '';
}
