// What two snapshots let each subject do, compared: permissions, not text. A role that is renamed, split or written in
// other words is no difference; a rule that a wider one takes in is none either.

import { accessOf, danglingOf, roleOf } from './access.ts';
import { type BindingRef, type Dangling, refOf } from './chain.ts';
import { compact, covers, uncovered } from './covers.ts';
import { effectiveRules } from './effective-access.ts';
import { isSameRule, type Rule, rule } from './rule.ts';
import type { Binding, Gap, Role, Snapshot } from './snapshot.ts';
import { mastersGroup, type Subject, subjectKey } from './subject.ts';
import { unseenDifferences } from './unseen-roles.ts';

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
  const sides = [sideOf(before), sideOf(after)] as const;
  const touched = touchedSubjects(...sides);
  const [old, now] = [heldIn(sides[0], touched), heldIn(sides[1], touched)];
  const subjects = new Map([...old, ...now].map(([key, { subject }]) => [key, subject]));
  const unread = [...before.gaps, ...after.gaps].filter(
    ({ what }) => what !== 'namespaces' && what !== 'discovery',
  );
  const gaps = [...unread, ...unseenDifferences(...sides)];
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

/** Of one role the same object for all bindings that give as much of it. */
type Given = {
  readonly rules: readonly Rule[];
  /** On the other side, with the same rules in the same order: what was compared once is not compared again. */
  twin: Given | undefined;
};
type Holding = { readonly binding: Binding; readonly given: Given };
type Places = Map<string, Holding[]>;
type Held = { readonly subject: Subject; readonly places: Places };
/** The bindings of a snapshot, those of the cluster first, and what each gives. */
type Side = {
  readonly snapshot: Snapshot;
  readonly bindings: readonly Binding[];
  readonly dangling: readonly Dangling[];
  readonly givenBy: (binding: Binding) => Given;
};

const nothing: Given = { rules: [], twin: undefined };

function sideOf(snapshot: Snapshot): Side {
  const access = accessOf(snapshot);
  // In a namespace a ClusterRole gives less.
  const known = { ClusterRoleBinding: new Map<Role, Given>(), RoleBinding: new Map<Role, Given>() };
  const givenBy = (binding: Binding): Given => {
    const role = roleOf(access, binding);
    if (role === undefined) return nothing;
    const given = known[binding.kind].get(role) ?? { rules: effectiveRules(binding, role), twin: undefined };
    known[binding.kind].set(role, given);
    return given;
  };
  const bindings = [...snapshot.clusterRoleBindings, ...snapshot.roleBindings];
  const dangling = bindings
    .filter((each) => roleOf(access, each) === undefined)
    .map((each) => danglingOf(access, each));
  return { snapshot, bindings, dangling, givenBy };
}

/** Whom a binding names that is not the same on both sides. Of two large clusters nearly all bindings are the same. */
function touchedSubjects(before: Side, after: Side): ReadonlySet<string> {
  const keyOf = ({ kind, namespace, name }: Binding): string => `${kind} ${namespace}/${name}`;
  const rest = new Map(before.bindings.map((binding) => [keyOf(binding), binding]));
  const changed: Binding[] = [];
  for (const binding of after.bindings) {
    const key = keyOf(binding);
    const was = rest.get(key);
    rest.delete(key);
    if (was === undefined) changed.push(binding);
    else if (!isSameBinding(was, binding) || !areTwins(before.givenBy(was), after.givenBy(binding)))
      changed.push(was, binding);
  }
  return new Set([...changed, ...rest.values()].flatMap(({ subjects }) => subjects.map(subjectKey)));
}

function isSameBinding(one: Binding, other: Binding): boolean {
  return (
    one.subjects.length === other.subjects.length &&
    one.subjects.every((each, index) => {
      const twin = other.subjects[index];
      return twin?.kind === each.kind && twin.name === each.name && namespaceOf(twin) === namespaceOf(each);
    })
  );
}

function namespaceOf(subject: Subject): string {
  return subject.kind === 'ServiceAccount' ? subject.namespace : '';
}

function heldIn({ bindings, givenBy }: Side, touched: ReadonlySet<string>): Map<string, Held> {
  const held = new Map<string, Held>();
  if (touched.size === 0) return held;
  for (const binding of bindings) {
    const subjects = binding.subjects.filter((each) => touched.has(subjectKey(each)));
    const given = subjects.length === 0 ? nothing : givenBy(binding);
    if (given.rules.length > 0) for (const subject of subjects) addHolding(held, subject, { binding, given });
  }
  return held;
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
  return (
    was.length === is.length &&
    was.every(({ given }, index) => {
      const other = is[index]?.given;
      return other !== undefined && areTwins(given, other);
    })
  );
}

function areTwins(one: Given, other: Given): boolean {
  if (one.twin === other) return true;
  const areSame =
    one.rules.length === other.rules.length &&
    one.rules.every((each, index) => isSameRule(each, other.rules[index] ?? rule({})));
  if (areSame) one.twin = other;
  return areSame;
}
