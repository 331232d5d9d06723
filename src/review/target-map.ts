// Targets with something beside each, found by the rules that name them without putting a key together for each.

import type { Rule } from '../rbac/rule.ts';
import type { Target } from './target.ts';

export type TargetMap<Value> = {
  /** What stands beside each target that the rule names: the cross product of its groups and resources, and its URLs. */
  readonly of: (rule: Rule) => Iterable<Value>;
  readonly all: () => readonly Value[];
};

/** `make` is asked once for each target, when a rule first names it. */
export function targetMapOf<Value>(make: (target: Target) => Value): TargetMap<Value> {
  const groups = new Map<string, Map<string, Value>>();
  const urls = new Map<string, Value>();
  return {
    of: ({ apiGroups, resources, nonResourceURLs }) => [
      ...apiGroups.flatMap((group) => {
        const names = madeOnce(groups, group, () => new Map<string, Value>());
        return resources.map((resource) =>
          madeOnce(names, resource, () => make({ kind: 'resource', group, resource })),
        );
      }),
      ...nonResourceURLs.map((url) => madeOnce(urls, url, () => make({ kind: 'url', url }))),
    ],
    all: () => [...groups.values(), urls].flatMap((names) => [...names.values()]),
  };
}

/** What stands under that name, made and kept where nothing does. */
export function madeOnce<Value>(map: Map<string, Value>, name: string, make: () => Value): Value {
  const there = map.get(name);
  if (there !== undefined) return there;
  const made = make();
  map.set(name, made);
  return made;
}
