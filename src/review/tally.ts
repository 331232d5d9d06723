// Counts over groups of grants, without a set for each group: the last group that met an entry is noted beside it.

import type { Grant, Review } from './review.ts';
import { hasRisk, type RiskMark, risks } from './risk.ts';

/** How far some grants reach. */
export type Reach = {
  /** Whether a ClusterRoleBinding is among them. */
  readonly everywhere: boolean;
  /** In which RoleBindings are. */
  readonly namespaces: number;
  readonly subjects: number;
  readonly roles: number;
  readonly bindings: number;
  /** In the order of `risks`. */
  readonly marks: readonly RiskMark[];
};

/** The bits that one grant brings. */
export type BitsOf = (grant: Grant) => number;

/** Counts one group after another; grants of one binding have to stand next to each other. */
export type Tally = (grants: Iterable<Grant>, bitsOf?: BitsOf) => Reach;

/** What the role of a grant brings in its place. */
export function bitsOfGrant({ role, place }: Grant): number {
  return place.index === 0 ? role.bits.everywhere : role.bits.inNamespace;
}

/** A counter for the grants of one review. */
export function tallyOf({ subjects, roles, places }: Review): Tally {
  const seen = {
    subjects: new Int32Array(subjects.length),
    roles: new Int32Array(roles.length),
    places: new Int32Array(places.length),
    risky: risks.map(() => new Int32Array(places.length)),
  };
  let group = 0;
  return (grants, bitsOf = bitsOfGrant) => {
    group++;
    const counts = { subjects: 0, roles: 0, places: 0, bindings: 0 };
    const marks = risks.map(() => ({ places: 0, everywhere: false, free: false }));
    let last: Grant | undefined;
    for (const grant of grants) {
      if (last?.binding !== grant.binding) counts.bindings++;
      last = grant;
      counts.subjects += firstTime(seen.subjects, grant.subject.index, group);
      counts.roles += firstTime(seen.roles, grant.role.index, group);
      counts.places += firstTime(seen.places, grant.place.index, group);
      const bits = bitsOf(grant);
      if (bits !== 0) addMarks(marks, { bits, grant, seen: seen.risky, group });
    }
    const everywhere = seen.places[0] === group;
    return {
      everywhere,
      namespaces: counts.places - (everywhere ? 1 : 0),
      subjects: counts.subjects,
      roles: counts.roles,
      bindings: counts.bindings,
      marks: marksOf(marks),
    };
  };
}

/** 1 where this group had not met that entry. */
function firstTime(seen: Int32Array, index: number, group: number): number {
  if (seen[index] === group) return 0;
  seen[index] = group;
  return 1;
}

type Marking = { places: number; everywhere: boolean; free: boolean };
type Marked = {
  readonly bits: number;
  readonly grant: Grant;
  readonly seen: readonly Int32Array[];
  readonly group: number;
};

function addMarks(marks: readonly Marking[], { bits, grant: { place }, seen, group }: Marked): void {
  for (let index = 0; index < marks.length; index++) {
    const mark = marks[index];
    const places = seen[index];
    if (mark === undefined || places === undefined || !hasRisk(bits, index)) continue;
    if (hasRisk(bits, index, true)) mark.free = true;
    if (place.index === 0) mark.everywhere = true;
    else mark.places += firstTime(places, place.index, group);
  }
}

const noMarks: readonly RiskMark[] = Object.freeze([]);

function marksOf(marks: readonly Marking[]): readonly RiskMark[] {
  if (marks.every(({ places, everywhere }) => places === 0 && !everywhere)) return noMarks;
  return risks.flatMap((risk, index) => {
    const { places, everywhere, free } = marks[index] ?? { places: 0, everywhere: false, free: false };
    if (places === 0 && !everywhere) return [];
    return [{ risk, everywhere, namespaces: places, named: !free }];
  });
}
