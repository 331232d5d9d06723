// The rows of a review: its grants (or some of them), gathered by subject, role, namespace or resource. A row's own
// grants are what the next view below it is made of.

import type { RoleObjectRef } from '../rbac/chain.ts';
import { mastersGroup, type Subject } from '../rbac/subject.ts';
import { resourceRows } from './resource-rows.ts';
import type { Grant, Review } from './review.ts';
import { type RiskMark, risks } from './risk.ts';
import { type Reach, type Tally, tallyOf } from './tally.ts';
import { grantsOfTarget, type Target } from './target.ts';

/** The sides from which a review is looked at, in the order in which one key goes through them. */
export const pivots = ['subject', 'resource', 'role', 'namespace'] as const;
export type Pivot = (typeof pivots)[number];

/** What a row is about. */
export type RowOf =
  | { readonly pivot: 'subject'; readonly subject: Subject; readonly implied: boolean }
  | {
      readonly pivot: 'role';
      readonly role: RoleObjectRef;
      /** `missing`: bindings refer to it, and it is not there. */
      readonly state: 'read' | 'missing' | 'unread';
    }
  | { readonly pivot: 'namespace'; readonly namespace: string }
  | { readonly pivot: 'resource'; readonly target: Target };

/** One row, with its reach; nothing in it is cleaned for a screen. */
export type ReviewRow = Reach & {
  /** Unique among rows of one pivot, the same for the same thing in another snapshot. */
  readonly key: string;
  /** The bare name: `oidc:devs`, `shop/ci`, `deployments.apps`; '' for the cluster as a place. */
  readonly name: string;
  readonly of: RowOf;
};

/** All rows of that side, sorted: groups, users, accounts; then by risk, reach and name. `within`: of these grants only. */
export function rowsBy(
  review: Review,
  pivot: Pivot,
  within: readonly Grant[] = review.grants,
): readonly ReviewRow[] {
  const rows = pivot === 'resource' ? resourceRows(review, within) : groupedRows(review, pivot, within);
  return sorted(rows);
}

type Entry = { readonly index: number };
type Grouping = { readonly size: number; readonly entryOf: (grant: Grant) => Entry };

function groupedRows(
  review: Review,
  pivot: Exclude<Pivot, 'resource'>,
  within: readonly Grant[],
): readonly ReviewRow[] {
  const tally = tallyOf(review);
  return groupsOf(within, groupings[pivot](review)).map((grants) => rowOf(pivot, grants, tally));
}

const groupings: Readonly<Record<Exclude<Pivot, 'resource'>, (review: Review) => Grouping>> = {
  subject: ({ subjects }) => ({ size: subjects.length, entryOf: ({ subject }) => subject }),
  role: ({ roles }) => ({ size: roles.length, entryOf: ({ role }) => role }),
  namespace: ({ places }) => ({ size: places.length, entryOf: ({ place }) => place }),
};

/** The grants of each entry that has some, in their order. */
function groupsOf(grants: readonly Grant[], { size, entryOf }: Grouping): readonly [Grant, ...Grant[]][] {
  const groups: ([Grant, ...Grant[]] | undefined)[] = new Array(size).fill(undefined);
  for (const grant of grants) {
    const { index } = entryOf(grant);
    const there = groups[index];
    if (there === undefined) groups[index] = [grant];
    else there.push(grant);
  }
  return groups.filter((group) => group !== undefined);
}

function rowOf(
  pivot: Exclude<Pivot, 'resource'>,
  grants: readonly [Grant, ...Grant[]],
  tally: Tally,
): ReviewRow {
  const [{ subject, role, place }] = grants;
  const reach = tally(grants);
  const key = keyOf(pivot, grants[0]);
  switch (pivot) {
    case 'subject': {
      const of = { pivot, subject: subject.subject, implied: subject.implied };
      const marks = isMasters(subject.subject) ? mastersMarks : reach.marks;
      return { ...reach, marks, key, name: subjectName(subject.subject), of };
    }
    case 'role': {
      const of = { pivot, role: role.ref, state: stateOf(role) };
      return { ...reach, key, name: roleName(role.ref), of };
    }
    case 'namespace':
      return {
        ...reach,
        key,
        name: place.namespace,
        of: { pivot, namespace: place.namespace },
      };
  }
}

function keyOf(pivot: Exclude<Pivot, 'resource'>, { subject, role, place }: Grant): string {
  if (pivot === 'subject') return subject.key;
  return pivot === 'role' ? roleKey(role.ref) : place.namespace;
}

function stateOf({ role, isUnread }: Grant['role']): 'read' | 'missing' | 'unread' {
  if (role !== undefined) return 'read';
  return isUnread ? 'unread' : 'missing';
}

/** Whatever bindings give this group, it is let pass before RBAC is asked. */
function isMasters(subject: Subject): boolean {
  return subject.kind === 'Group' && subject.name === mastersGroup;
}

const mastersMarks: readonly RiskMark[] = Object.freeze(
  risks.map((risk) => ({ risk, everywhere: true, namespaces: 0, named: false })),
);

/** `oidc:devs`, `shop/ci`. */
export function subjectName(subject: Subject): string {
  return subject.kind === 'ServiceAccount' ? `${subject.namespace}/${subject.name}` : subject.name;
}

/** `edit`, `shop/reader`. */
export function roleName({ namespace, name }: RoleObjectRef): string {
  return namespace === '' ? name : `${namespace}/${name}`;
}

/** `ClusterRole edit`, `Role shop/reader`: the key of its row. */
export function roleKey(role: RoleObjectRef): string {
  return `${role.kind} ${roleName(role)}`;
}

/** The grants that a row stands for. */
export function grantsOf(
  review: Review,
  { of, key }: Pick<ReviewRow, 'of' | 'key'>,
  within: readonly Grant[] = review.grants,
): readonly Grant[] {
  switch (of.pivot) {
    case 'subject':
      return within.filter(({ subject }) => subject.key === key);
    case 'role':
      return within.filter(
        ({ role: { ref } }) =>
          ref.name === of.role.name && ref.kind === of.role.kind && ref.namespace === of.role.namespace,
      );
    case 'namespace':
      return within.filter(({ place }) => place.namespace === of.namespace);
    case 'resource':
      return grantsOfTarget(review, of.target, within);
  }
}

/** The same for many rows of one side, found by gathering once; undefined by resource, where they would be too many. */
export function rowGrants(
  review: Review,
  pivot: Pivot,
  within: readonly Grant[],
): (row: ReviewRow) => readonly Grant[] | undefined {
  if (pivot === 'resource') return () => undefined;
  const groups = groupsOf(within, groupings[pivot](review));
  const byKey = new Map(groups.map((grants) => [keyOf(pivot, grants[0]), grants]));
  return ({ key }) => byKey.get(key);
}

const kindOrder = { Group: 0, User: 1, ServiceAccount: 2 } as const;

function orderOf({ of }: ReviewRow): number {
  if (of.pivot === 'subject') return kindOrder[of.subject.kind];
  // The cluster before its namespaces.
  return of.pivot === 'namespace' && of.namespace !== '' ? 1 : 0;
}

/** Larger for a graver risk, and for one in every namespace. */
export function gravity({ marks }: Pick<ReviewRow, 'marks'>): number {
  let sum = 0;
  for (const { risk, everywhere, named } of marks) {
    const weight = 1 << (2 * (risks.length - risks.indexOf(risk)));
    sum += named ? weight / 4 : everywhere ? 2 * weight : weight;
  }
  return sum;
}

function sorted(rows: readonly ReviewRow[]): readonly ReviewRow[] {
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
