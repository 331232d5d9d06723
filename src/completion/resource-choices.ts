// Resources as people type them: `pods`, `po`, `Pod`, `deployments.apps`, `pods/log`.

import { type Choice, isOfferable } from './choices.ts';

/** One entry of API discovery (APIResource); '' is the core group. */
export type DiscoveredResource = {
  readonly group: string;
  /** `pods`, or `pods/log` for a subresource. */
  readonly name: string;
  readonly kind: string;
  readonly shortNames: readonly string[];
};

/**
 * Every resource by its plural, of a name that two groups have the later ones with their group. Short names and kinds
 * are offered once a letter is typed, subresources once there is a slash: they would bury the rest.
 */
export function resourceChoices(resources: readonly DiscoveredResource[], typed: string): readonly Choice[] {
  const word = typed.slice(typed.lastIndexOf(',') + 1);
  const wanted = resources.filter(({ name }) => word.includes('/') || !name.includes('/'));
  const byValue = new Map<string, Choice>();
  const offer = (value: string, about: string): void => {
    if (isOfferable(value) && !byValue.has(value)) byValue.set(value, { value, about });
  };
  for (const { group, name, kind, shortNames } of wanted) {
    const about = [kind, ...shortNames].join(', ');
    offer(byValue.has(name) && group !== '' ? `${name}.${group}` : name, about);
  }
  if (word !== '' && !word.includes('/')) {
    for (const { name, kind, shortNames } of wanted)
      for (const each of [...shortNames, kind]) offer(each, name);
  }
  return [...byValue.values()].sort((left, right) => (left.value < right.value ? -1 : 1));
}
