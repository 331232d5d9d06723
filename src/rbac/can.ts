// The answers of `can`: a verdict with what the API server says of it, or everything that somebody may do.

import { type Access, judge, type Verdict } from './access.ts';
import type { AccessSource, ReviewedAccess } from './access-source.ts';
import type { EffectiveAccess } from './effective-access.ts';
import { type Missing, missingFor } from './missing.ts';
import type { Question } from './question.ts';
import type { Rule } from './rule.ts';
import type { Whom } from './whom.ts';

export type VerdictOutcome = {
  readonly kind: 'verdict';
  readonly whom: Whom;
  readonly question: Question;
  readonly verdict: Verdict;
  /** For a question about all namespaces that is answered with no: those in which it is allowed. */
  readonly allowedIn: readonly string[];
  /** undefined where it is allowed. */
  readonly missing: Missing | undefined;
  /** What SubjectAccessReview says, where it was asked. */
  readonly server: ReviewedAccess | undefined;
};

export type EverythingOutcome = {
  readonly kind: 'everything';
  readonly whom: Whom;
  readonly access: EffectiveAccess;
  /** Where only one namespace was looked at. */
  readonly namespace: string | undefined;
  /** What the API server lists for the caller, where not all could be read; it does not say why. */
  readonly server: { readonly namespace: string; readonly rules: readonly Rule[] } | undefined;
};

export type CanOutcome = VerdictOutcome | EverythingOutcome;

/** The engine's answer; the server is asked where that was wished, and for `me` where not all could be read. */
export async function verdictOn(
  { access, whom, question }: { readonly access: Access; readonly whom: Whom; readonly question: Question },
  ask: { readonly live: AccessSource['live']; readonly isMe: boolean; readonly verify: boolean },
): Promise<VerdictOutcome> {
  const { asked } = question;
  const verdict = judge(access, whom.identity, asked);
  const isUncertain = ask.isMe && !verdict.allowed && !verdict.complete;
  const who = ask.isMe ? 'me' : whom.identity;
  const server = ask.verify || isUncertain ? await ask.live?.review(who, asked) : undefined;
  return {
    kind: 'verdict',
    whom,
    question,
    verdict,
    allowedIn: verdict.allowed ? [] : namespacesAllowing(access, whom, question),
    missing: verdict.allowed ? undefined : missingFor(access, asked),
    server,
  };
}

function namespacesAllowing(
  access: Access,
  { identity }: Whom,
  { asked, scope }: Question,
): readonly string[] {
  if (scope.kind !== 'all' || asked.kind !== 'resource') return [];
  const namespaces = new Set(access.snapshot.roleBindings.map(({ namespace }) => namespace));
  return [...namespaces]
    .sort()
    .filter((namespace) => judge(access, identity, { ...asked, namespace }).allowed);
}

/** Yes or no, by the one who decides: where the server was asked, its word. */
export function isAllowed({ verdict, server }: VerdictOutcome): boolean {
  return server?.allowed ?? verdict.allowed;
}

/** Whether the server says other than the engine where the engine was sure. */
export function disagree({ verdict, server }: VerdictOutcome): boolean {
  if (server === undefined || server.allowed === verdict.allowed) return false;
  return verdict.allowed || verdict.complete;
}
