// Counts over groups of grants, without a set for each group: the last group that met an entry is noted beside it.

import type { Grant, Review } from './review.ts';
import { hasRisk, type RiskBits, type RiskMark, risks } from './risk.ts';

/** How far some grants reach. */
export type Reach = {
  /** Whether a ClusterRoleBinding is among them. */
  readonly everywhere: boolean;
  /** In which RoleBindings are. */
  readonly namespaces: number;
  readonly subjects: number;
  readonly roles: number;
  readonly bindings: number;
  /** Of `roles`, those that are not there or could not be read: what they allow is not known, and has no mark. */
  readonly unknownRoles: number;
  /** In the order of `risks`. */
  readonly marks: readonly RiskMark[];
};

/** The bits that one grant brings. */
export type BitsOf = (grant: Grant) => RiskBits;

/** Counts one group after another; grants of one binding have to stand next to each other. */
export type Tally = (grants: Iterable<Grant>, bitsOf?: BitsOf) => Reach;

/** What the role of a grant brings in its place. */
export function bitsOfGrant({ role, place }: Grant): RiskBits {
  return place.index === 0 ? role.bits.everywhere : role.bits.inNamespace;
}

/** A counter for the grants of one review. */
export function tallyOf({ subjects, roles, places }: Review): Tally {
  const seenSubjects = new Int32Array(subjects.length);
  const seenRoles = new Int32Array(roles.length);
  const seenPlaces = new Int32Array(places.length);
  const marking = markingOf(places.length);
  let group = 0;
  return (grants, bitsOf = bitsOfGrant) => {
    group++;
    marking.begin();
    const counts = { subjects: 0, roles: 0, unknownRoles: 0, places: 0, bindings: 0 };
    let last: Grant | undefined;
    for (const grant of grants) {
      if (last?.binding !== grant.binding) counts.bindings++;
      last = grant;
      counts.subjects += firstTime(seenSubjects, grant.subject.index, group);
      const isRoleNew = firstTime(seenRoles, grant.role.index, group);
      counts.roles += isRoleNew;
      if (grant.role.role === undefined) counts.unknownRoles += isRoleNew;
      counts.places += firstTime(seenPlaces, grant.place.index, group);
      const bits = bitsOf(grant);
      if (bits !== 0) marking.add(bits, grant.place.index);
    }
    const everywhere = seenPlaces[0] === group;
    return {
      everywhere,
      namespaces: counts.places - (everywhere ? 1 : 0),
      subjects: counts.subjects,
      roles: counts.roles,
      bindings: counts.bindings,
      unknownRoles: counts.unknownRoles,
      marks: marking.marks(),
    };
  };
}

/** 1 where this group had not met that entry. */
function firstTime(seen: Int32Array, index: number, group: number): number {
  if (seen[index] === group) return 0;
  seen[index] = group;
  return 1;
}

type Marking = {
  readonly begin: () => void;
  readonly add: (bits: RiskBits, place: number) => void;
  readonly marks: () => readonly RiskMark[];
};

const noMarks: readonly RiskMark[] = Object.freeze([]);

/** For each risk: in which places it was met since the beginning. */
function markingOf(places: number): Marking {
  const seen = risks.map(() => new Int32Array(places));
  const counts = new Int32Array(risks.length);
  let group = 0;
  let all = 0;
  let everywhere = 0;
  return {
    begin: () => {
      group++;
      all = 0;
      everywhere = 0;
      counts.fill(0);
    },
    add: (bits, place) => {
      all |= bits;
      if (place === 0) everywhere |= bits;
      else
        for (const [index, list] of seen.entries()) {
          if (hasRisk(bits, index)) counts[index] = (counts[index] ?? 0) + firstTime(list, place, group);
        }
    },
    marks: () =>
      all === 0
        ? noMarks
        : risks.flatMap((risk, index) =>
            hasRisk(all, index)
              ? [
                  {
                    risk,
                    everywhere: hasRisk(everywhere, index),
                    namespaces: counts[index] ?? 0,
                    named: !hasRisk(all, index, true),
                  },
                ]
              : [],
          ),
  };
}
