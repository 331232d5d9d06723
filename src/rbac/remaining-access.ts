// What somebody may still do of what was taken back, and by which ways: a revocation that changes nothing must say so.

import { counted } from '../number-words.ts';
import { accessOf } from './access.ts';
import { subjectWords } from './access-words.ts';
import { atomsOf, covers } from './covers.ts';
import { effectiveAccess, type Source } from './effective-access.ts';
import { placed } from './places.ts';
import type { Rule } from './rule.ts';
import type { Snapshot } from './snapshot.ts';
import { identityOf, type Subject, withImpliedGroups } from './subject.ts';
import { describeRule } from './words.ts';

/** One way that is left: the rules of it that still allow something of what was taken. */
export type RemainingWay = { readonly source: Source; readonly rules: readonly Rule[] };

/**
 * The ways left after a revocation in one place ('' for the whole cluster, where ClusterRoleBindings alone count). Of a
 * user only what bindings to the user and to everybody give: which groups they are in, nobody here knows.
 */
export function remainingWays(
  after: Snapshot,
  {
    subject,
    namespace,
    taken,
  }: { readonly subject: Subject; readonly namespace: string; readonly taken: readonly Rule[] },
): readonly RemainingWay[] {
  const { everywhere, namespaces } = effectiveAccess(
    accessOf(after),
    withImpliedGroups(identityOf(subject)),
    namespace,
  );
  const atoms = taken.flatMap(atomsOf);
  const found = new Map<string, { source: Source; rules: Rule[] }>();
  for (const { rule, sources } of [...everywhere, ...namespaces.flatMap(({ grants }) => grants)]) {
    if (!atoms.some((atom) => covers([rule], [atom]))) continue;
    for (const source of sources) {
      const key = JSON.stringify([source.binding, source.subject]);
      const there = found.get(key);
      if (there === undefined) found.set(key, { source, rules: [rule] });
      else there.rules.push(rule);
    }
  }
  return [...found.values()];
}

/** `get, list on pods, through RoleBinding "x" in namespace shop to group oidc:devs, of ClusterRole "view" (from "part")`. */
export function remainingWords({ source, rules }: RemainingWay): string {
  const { binding, role, subject, parts } = source;
  const from = parts.length === 0 ? '' : ` (written in "${parts.at(-1) ?? ''}")`;
  const shown = rules.slice(0, 3).map(describeRule).join('; ');
  const more = rules.length > 3 ? `; and ${counted(rules.length - 3, 'more rule')}` : '';
  return `${shown}${more}, through ${placed(binding, binding.namespace)} to ${subjectWords(subject)}, of ${placed(role, role.namespace)}${from}`;
}
