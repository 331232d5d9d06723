// The help: the table of keys, and what the marks mean.

import { riskWords } from '../review/review-words.ts';
import { risks } from '../review/risk.ts';
import { type Line, span, toWidth } from './cells.ts';
import { bindingsFor } from './keymap.ts';
import type { Page, State } from './state.ts';

/** Short words for a column, in the order of `risks`. */
export const riskTags = {
  everything: 'everything',
  'changes-rbac': 'RBAC',
  'acts-as-others': 'acts-as',
  'reads-secrets': 'secrets',
} as const;

/** Drawn from the keymap. */
export function helpPage(here: Pick<State, 'canWrite' | 'canSuspend'>): Page {
  return { kind: 'help', title: 'Keys', lines: helpLines(here), top: 0, isAsking: false };
}

function helpLines(here: Pick<State, 'canWrite' | 'canSuspend'>): readonly Line[] {
  const keys = bindingsFor(here).map(({ label, about }) => row(label, about));
  return [
    ...keys,
    [],
    [span('Risk marks, on single rules and not on what they come to together', 'head')],
    ...risks.map((risk) => row(riskTags[risk], riskWords[risk])),
    row('…*', 'everywhere, not in some namespaces only'),
    row("…'", 'of objects that rules name only'),
    row('1 role unknown, ?1', 'not there or not read: what it allows has no mark'),
    [],
    [span('Verbs of a resource', 'head')],
    row('●', 'everywhere'),
    row('3', 'in that many namespaces'),
    row("○ 3'", 'the same, of objects that rules name only'),
    [],
    [span('Before a row', 'head')],
    row('+ ~', 'new, or changed, since this was opened'),
  ];
}

function row(left: string, right: string): Line {
  return [span('  '), span(toWidth(left, 20), 'strong'), span(right)];
}
