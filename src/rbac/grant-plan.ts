// What has to be written so that somebody may do something: computed from what is there, printed before it is done.

import { planBinding } from './grant-binding-plan.ts';
import { planRole } from './grant-role-plan.ts';
import type { Terms } from './managed.ts';
import type { Rule } from './rule.ts';
import type { Binding, Role, RoleRef, Snapshot } from './snapshot.ts';
import type { Subject } from './subject.ts';

/** A role of our own with these rules, or one that is there. `binding` is what a preset calls its binding. */
export type WantedRole =
  | {
      readonly kind: 'own';
      readonly name: string;
      readonly rules: readonly Rule[];
      readonly about: string;
      readonly preset: string | undefined;
      readonly binding: string | undefined;
    }
  | { readonly kind: 'existing'; readonly roleRef: RoleRef };

/** One grant in one place. `namespace` '' is the whole cluster. */
export type WantedGrant = {
  readonly namespace: string;
  readonly subject: Subject;
  readonly role: WantedRole;
  /** What the binding is to be called; undefined: by `bindingNames`. */
  readonly bindingName: string | undefined;
  readonly terms: Terms;
};

/** One write. `change` holds what it was planned on: if that is there no more, the plan is void. */
export type Step =
  | { readonly kind: 'create'; readonly object: Role | Binding }
  | { readonly kind: 'change'; readonly before: Role | Binding; readonly object: Role | Binding };

/** `steps` in the order that leaves nothing half given: the role, which alone allows nothing, then the binding. */
export type GrantPlan =
  | {
      readonly kind: 'nothing' | 'create' | 'change';
      readonly steps: readonly Step[];
      /** What will be there afterwards. */
      readonly role: Role | undefined;
      readonly binding: Binding;
      readonly notes: readonly string[];
    }
  | { readonly kind: 'refused'; readonly why: string; readonly hint: string };

export type Refused = Extract<GrantPlan, { kind: 'refused' }>;

/** The plan for one place. The snapshot must hold the roles and bindings of that namespace and of the cluster. */
export function planGrant(wanted: WantedGrant, snapshot: Snapshot): GrantPlan {
  const role = planRole(wanted, snapshot);
  if (role.kind === 'refused') return role;
  const binding = planBinding(wanted, role.roleRef, snapshot);
  if (binding.kind === 'refused') return binding;
  const steps = [...role.steps, ...binding.steps];
  const isNew = steps.every(({ kind }) => kind === 'create');
  return {
    kind: steps.length === 0 ? 'nothing' : isNew ? 'create' : 'change',
    steps,
    role: role.role,
    binding: binding.binding,
    notes: binding.notes,
  };
}
