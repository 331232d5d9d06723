// What of a role that is there allows nothing when it is bound in one namespace: said before it is granted.

import { deadParts } from './dead-rules.ts';
import type { Discovery } from './discovery.ts';
import { placed } from './places.ts';
import type { Role } from './snapshot.ts';
import { nameableResources } from './virtual-resources.ts';
import { describeRule } from './words.ts';

/** Kubernetes' own roles are written for every version at once; their other dead words are nobody's to mend. */
const byPlace: readonly string[] = ['cluster-resource-in-namespace', 'url-in-namespace'];
const shown = 3;

/** A line for each rule of which a part can never act there; none for `namespace` '', the whole cluster. */
export function deadNotes(
  role: Role | undefined,
  namespace: string,
  discovery: Discovery,
): readonly string[] {
  if (role === undefined || namespace === '') return [];
  const place = { scope: 'namespace', resources: nameableResources(discovery) } as const;
  const dead = role.rules.filter((rule) => deadParts(rule, place).some(({ kind }) => byPlace.includes(kind)));
  const lines = dead
    .slice(0, shown)
    .map(
      (rule) =>
        `Of ${placed(role, role.namespace)} this allows nothing, or less, in a namespace: ${describeRule(rule)}.`,
    );
  return dead.length > shown ? [...lines, `And ${dead.length - shown} more rules of it.`] : lines;
}
