// In which order rows stand: what a person should look at first is first.

import { risks } from './risk.ts';
import type { ReviewRow } from './rows.ts';

const kindOrder = { Group: 0, User: 1, ServiceAccount: 2 } as const;

function orderOf({ of }: ReviewRow): number {
  if (of.pivot === 'subject') return kindOrder[of.subject.kind];
  // The cluster before its namespaces.
  return of.pivot === 'namespace' && of.namespace !== '' ? 1 : 0;
}

/** Larger for a graver risk, and for one in every namespace; a role that nobody knows is more than no risk. */
function gravity({ marks, unknownRoles }: Pick<ReviewRow, 'marks' | 'unknownRoles'>): number {
  let sum = unknownRoles > 0 ? 1 / 2 : 0;
  for (const { risk, everywhere, named } of marks) {
    const weight = 1 << (2 * (risks.length - risks.indexOf(risk)));
    sum += named ? weight / 4 : everywhere ? 2 * weight : weight;
  }
  return sum;
}

/** Groups, users, accounts (the cluster before its namespaces); then by risk, by reach, by name. */
export function inOrder(rows: readonly ReviewRow[]): readonly ReviewRow[] {
  const keyed = rows.map((row) => ({
    row,
    grave: orderOf(row) * 2 ** 12 - gravity(row),
    far: distance(row),
  }));
  keyed.sort(
    (left, right) =>
      left.grave - right.grave ||
      right.far - left.far ||
      (left.row.name < right.row.name ? -1 : left.row.name > right.row.name ? 1 : 0),
  );
  return keyed.map(({ row }) => row);
}

/** Everywhere, then by namespaces, then by bindings, in one number. */
function distance({ everywhere, namespaces, bindings }: ReviewRow): number {
  return (
    (everywhere ? 2 ** 46 : 0) + Math.min(namespaces, 2 ** 22) * 2 ** 23 + Math.min(bindings, 2 ** 23 - 1)
  );
}
