// What has to be written so that somebody may do something: computed from what is there, printed before it is done.

import { cleanText } from '../foreign-text.ts';
import { nearestName } from '../nearest-name.ts';
import { nameWords } from './access-words.ts';
import { bindingNames } from './grant-names.ts';
import {
  bindingAnnotations,
  type Expiry,
  expiryOf,
  type Granted,
  grantedBy,
  isOurs,
  ownLabels,
  roleAnnotations,
  rulesGivenTo,
  sameRoleRef,
  sameRules,
  sameSubject,
  type Terms,
  termsOf,
} from './managed.ts';
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

type Refused = Extract<GrantPlan, { kind: 'refused' }>;

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

type RolePart =
  | {
      readonly kind: 'role';
      readonly roleRef: RoleRef;
      readonly role: Role | undefined;
      readonly steps: readonly Step[];
    }
  | Refused;

/** The roles that a binding there can refer to by this kind. */
export function rolesAt(snapshot: Snapshot, kind: RoleRef['kind'], namespace: string): readonly Role[] {
  if (kind === 'ClusterRole') return snapshot.clusterRoles;
  return snapshot.roles.filter((each) => each.namespace === namespace);
}

export function bindingsAt(snapshot: Snapshot, namespace: string): readonly Binding[] {
  if (namespace === '') return snapshot.clusterRoleBindings;
  return snapshot.roleBindings.filter((each) => each.namespace === namespace);
}

function planRole({ role, namespace }: WantedGrant, snapshot: Snapshot): RolePart {
  if (role.kind === 'existing') return existingRole(role.roleRef, namespace, snapshot);
  const kind: RoleRef['kind'] = namespace === '' ? 'ClusterRole' : 'Role';
  const made: Role = {
    kind,
    namespace,
    name: role.name,
    rules: role.rules,
    aggregates: undefined,
    labels: ownLabels(role.preset),
    annotations: roleAnnotations(role.rules, role.about),
  };
  const roleRef: RoleRef = { kind, name: role.name };
  const there = rolesAt(snapshot, kind, namespace).find(({ name }) => name === role.name);
  if (there === undefined)
    return { kind: 'role', roleRef, role: made, steps: [{ kind: 'create', object: made }] };
  if (!isOurs(there)) return foreignRole(there);
  if (sameRules(there.rules, role.rules)) return { kind: 'role', roleRef, role: there, steps: [] };
  return changedRole(there, made, snapshot);
}

function existingRole(roleRef: RoleRef, namespace: string, snapshot: Snapshot): RolePart {
  const roles = rolesAt(snapshot, roleRef.kind, namespace);
  const role = roles.find(({ name }) => name === roleRef.name);
  const isHidden =
    snapshot.gaps.some(({ what }) => what === 'clusterroles') && roleRef.kind === 'ClusterRole';
  if (role !== undefined || isHidden) return { kind: 'role', roleRef, role, steps: [] };
  const nearest = nearestName(
    roleRef.name,
    roles.map(({ name }) => name),
  );
  return {
    kind: 'refused',
    why: `there is no ${placed(roleRef, namespace)}`,
    hint:
      nearest === undefined
        ? 'Binding it would give nothing, until somebody makes a role of that name.'
        : `Did you mean "${cleanText(nearest, 80)}"?`,
  };
}

function foreignRole(there: Role): Refused {
  const { kind, name } = there;
  return {
    kind: 'refused',
    why: `${placed(there, there.namespace)} is there already and was not made by kubectl-oidc`,
    hint: `Bind it as it is with --${kind.toLowerCase()} ${cleanText(name, 80)}, or give your own another name with --role-name NAME.`,
  };
}

/** A role of ours is put right again; other rules than it was made with it gets only while nobody else is bound to it. */
function changedRole(there: Role, made: Role, snapshot: Snapshot): RolePart {
  const roleRef = { kind: made.kind, name: made.name };
  const given = rulesGivenTo(there);
  const isRestored = given !== undefined && sameRules(given, made.rules);
  const others = boundTo(snapshot, there).length;
  if (!isRestored && others > 0) {
    return {
      kind: 'refused',
      why: `${placed(made, made.namespace)} has other rules, and ${others} binding${others === 1 ? ' refers' : 's refer'} to it`,
      hint: 'Give the role for these rules another name with --role-name NAME.',
    };
  }
  const object = {
    ...made,
    labels: { ...there.labels, ...made.labels },
    annotations: { ...there.annotations, ...made.annotations },
  };
  return { kind: 'role', roleRef, role: object, steps: [{ kind: 'change', before: there, object }] };
}

/** The bindings that refer to a role, in its namespace, or anywhere for a ClusterRole. */
export function boundTo({ roleBindings, clusterRoleBindings }: Snapshot, role: Role): readonly Binding[] {
  const all = role.kind === 'ClusterRole' ? [...clusterRoleBindings, ...roleBindings] : roleBindings;
  return all.filter(
    ({ namespace, roleRef }) =>
      roleRef.kind === role.kind &&
      roleRef.name === role.name &&
      (role.kind === 'ClusterRole' || namespace === role.namespace),
  );
}

type BindingPart =
  | {
      readonly kind: 'binding';
      readonly binding: Binding;
      readonly steps: readonly Step[];
      readonly notes: readonly string[];
    }
  | Refused;

function planBinding(wanted: WantedGrant, roleRef: RoleRef, snapshot: Snapshot): BindingPart {
  const there = bindingsAt(snapshot, wanted.namespace);
  const granted = { subject: wanted.subject, roleRef };
  const own = there.find((each) => isOurs(each) && isFor(each, granted));
  if (own !== undefined) return keptBinding(own, wanted);
  const name = freeName(wanted, roleRef, there);
  if (typeof name !== 'string') return name;
  const object: Binding = {
    kind: wanted.namespace === '' ? 'ClusterRoleBinding' : 'RoleBinding',
    namespace: wanted.namespace,
    name,
    roleRef,
    subjects: [wanted.subject],
    labels: ownLabels(wanted.role.kind === 'own' ? wanted.role.preset : undefined),
    annotations: bindingAnnotations(granted, wanted.terms),
  };
  return {
    kind: 'binding',
    binding: object,
    steps: [{ kind: 'create', object }],
    notes: alsoThrough(there, granted),
  };
}

/** Whether a binding of ours was made for this; without its note, whether it names nobody else. */
export function isFor(binding: Binding, { subject, roleRef }: Granted): boolean {
  if (!sameRoleRef(binding.roleRef, roleRef)) return false;
  const granted = grantedBy(binding);
  if (granted !== undefined) return sameSubject(granted.subject, subject);
  return binding.subjects.length === 1 && binding.subjects.some((each) => sameSubject(each, subject));
}

/** The binding of an earlier grant: its terms, and its subject should somebody have taken it out. */
function keptBinding(own: Binding, { subject, terms }: WantedGrant): BindingPart {
  const isNamed = own.subjects.some((each) => sameSubject(each, subject));
  const expiry = expiryOf(own);
  const until = laterTerms(expiry, terms.until);
  const before = termsOf(own);
  const reason = terms.reason === '' ? before.reason : terms.reason;
  const isSame =
    isNamed && isSameEnd(expiry, until) && reason === before.reason && grantedBy(own) !== undefined;
  const notes = [...keptForever(expiry, terms.until), ...strangersIn(own, subject)];
  if (isSame) return { kind: 'binding', binding: own, steps: [], notes };
  const granted = { subject, roleRef: own.roleRef };
  const object = {
    ...own,
    subjects: isNamed ? own.subjects : [...own.subjects, subject],
    annotations: { ...own.annotations, ...bindingAnnotations(granted, { ...terms, until, reason }) },
  };
  return { kind: 'binding', binding: object, steps: [{ kind: 'change', before: own, object }], notes };
}

/** What has no end is not given one by the way: whoever relied on it would lose it. */
function laterTerms(expiry: Expiry, until: number | undefined): number | undefined {
  return expiry.kind === 'never' ? undefined : until;
}

function isSameEnd(expiry: Expiry, until: number | undefined): boolean {
  if (expiry.kind === 'at') return expiry.at === until;
  return expiry.kind === 'never' && until === undefined;
}

function keptForever(expiry: Expiry, until: number | undefined): readonly string[] {
  if (expiry.kind !== 'never' || until === undefined) return [];
  return [
    'It was granted before without an end, and stays so: to give it one, revoke it and grant it again.',
  ];
}

function strangersIn(own: Binding, subject: Subject): readonly string[] {
  const others = own.subjects.filter((each) => !sameSubject(each, subject)).length;
  if (others === 0) return [];
  return [
    `${own.kind} ${cleanText(own.name, 80)} also names ${others === 1 ? 'somebody' : `${others} others`} whom kubectl-oidc did not put there.`,
  ];
}

function alsoThrough(there: readonly Binding[], { subject, roleRef }: Granted): readonly string[] {
  return there
    .filter(
      (each) =>
        sameRoleRef(each.roleRef, roleRef) && each.subjects.some((named) => sameSubject(named, subject)),
    )
    .map(({ kind, name }) => `${kind} ${cleanText(name, 80)}, which is not ours, gives the same already.`);
}

/** A name that nobody has; those of our other grants are passed over, a foreign one is not worked around. */
function freeName(
  { bindingName, role, subject }: WantedGrant,
  roleRef: RoleRef,
  there: readonly Binding[],
): string | Refused {
  const base = role.kind === 'own' ? role.binding : undefined;
  const names = bindingName === undefined ? bindingNames(base, roleRef.name, subject) : [bindingName];
  for (const name of names) {
    const taken = there.find((each) => each.name === name);
    if (taken === undefined) return name;
    if (!isOurs(taken)) return takenName(taken, 'was not made by kubectl-oidc');
  }
  const last = there.find(({ name }) => name === names.at(-1));
  if (last === undefined) throw new TypeError('every name was taken, and none of them is there');
  return takenName(last, 'is another grant');
}

function takenName(taken: Binding, why: string): Refused {
  return {
    kind: 'refused',
    why: `${placed(taken, taken.namespace)} is there already and ${why}`,
    hint: 'Give this one another name with --binding-name NAME.',
  };
}

/** `Role shop/x`. */
export function placed(
  { kind, name }: { readonly kind: Role['kind'] | Binding['kind']; readonly name: string },
  namespace: string,
): string {
  const isOfCluster = kind === 'ClusterRole' || kind === 'ClusterRoleBinding';
  return `${kind} ${isOfCluster ? '' : `${nameWords(namespace)}/`}${nameWords(name)}`;
}
