// A sign-off as a conversation: what is shown of a grant, and what may be answered.

import { nameWords, subjectWords } from '../rbac/access-words.ts';
import { compact } from '../rbac/covers.ts';
import { describeRef, describeRule } from '../rbac/words.ts';
import { markWords } from './review-words.ts';
import { hasRisk, risks, risksOfRule } from './risk.ts';
import type { Decision, SignOffGrant } from './sign-off.ts';

export type Answer =
  | { readonly kind: 'decision'; readonly decision: Decision; readonly note: string }
  | { readonly kind: 'back' | 'skip' | 'stop' | 'unclear' };

const words: Readonly<Record<string, Decision | 'back' | 'skip' | 'stop'>> = {
  k: 'keep',
  keep: 'keep',
  r: 'revoke',
  revoke: 'revoke',
  a: 'ask',
  ask: 'ask',
  b: 'back',
  back: 'back',
  s: 'skip',
  skip: 'skip',
  q: 'stop',
  quit: 'stop',
};

/** `r left the team in May`: a letter or a word, then a note. */
export function parseAnswer(typed: string): Answer {
  const [, word = '', note = ''] = /^\s*(\S+)\s*(.*?)\s*$/s.exec(typed) ?? [];
  const key = word.toLowerCase();
  const said = Object.hasOwn(words, key) ? words[key] : undefined;
  if (said === undefined) return { kind: 'unclear' };
  if (said === 'back' || said === 'skip' || said === 'stop')
    return note === '' ? { kind: said } : { kind: 'unclear' };
  return { kind: 'decision', decision: said, note };
}

export const answersHelp =
  'Answer keep, revoke or ask, with a note behind it if you like ("r left the team"); skip, back, or quit to go on later.';

const shownRules = 6;

/** The grant, a line each: whom, where, by what, what is grave in it, and what it allows. */
export function grantLines(
  grant: SignOffGrant,
  { at, of }: { readonly at: number; readonly of: number },
): readonly string[] {
  const { subject, binding, roleRef, rules } = grant;
  const place = binding.namespace === '' ? 'everywhere' : `in namespace ${nameWords(binding.namespace)}`;
  return [
    `[${at}/${of}] ${subjectWords(subject)} ${place}`,
    `  ${describeRef(binding)} → ${roleRef.kind} ${nameWords(roleRef.name)}`,
    ...[...markLines(grant), ...ruleLines(rules)].map((line) => `  ${line}`),
  ];
}

/** What is grave stands before the rules, of which not all may be shown. */
function markLines({ binding: { namespace }, rules = [] }: SignOffGrant): readonly string[] {
  const everywhere = namespace === '';
  const through = everywhere ? 'cluster' : 'namespace';
  const bits = rules.reduce((all, rule) => all | risksOfRule(rule, through), 0);
  const marks = risks.flatMap((risk, index) =>
    hasRisk(bits, index)
      ? [{ risk, everywhere, namespaces: everywhere ? 0 : 1, named: !hasRisk(bits, index, true) }]
      : [],
  );
  return marks.length === 0 ? [] : [`Mind: ${markWords(marks)}.`];
}

function ruleLines(rules: SignOffGrant['rules']): readonly string[] {
  if (rules === undefined)
    return ['That role is not there or could not be read: whoever makes it decides what they may.'];
  if (rules.length === 0) return ['That role allows nothing.'];
  const lines = compact(rules).map(describeRule);
  const more = lines.length - shownRules;
  return more > 1 ? [...lines.slice(0, shownRules), `… and ${more} more rules`] : lines;
}

export const prompt = 'keep, revoke, ask, skip, back, quit [k/r/a/s/b/q] ';
