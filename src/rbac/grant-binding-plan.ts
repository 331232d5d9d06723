// The binding of a grant: one a subject and role, so that each can be taken back, and end, by itself.

import { cleanText } from '../foreign-text.ts';
import { bindingNames } from './grant-names.ts';
import type { Refused, Step, WantedGrant } from './grant-plan.ts';
import {
  bindingAnnotations,
  type Expiry,
  expiryOf,
  type Granted,
  grantedBy,
  isOurs,
  ownLabels,
  sameRoleRef,
  sameSubject,
  termsOf,
} from './managed.ts';
import { bindingsAt, placed } from './places.ts';
import type { Binding, RoleRef, Snapshot } from './snapshot.ts';
import type { Subject } from './subject.ts';

export type BindingPart =
  | {
      readonly kind: 'binding';
      readonly binding: Binding;
      readonly steps: readonly Step[];
      readonly notes: readonly string[];
    }
  | Refused;

/** What has to be written for the binding of this role. */
export function planBinding(wanted: WantedGrant, roleRef: RoleRef, snapshot: Snapshot): BindingPart {
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
