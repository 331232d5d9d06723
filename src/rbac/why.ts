// Why a request was refused, and who could change that: each refusal of a pasted error, beside what was read.

import { type Access, judge, type Verdict } from './access.ts';
import type { AccessSource, ReviewedAccess } from './access-source.ts';
import { subjectWords } from './access-words.ts';
import type { Refused } from './forbidden-message.ts';
import { type Decider, deciderOf } from './forbidden-otherwise.ts';
import { grantCommand } from './grant-hint.ts';
import { type Granters, grantersOf } from './granters.ts';
import { type Missing, missingFor } from './missing.ts';
import type { Attributes, Rule } from './rule.ts';
import { anonymousUser, type Identity, isImpliedGroup, type Subject, serviceAccountOf } from './subject.ts';
import type { Scope } from './who-can.ts';
import { type Whom, whomNamed, whomOf } from './whom.ts';

type AccessRefused = Extract<Refused, { readonly kind: 'access' }>;
type EscalationRefused = Extract<Refused, { readonly kind: 'escalation' }>;

export type ExplainedAccess = {
  readonly kind: 'access';
  readonly refused: AccessRefused;
  readonly whom: Whom;
  /** How far their groups are known: a message names the user alone. */
  readonly groups: 'known' | 'unknown';
  /** By what was read just now. */
  readonly verdict: Verdict;
  /** The server's own word, asked only about the caller. */
  readonly server: ReviewedAccess | undefined;
  readonly missing: Missing;
  readonly granters: Granters;
  /** The exact `grant` to ask for; undefined where there is none. */
  readonly command: string | undefined;
  /** Groups of the caller that it could be granted to instead. */
  readonly ownGroups: readonly string[];
};

export type ExplainedEscalation = {
  readonly kind: 'escalation';
  readonly refused: EscalationRefused;
  readonly namespace: string;
  /** Who could write it as it was. */
  readonly granters: Granters;
};

export type Explained =
  | ExplainedAccess
  | ExplainedEscalation
  | { readonly kind: 'otherwise'; readonly message: string; readonly by: Decider };

export type Asking = {
  /** Whoever runs this, as the server sees them; undefined offline. */
  readonly me: Identity | undefined;
  /** Groups that the refused are said to be in. */
  readonly groups: readonly string[];
  readonly live: AccessSource['live'];
  /** Of roles and bindings that a message names without theirs. */
  readonly namespace: string;
};

/** What has to be read for all of them. */
export function scopeOf(refused: readonly Refused[], namespace: string): Scope {
  const places = new Set(refused.flatMap((each) => placeOf(each, namespace)));
  places.delete('');
  const [only] = places;
  if (only === undefined) return { kind: 'cluster' };
  return places.size === 1 ? { kind: 'namespace', namespace: only } : { kind: 'all' };
}

function placeOf(refused: Refused, namespace: string): readonly string[] {
  if (refused.kind === 'otherwise') return [];
  if (refused.kind === 'escalation') return [namespaceOf(refused, namespace)];
  return refused.asked.kind === 'resource' ? [refused.asked.namespace] : [];
}

function namespaceOf({ resource }: EscalationRefused, namespace: string): string {
  return resource.startsWith('cluster') ? '' : namespace;
}

/** One refusal, explained. The server is asked about the caller; about others the engine alone answers. */
export async function explain(refused: Refused, access: Access, asking: Asking): Promise<Explained> {
  if (refused.kind === 'otherwise') return { ...refused, by: deciderOf(refused.message) };
  if (refused.kind === 'access') return explainAccess(refused, access, asking);
  const namespace = namespaceOf(refused, asking.namespace);
  return { kind: 'escalation', refused, namespace, granters: grantersOf(access, refused.rules, namespace) };
}

async function explainAccess(
  refused: AccessRefused,
  access: Access,
  { me, groups, live }: Asking,
): Promise<ExplainedAccess> {
  const { asked, user } = refused;
  const isMe = me?.user === user;
  const subject = subjectOf(user);
  const whom = isMe
    ? whomOf(`${subjectWords(subject)} (you)`, me)
    : whomNamed(subjectWords(subject), subject, groups);
  const missing = missingFor(access, asked);
  const isKnown = isMe || subject.kind === 'ServiceAccount' || user === anonymousUser || groups.length > 0;
  return {
    kind: 'access',
    refused,
    whom,
    groups: isKnown ? 'known' : 'unknown',
    verdict: judge(access, whom.identity, asked),
    server: isMe ? await live?.review('me', asked) : undefined,
    missing,
    granters: grantersOf(access, [missing.rule], missing.namespace),
    command: grantCommand(subject, asked),
    ownGroups: isMe ? ownGroups(me, asked) : [],
  };
}

function subjectOf(user: string): Subject {
  const account = serviceAccountOf(user);
  return account === undefined ? { kind: 'User', name: user } : { kind: 'ServiceAccount', ...account };
}

function ownGroups({ groups }: Identity, asked: Attributes): readonly string[] {
  return groups.filter(
    (name) => !isImpliedGroup(name) && grantCommand({ kind: 'Group', name }, asked) !== undefined,
  );
}

/** Whether it is allowed by now; the server's word counts where there is one. */
export function isAllowedNow({ server, verdict }: ExplainedAccess): boolean {
  return server?.allowed ?? verdict.allowed;
}

/** The rules that the refused would need. */
export function wantedRules(explained: ExplainedAccess | ExplainedEscalation): readonly Rule[] {
  return explained.kind === 'access' ? [explained.missing.rule] : explained.refused.rules;
}
