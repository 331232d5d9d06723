// The verdict of `can` for people and for scripts.

import { cleanText } from '../foreign-text.ts';
import { jsonDocument } from '../json-document.ts';
import {
  chainSteps,
  danglingLines,
  gapLines,
  nameLines,
  nameWords,
  serverReason,
  someOf,
  unrealNote,
} from './access-words.ts';
import { disagree, isAllowed, type VerdictOutcome } from './can.ts';
import type { Chain } from './chain.ts';
import { grantCommand } from './grant-hint.ts';
import type { Missing } from './missing.ts';
import { ruleManifest } from './rule.ts';
import { mastersGroup } from './subject.ts';
import type { Whom } from './whom.ts';
import { describeAttributes, describeRef, describeRule } from './words.ts';

/** Yes or no in the first word, then why. */
export function verdictText(outcome: VerdictOutcome): string {
  const { whom, question, verdict, server } = outcome;
  const where = question.scope.kind === 'all' ? ' in all namespaces' : '';
  const answer = isAllowed(outcome) ? 'yes' : 'no';
  const may = answer === 'yes' ? 'may' : 'may not';
  const lines = [
    `${answer}: ${whom.title} ${may} ${describeAttributes(question.asked)}${where}`,
    ...whyLines(outcome).map((line) => `  ${line}`),
    ...serverLines(outcome),
    ...(verdict.unreal === undefined || isWithoutNamespace(outcome) ? [] : [unrealNote(verdict.unreal)]),
    ...nameLines(question.asked),
    ...(answer === 'no' && server === undefined ? atLeast(outcome) : []),
    ...(answer === 'no' ? danglingLines(verdict.dangling) : []),
    ...whom.notes,
  ];
  return `${lines.join('\n')}\n`;
}

/** Asked about all namespaces at once that is meant so. */
function isWithoutNamespace({ question, verdict }: VerdictOutcome): boolean {
  return question.scope.kind === 'all' && verdict.unreal === 'namespaced-without-namespace';
}

function whyLines({
  verdict,
  whom,
  question,
  missing,
  allowedIn,
  server,
}: VerdictOutcome): readonly string[] {
  if (verdict.by?.kind === 'masters') return [`Group ${mastersGroup}: let pass before RBAC is asked`];
  if (verdict.by !== undefined) return stepLines(verdict.by.chain, whom);
  if (server?.allowed === true || missing === undefined) return [];
  const elsewhere =
    allowedIn.length === 0 ? [] : [`In these it is allowed: ${someOf(allowedIn.map(nameWords), 8)}.`];
  const command = whom.subject && grantCommand(whom.subject, question.asked);
  return [
    ...elsewhere,
    ...missingLines(missing),
    ...(command === undefined ? [] : [`To give it: ${command}`]),
  ];
}

function stepLines(chain: Chain, { origins }: Whom): readonly string[] {
  const { subject } = chain;
  const origin = subject.kind === 'Group' ? origins.get(subject.name) : undefined;
  return chainSteps(chain).map((step, index) => {
    const words = index === 0 && origin !== undefined ? `${step} (${origin})` : step;
    return index === 0 ? words : `${'  '.repeat(index - 1)}└ ${words}`;
  });
}

/** What it takes, and the roles that hold it. */
export function missingLines({ rule, namespace, roles }: Missing): readonly string[] {
  const place = namespace === '' ? 'for the whole cluster' : `in namespace ${nameWords(namespace)}`;
  return [
    `It would need: ${describeRule(rule)}, bound ${place}.`,
    ...(roles.length === 0 ? [] : [`Roles that hold it: ${roles.map(describeRef).join(', ')}.`]),
  ];
}

function serverLines(outcome: VerdictOutcome): readonly string[] {
  const { server, verdict } = outcome;
  if (server === undefined) return [];
  const reason = server.reason === '' ? '' : ` (${cleanText(server.reason, 300)})`;
  const said = `The API server says ${server.allowed ? 'yes' : 'no'}${reason}.`;
  if (disagree(outcome)) return [`${said} RBAC as it was read here says ${verdict.allowed ? 'yes' : 'no'}.`];
  if (server.allowed === verdict.allowed) return [said];
  return [`${said} Why could not be read here:`, ...gapLines(verdict.gaps).map((line) => `  ${line}`)];
}

function atLeast({ verdict }: VerdictOutcome): readonly string[] {
  if (verdict.complete) return [];
  return [
    'This "no" is not certain: not all could be read. --verify asks the API server.',
    ...gapLines(verdict.gaps).map((line) => `  ${line}`),
  ];
}

/** `kind: AccessVerdict`. */
export function verdictDocument(outcome: VerdictOutcome): string {
  const { whom, question, verdict, missing, server, allowedIn } = outcome;
  const chain = verdict.by?.kind === 'chain' ? verdict.by.chain : undefined;
  const { kind: _, ...request } = question.asked;
  return jsonDocument('AccessVerdict', {
    allowed: isAllowed(outcome),
    complete: verdict.complete,
    subject: whom.identity,
    request,
    reason: verdict.by?.kind === 'masters' ? mastersGroup : chain === undefined ? '' : serverReason(chain),
    ...(chain && { chain: { ...chain, rule: ruleManifest(chain.rule) } }),
    ...(missing && !isAllowed(outcome) && { missing: { ...missing, rule: ruleManifest(missing.rule) } }),
    ...(allowedIn.length > 0 && { allowedIn }),
    ...(verdict.unreal && { unreal: verdict.unreal }),
    ...(server && { server: { ...server, agrees: !disagree(outcome) } }),
    ...(!verdict.complete && { gaps: verdict.gaps }),
    ...(verdict.dangling.length > 0 && {
      dangling: verdict.dangling.map(({ binding: { kind, namespace, name }, role }) => ({
        binding: { kind, namespace, name },
        role,
      })),
    }),
    ...(whom.notes.length > 0 && { notes: whom.notes }),
  });
}
