// What this program manages: who was given what, by whom, until when, and whether it is still as it was given.

import { cleanText } from '../foreign-text.ts';
import {
  type Expiry,
  expiryOf,
  fromPresetLabel,
  grantedBy,
  isOurs,
  rulesGivenTo,
  sameRoleRef,
  sameRules,
  sameSubject,
  termsOf,
} from './managed.ts';
import { rolesAt } from './places.ts';
import type { Rule } from './rule.ts';
import type { Binding, Role, RoleRef, Snapshot } from './snapshot.ts';
import { formatSubject, type Subject } from './subject.ts';

export type ManagedGrant = {
  readonly binding: Binding;
  /** Whom it was made for; of a binding whose note is gone whoever it names first. */
  readonly subject: Subject | undefined;
  readonly roleRef: RoleRef;
  readonly rules: readonly Rule[];
  readonly preset: string | undefined;
  readonly expiry: Expiry;
  readonly requester: string;
  readonly reason: string;
  readonly grantedAt: number;
  /** One clause for each difference from what was granted. */
  readonly drift: readonly string[];
};

/** Everything of ours in a snapshot, bindings of the cluster first. Roles are only judged where they could be read. */
export function managedGrants(snapshot: Snapshot): readonly ManagedGrant[] {
  return [...snapshot.clusterRoleBindings, ...snapshot.roleBindings]
    .filter(isOurs)
    .map((binding) => managedGrant(binding, snapshot));
}

function managedGrant(binding: Binding, snapshot: Snapshot): ManagedGrant {
  const { roleRef, namespace } = binding;
  const role = rolesAt(snapshot, roleRef.kind, namespace).find(({ name }) => name === roleRef.name);
  const { requester, reason, grantedAt } = termsOf(binding);
  return {
    binding,
    subject: grantedBy(binding)?.subject ?? binding.subjects[0],
    roleRef,
    rules: role?.rules ?? [],
    preset: binding.labels[fromPresetLabel],
    expiry: expiryOf(binding),
    requester,
    reason,
    grantedAt,
    drift: [...driftOfBinding(binding), ...driftOfRole(binding, role, snapshot)],
  };
}

function driftOfBinding(binding: Binding): readonly string[] {
  const granted = grantedBy(binding);
  const expiry = expiryOf(binding).kind === 'unreadable' ? ['its expiry cannot be read'] : [];
  if (granted === undefined) return [...expiry, 'its note of what was granted is gone'];
  const added = binding.subjects.filter((each) => !sameSubject(each, granted.subject));
  return [
    ...expiry,
    ...(added.length === binding.subjects.length ? [`${shown(granted.subject)} was taken out`] : []),
    ...added.map((each) => `${shown(each)} was added`),
    ...(sameRoleRef(granted.roleRef, binding.roleRef) ? [] : ['it was made anew for another role']),
  ];
}

function shown(subject: Subject): string {
  return cleanText(formatSubject(subject), 120);
}

function driftOfRole(binding: Binding, role: Role | undefined, snapshot: Snapshot): readonly string[] {
  const { kind } = binding.roleRef;
  const what = kind === 'Role' ? 'roles' : 'clusterroles';
  if (role === undefined)
    return snapshot.gaps.some((gap) => gap.what === what) ? [] : [`its ${kind} is gone`];
  const given = isOurs(role) ? rulesGivenTo(role) : undefined;
  return given === undefined || sameRules(given, role.rules) ? [] : [`the rules of its ${kind} were changed`];
}
