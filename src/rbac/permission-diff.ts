// What two snapshots let each subject do, compared: permissions, not text. A role that is renamed, split or written in
// other words is no difference; a rule that a wider one takes in is none either.

import { accessOf, roleOf } from './access.ts';
import { type BindingRef, refOf } from './chain.ts';
import { compact, covers, uncovered } from './covers.ts';
import { effectiveRules } from './effective-access.ts';
import type { Rule } from './rule.ts';
import type { Binding, Gap, Role, Snapshot } from './snapshot.ts';
import { mastersGroup, type Subject, subjectKey } from './subject.ts';

/** Of one subject in one namespace, or everywhere (''). */
export type PermissionChange = {
  readonly namespace: string;
  readonly gained: readonly Rule[];
  /** The bindings after, or before, that bring or brought them. */
  readonly gainedBy: readonly BindingRef[];
  readonly lost: readonly Rule[];
  readonly lostBy: readonly BindingRef[];
};

export type SubjectDiff = { readonly subject: Subject; readonly changes: readonly PermissionChange[] };

export type PermissionDiff = {
  /** In the order of the bindings; only subjects with a change. */
  readonly subjects: readonly SubjectDiff[];
  /** False where something could not be read on either side: then a difference may be none, and one may be missing. */
  readonly complete: boolean;
  readonly gaps: readonly Gap[];
};

/** Gained: allowed after and not before, by the server's own comparison of rules (`covers`). Groups are compared as groups. */
export function permissionDiff(before: Snapshot, after: Snapshot): PermissionDiff {
  const [old, now] = [heldIn(before), heldIn(after)];
  const subjects = new Map([...old, ...now].map(([key, { subject }]) => [key, subject]));
  const gaps = [...before.gaps, ...after.gaps].filter(
    ({ what }) => what !== 'namespaces' && what !== 'discovery',
  );
  return {
    subjects: [...subjects].flatMap(([key, subject]) => {
      // Beyond RBAC: no binding gives them anything or takes it away.
      if (subject.kind === 'Group' && subject.name === mastersGroup) return [];
      const changes = changesOf(old.get(key)?.places ?? new Map(), now.get(key)?.places ?? new Map());
      return changes.length > 0 ? [{ subject, changes }] : [];
    }),
    complete: gaps.length === 0,
    gaps,
  };
}

/** Of one role the same object for all of its bindings; rules with one key are the same in the same order. */
type Given = { readonly rules: readonly Rule[]; readonly key: string };
type Holding = { readonly binding: Binding; readonly given: Given };
type Places = Map<string, Holding[]>;
type Held = { readonly subject: Subject; readonly places: Places };

function heldIn(snapshot: Snapshot): Map<string, Held> {
  const access = accessOf(snapshot);
  const held = new Map<string, Held>();
  const givenBy = new Map<Role, Given>();
  const add = (binding: Binding): void => {
    const role = roleOf(access, binding);
    if (role === undefined) return;
    const given = givenBy.get(role) ?? givenOf(binding, role);
    givenBy.set(role, given);
    if (given.rules.length > 0)
      for (const subject of binding.subjects) addHolding(held, subject, { binding, given });
  };
  for (const binding of snapshot.clusterRoleBindings) add(binding);
  // In a namespace a ClusterRole gives less.
  givenBy.clear();
  for (const binding of snapshot.roleBindings) add(binding);
  return held;
}

function givenOf(binding: Binding, role: Role): Given {
  const rules = effectiveRules(binding, role);
  return { rules, key: JSON.stringify(rules) };
}

function addHolding(held: Map<string, Held>, subject: Subject, holding: Holding): void {
  const key = subjectKey(subject);
  if (key === '') return;
  const { places } = held.get(key) ?? { places: new Map<string, Holding[]>() };
  if (!held.has(key)) held.set(key, { subject, places });
  const there = places.get(holding.binding.namespace);
  if (there === undefined) places.set(holding.binding.namespace, [holding]);
  else if (there.at(-1)?.binding !== holding.binding) there.push(holding);
}

function changesOf(old: Places, now: Places): readonly PermissionChange[] {
  const namespaces = [...new Set([...old.keys(), ...now.keys()])].sort();
  return namespaces.flatMap((namespace) => {
    const [was, is] = [old.get(namespace) ?? [], now.get(namespace) ?? []];
    if (isSame(was, is)) return [];
    const gained = missingFrom(reaching(old, namespace), is);
    const lost = missingFrom(reaching(now, namespace), was);
    if (gained.length === 0 && lost.length === 0) return [];
    return [
      {
        namespace,
        gained: compact(gained),
        gainedBy: bringing(is, gained),
        lost: compact(lost),
        lostBy: bringing(was, lost),
      },
    ];
  });
}

/** Rules that count in a namespace are also those of everywhere. */
function reaching(places: Places, namespace: string): readonly Rule[] {
  const everywhere = places.get('') ?? [];
  const there = namespace === '' ? [] : (places.get(namespace) ?? []);
  return [...everywhere, ...there].flatMap(({ given }) => given.rules);
}

function missingFrom(held: readonly Rule[], wanted: readonly Holding[]): readonly Rule[] {
  return uncovered(
    held,
    wanted.flatMap(({ given }) => given.rules),
  );
}

function bringing(holdings: readonly Holding[], parts: readonly Rule[]): readonly BindingRef[] {
  return holdings
    .filter(({ given }) => parts.some((part) => covers(given.rules, [part])))
    .map(({ binding }) => refOf(binding));
}

/** The common case, of fifty thousand bindings nearly all. */
function isSame(was: readonly Holding[], is: readonly Holding[]): boolean {
  return was.length === is.length && was.every(({ given }, index) => given.key === is[index]?.given.key);
}
