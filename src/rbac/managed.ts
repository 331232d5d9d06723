// How objects that this program made say so: whose they are, for whom, why, until when, and what was given, so that a
// later change by somebody else can be told. Binding and role carry it themselves; there is no other record.

import { isFields } from '../json-fields.ts';
import { covers } from './covers.ts';
import { textIn } from './raw.ts';
import { type Rule, ruleManifest, rulesIn } from './rule.ts';
import type { Binding, Role, RoleRef, Texts } from './snapshot.ts';
import { type Subject, subjectKey, subjectsIn } from './subject.ts';

/** Who is named in `managedFields`, and in `app.kubernetes.io/managed-by`. */
export const fieldManager = 'kubectl-oidc';
export const managedByLabel = 'app.kubernetes.io/managed-by';
export const fromPresetLabel = 'kubectl-oidc/from-preset';
/** Put on a ClusterRole by a team: `grant --preset` knows it by this value. */
export const presetLabel = 'kubectl-oidc/preset';
export const aboutAnnotation = 'kubectl-oidc/about';
const requesterAnnotation = 'kubectl-oidc/requested-by';
const reasonAnnotation = 'kubectl-oidc/reason';
const grantedAtAnnotation = 'kubectl-oidc/granted-at';
const expiresAtAnnotation = 'kubectl-oidc/expires-at';
const grantedAnnotation = 'kubectl-oidc/granted';
/** A grant without an end says so: server-side apply cannot take an annotation back that a POST wrote. */
const noEnd = 'never';

/** For how long and why, as a binding tells it. Points in time are epoch seconds. */
export type Terms = {
  readonly until: number | undefined;
  readonly requester: string;
  readonly reason: string;
  readonly grantedAt: number;
};

/** The labels that make an object ours. */
export function ownLabels(preset: string | undefined): Texts {
  return { [managedByLabel]: fieldManager, ...(preset !== undefined && { [fromPresetLabel]: preset }) };
}

/** Whether this program made it. A label says so; whoever may write the object may have put it there. */
export function isOurs({ labels }: { readonly labels: Texts }): boolean {
  return labels[managedByLabel] === fieldManager;
}

/** What a binding of ours was made to give. */
export type Granted = { readonly subject: Subject; readonly roleRef: RoleRef };

/** What a binding of ours tells about its grant. */
export function bindingAnnotations({ subject, roleRef }: Granted, terms: Terms): Texts {
  return {
    [grantedAnnotation]: JSON.stringify({ subject, roleRef }),
    [grantedAtAnnotation]: formatTime(terms.grantedAt),
    [expiresAtAnnotation]: terms.until === undefined ? noEnd : formatTime(terms.until),
    [requesterAnnotation]: terms.requester,
    ...(terms.reason !== '' && { [reasonAnnotation]: terms.reason }),
  };
}

/** What a role of ours tells: the rules it was made with, and a preset's sentence. */
export function roleAnnotations(rules: readonly Rule[], about: string): Texts {
  return {
    [grantedAnnotation]: JSON.stringify(rules.map(ruleManifest)),
    ...(about !== '' && { [aboutAnnotation]: about }),
  };
}

/** RFC 3339, in UTC. */
export function formatTime(at: number): string {
  return new Date(at * 1000).toISOString().replace('.000Z', 'Z');
}

/** RFC 3339 with its zone; undefined for anything else, a day without time included. */
export function parseTime(text: string): number | undefined {
  if (!/^\d{4}-\d\d-\d\d[Tt ]\d\d:\d\d:\d\d(\.\d+)?([Zz]|[+-]\d\d:\d\d)$/.test(text)) return undefined;
  const ms = Date.parse(text.replace(' ', 'T'));
  return Number.isNaN(ms) ? undefined : Math.floor(ms / 1000);
}

/** `unreadable`: somebody wrote into the annotation; whether it has ended is not known. */
export type Expiry = { readonly kind: 'never' | 'unreadable' } | { readonly kind: 'at'; readonly at: number };

/** When a binding's grant ends, by its own note. */
export function expiryOf({ annotations }: Binding): Expiry {
  const text = annotations[expiresAtAnnotation];
  if (text === undefined || text === noEnd) return { kind: 'never' };
  const at = parseTime(text);
  return at === undefined ? { kind: 'unreadable' } : { kind: 'at', at };
}

/** The terms that a binding tells; what it does not tell is '' or 0. */
export function termsOf(binding: Binding): Terms {
  const { annotations } = binding;
  const expiry = expiryOf(binding);
  return {
    until: expiry.kind === 'at' ? expiry.at : undefined,
    requester: annotations[requesterAnnotation] ?? '',
    reason: annotations[reasonAnnotation] ?? '',
    grantedAt: parseTime(annotations[grantedAtAnnotation] ?? '') ?? 0,
  };
}

/** What a binding of ours was made for; undefined where its note is gone or unreadable. */
export function grantedBy(binding: Binding): Granted | undefined {
  const note = parsed(binding.annotations[grantedAnnotation]);
  if (!isFields(note) || !isFields(note.roleRef)) return undefined;
  const [subject] = subjectsIn([note.subject], binding.namespace);
  const { kind, name } = note.roleRef;
  if (subject === undefined || (kind !== 'Role' && kind !== 'ClusterRole')) return undefined;
  return { subject, roleRef: { kind, name: textIn(name) } };
}

/** The rules that a role of ours was made with; undefined where its note is gone or unreadable. */
export function rulesGivenTo(role: Role): readonly Rule[] | undefined {
  const note = parsed(role.annotations[grantedAnnotation]);
  return Array.isArray(note) ? rulesIn(note) : undefined;
}

function parsed(text: string | undefined): unknown {
  try {
    return JSON.parse(text ?? '');
  } catch {
    // Somebody wrote into it: there is no note then.
    return undefined;
  }
}

/** Whether both allow the same, in whatever lists it is written. */
export function sameRules(left: readonly Rule[], right: readonly Rule[]): boolean {
  return covers(left, right) && covers(right, left);
}

/** Whether both are written alike; a User named like an account's user is not that account here. */
export function sameSubject(left: Subject, right: Subject): boolean {
  return left.kind === right.kind && left.name === right.name && subjectKey(left) === subjectKey(right);
}

/** Whether both refer to one role, seen from one namespace. */
export function sameRoleRef(left: RoleRef, right: RoleRef): boolean {
  return left.kind === right.kind && left.name === right.name;
}
