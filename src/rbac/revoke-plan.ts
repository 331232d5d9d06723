// What has to be removed so that a grant is taken back: only what this program made, and somebody else's binding only
// where that was asked for, and then nothing of it but the one subject.

import {
  fromPresetLabel,
  grantedBy,
  isOurs,
  rulesGivenTo,
  sameRoleRef,
  sameRules,
  sameSubject,
} from './managed.ts';
import { bindingsAt, boundTo, rolesAt } from './places.ts';
import type { Rule } from './rule.ts';
import type { Binding, Role, RoleRef, Snapshot } from './snapshot.ts';
import type { Subject } from './subject.ts';

/** Which role a revocation is about: any, one by its name, or those of ours that hold these rules. */
export type RevokedRole =
  | { readonly kind: 'any' }
  | { readonly kind: 'named'; readonly roleRef: RoleRef }
  /** Whatever was granted by this preset; with `names` only what was granted for exactly these objects. */
  | { readonly kind: 'preset'; readonly name: string; readonly names: readonly string[] }
  | { readonly kind: 'rules'; readonly rules: readonly Rule[] };

export type Revocation = {
  /** '' is the whole cluster. */
  readonly namespace: string;
  readonly subject: Subject;
  readonly role: RevokedRole;
  /** Whether the subject is taken out of bindings that others made. */
  readonly adopt: boolean;
};

/** One write. `take-out` leaves the binding with its other subjects, and as nobody's grant. */
export type RemovalStep =
  | { readonly kind: 'delete'; readonly object: Role | Binding }
  | { readonly kind: 'take-out'; readonly before: Binding; readonly subject: Subject };

export type RevokePlan = {
  /** Bindings first: a role that is left allows nothing. */
  readonly steps: readonly RemovalStep[];
  /** Bindings that others made and that stay, though they name the subject and such a role. */
  readonly foreign: readonly Binding[];
};

/** The plan for one place; no steps: nothing of ours is there. */
export function planRevoke(wanted: Revocation, snapshot: Snapshot): RevokePlan {
  const there = bindingsAt(snapshot, wanted.namespace).filter((each) => isAbout(each, wanted, snapshot));
  const own = there.filter(isOurs);
  const foreign = there.filter((each) => !isOurs(each));
  const steps = [
    ...own.flatMap((each) => removalOf(each, wanted.subject)),
    ...(wanted.adopt ? foreign.map((before) => takeOut(before, wanted.subject)) : []),
  ];
  // Besides, what an interrupted run left behind.
  const refs = [...own.map(({ roleRef }) => roleRef), ...leftRoles(wanted, snapshot)];
  const roles = unusedRoles(snapshotAfter(snapshot, steps), wanted.namespace, refs);
  return {
    steps: [...steps, ...roles],
    foreign: wanted.adopt ? [] : foreign,
  };
}

function leftRoles({ role, namespace }: Revocation, snapshot: Snapshot): readonly RoleRef[] {
  if (role.kind === 'any') return [];
  if (role.kind === 'named') return [role.roleRef];
  return rolesAt(snapshot, namespace === '' ? 'ClusterRole' : 'Role', namespace).filter((each) =>
    role.kind === 'preset'
      ? each.labels[fromPresetLabel] === role.name && isForNames(each, role.names)
      : sameRules(rulesGivenTo(each) ?? each.rules, role.rules),
  );
}

function isAbout(binding: Binding, { subject, role }: Revocation, snapshot: Snapshot): boolean {
  const isNamed = binding.subjects.some((each) => sameSubject(each, subject));
  const made = isOurs(binding) ? grantedBy(binding) : undefined;
  const isMade = made !== undefined && sameSubject(made.subject, subject);
  return (isNamed || isMade) && isRoleMeant(binding, role, snapshot);
}

function isRoleMeant(binding: Binding, role: RevokedRole, snapshot: Snapshot): boolean {
  if (role.kind === 'any') return true;
  if (role.kind === 'named') return sameRoleRef(binding.roleRef, role.roleRef);
  if (role.kind === 'preset' && role.names.length === 0) return isByPreset(binding, role.name);
  const found = rolesAt(snapshot, binding.roleRef.kind, binding.namespace).find(
    ({ name }) => name === binding.roleRef.name,
  );
  if (found === undefined || !isOurs(found)) return false;
  if (role.kind === 'preset') return isByPreset(binding, role.name) && isForNames(found, role.names);
  return sameRules(rulesGivenTo(found) ?? found.rules, role.rules);
}

function isByPreset({ labels }: Binding, preset: string): boolean {
  return labels[fromPresetLabel] === preset;
}

/** Whether every rule of the role is for these objects; without names any is meant. */
function isForNames(role: Role, names: readonly string[]): boolean {
  const rules = rulesGivenTo(role) ?? role.rules;
  const isSame = (own: readonly string[]): boolean =>
    own.every((each) => names.includes(each)) && names.every((each) => own.includes(each));
  return names.length === 0 || rules.every(({ resourceNames }) => isSame(resourceNames));
}

/** A binding of ours goes as a whole, unless somebody put others into it. */
function removalOf(binding: Binding, subject: Subject): readonly RemovalStep[] {
  const isNamed = binding.subjects.some((each) => sameSubject(each, subject));
  const others = binding.subjects.filter((each) => !sameSubject(each, subject));
  if (others.length === 0) return [{ kind: 'delete', object: binding }];
  return isNamed ? [takeOut(binding, subject)] : [];
}

function takeOut(before: Binding, subject: Subject): RemovalStep {
  return { kind: 'take-out', before, subject };
}

/** Roles of ours by these references that no binding refers to any more; none where not every binding could be read. */
export function unusedRoles(
  after: Snapshot,
  namespace: string,
  refs: readonly RoleRef[],
): readonly RemovalStep[] {
  const kind = namespace === '' ? 'ClusterRole' : 'Role';
  const isHidden = kind === 'ClusterRole' && after.gaps.some(({ what }) => what.endsWith('rolebindings'));
  return rolesAt(after, kind, namespace)
    .filter((role) => isOurs(role) && refs.some((each) => sameRoleRef(each, role)))
    .filter((role) => !isHidden && boundTo(after, role).length === 0)
    .map((object) => ({ kind: 'delete', object }));
}

/** The binding without that subject, and without our marks: it is nobody's grant any more. */
export function subjectsWithout(binding: Binding, subject: Subject): readonly Subject[] {
  return binding.subjects.filter((each) => !sameSubject(each, subject));
}

/** The snapshot as it is after these steps. */
export function snapshotAfter(snapshot: Snapshot, steps: readonly RemovalStep[]): Snapshot {
  const keep = <Object extends Role | Binding>(all: readonly Object[]): readonly Object[] =>
    all.filter((each) => !steps.some((step) => step.kind === 'delete' && step.object === each));
  const without = (all: readonly Binding[]): readonly Binding[] =>
    keep(all).map((each) => {
      const subjects = steps.reduce<readonly Subject[]>(
        (left, step) =>
          step.kind === 'take-out' && step.before === each
            ? left.filter((named) => !sameSubject(named, step.subject))
            : left,
        each.subjects,
      );
      return subjects === each.subjects ? each : { ...each, subjects };
    });
  return {
    ...snapshot,
    roles: keep(snapshot.roles),
    clusterRoles: keep(snapshot.clusterRoles),
    roleBindings: without(snapshot.roleBindings),
    clusterRoleBindings: without(snapshot.clusterRoleBindings),
  };
}

/** The rules that a plan takes away, as far as their roles are there. */
export function rulesTaken(steps: readonly RemovalStep[], snapshot: Snapshot): readonly Rule[] {
  return steps.flatMap((step) => {
    const binding = step.kind === 'take-out' ? step.before : step.object;
    if (!('roleRef' in binding)) return [];
    const { kind, name } = binding.roleRef;
    return rolesAt(snapshot, kind, binding.namespace).find((each) => each.name === name)?.rules ?? [];
  });
}
