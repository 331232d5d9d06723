// The two lines below: how far what is shown can be trusted, and the keys, or the line that is typed.

import { cleanText } from '../foreign-text.ts';
import { counted, countedAre } from '../number-words.ts';
import { describeGap } from '../rbac/words.ts';
import type { Review } from '../review/review.ts';
import { between, cutTo, type Line, type Span, span, widthOf } from './cells.ts';
import { bindingsFor } from './keymap.ts';
import { promptWords } from './prompts.ts';
import { levelOf, type State } from './state.ts';
import { grantsSeen, type Table } from './table.ts';

/** Always two lines. */
export function footLines(state: State, table: Table): readonly [Line, Line] {
  return [statusLine(state, table), state.prompt === undefined ? hintLine(state) : promptLine(state)];
}

/** What was just tried, else what was lost, else what the answer rests on. */
function statusLine(state: State, table: Table): Line {
  const { notice, source, review, touched } = state;
  if (notice !== '') return [span(` ${cleanText(notice, 400)}`, 'risk')];
  if (source.kind === 'lost') return [span(` ${cleanText(source.why, 400)}`, 'risk')];
  const changed = touched.count === 0 ? [] : [span(` ${changedWords(touched.count)} · `, 'fresh')];
  if (table.kind === 'matrix' && state.page === undefined) return [...changed, legendOf(state)];
  if (review === undefined || source.kind === 'reading')
    return [...changed, span(' at least this: it is still being read', 'dim')];
  const [gap, ...others] = review.gaps;
  if (gap === undefined) return withLegend([...changed, completeSpan(review)], state);
  const more = others.length === 0 ? '' : ` (and ${counted(others.length, 'more gap')})`;
  return [...changed, span(' at least this: ', 'risk'), span(`${describeGap(gap)}${more}`)];
}

/** Bindings to roles that are not there were read too, but nobody knows what those will allow. */
function completeSpan({ missingRoles: missing }: Review): Span {
  if (missing === 0) return span(' complete: every role and binding was read', 'dim');
  const what = missing === 1 ? 'it allows' : 'they allow';
  return span(
    ` complete, but ${countedAre(missing, 'role')} bound and not there: what ${what} is unknown`,
    'risk',
  );
}

/** What the signs at marks mean, where there is room for it; the help says it too. */
function withLegend(line: Line, { columns, page }: State): Line {
  const legend = [span(" * everywhere  ' named objects only ", 'dim')];
  const width = [...line, ...legend].reduce((sum, { text }) => sum + widthOf(text), 0);
  return page !== undefined || width > columns ? line : between(line, legend, columns);
}

/** An empty cell is a no only where all is known. */
function legendOf(state: State): Span {
  const empty = isAllKnown(state) ? '· no' : '· not seen';
  return span(` ● everywhere  3 in that many namespaces  ○ 3' named objects only  ${empty}`, 'dim');
}

/** Whether what is not in the list that is seen is not allowed: all was read, every role of it is known. */
export function isAllKnown(state: State): boolean {
  const { review, source } = state;
  return (
    review?.complete === true &&
    source.kind !== 'reading' &&
    grantsSeen(state, review).every(({ role }) => role.role !== undefined)
  );
}

function changedWords(count: number): string {
  return `${counted(count, 'change')} since it was opened (c clears)`;
}

function hintLine(state: State): Line {
  const hints = state.page === undefined ? listHints(state) : pageHints(state);
  const spans: Span[] = [span(' ')];
  let left = state.columns - 1;
  for (const [key, about] of hints) {
    const width = widthOf(key) + widthOf(about) + 3;
    if (width > left) break;
    left -= width;
    spans.push(span(key, 'strong'), span(` ${about}  `, 'dim'));
  }
  return spans;
}

type Hint = readonly [key: string, about: string];

/** The help always has room: it tells the rest. */
function listHints(state: State): readonly Hint[] {
  const all = bindingsFor(state).flatMap(
    ({ label, hint, action }): readonly (Hint & { action?: string })[] => {
      if (
        hint === undefined ||
        (action === 'back' && levelOf(state).entered === undefined && levelOf(state).text === '')
      )
        return [];
      return [[label.split(' ')[0] ?? label, hint]];
    },
  );
  return [...all.filter(([key]) => key === '?'), ...all.filter(([key]) => key !== '?')];
}

function pageHints({ page }: State): readonly Hint[] {
  if (page?.isAsking === true)
    return [
      ['y', 'write this'],
      ['n', 'write nothing'],
      ['↑↓ PgDn', 'read'],
    ];
  return [
    ['Esc', 'back'],
    ['↑↓ PgDn', 'read'],
  ];
}

/** The end of what is typed is always seen. */
function promptLine({ prompt, columns }: State): Line {
  if (prompt === undefined) return [];
  const label = ` ${promptWords[prompt.kind]}: `;
  const room = Math.max(4, columns - widthOf(label) - 2);
  const text = [...cleanText(prompt.text, 2000)];
  let shown = cleanSpaces(prompt.text, text.join(''));
  while (widthOf(shown) > room) shown = [...shown].slice(1).join('');
  return [
    span(label, 'strong'),
    span(shown),
    span(' ', 'chosen'),
    span(cutTo(help(prompt.kind), room - widthOf(shown)), 'dim'),
  ];
}

/** cleanText takes blanks at the ends away, which whoever types wants to see. */
function cleanSpaces(typed: string, cleaned: string): string {
  return typed.endsWith(' ') ? `${cleaned} ` : cleaned;
}

function help(kind: string): string {
  if (kind === 'grant')
    return "  --preset NAME | --rule 'get,list pods' | --clusterrole NAME, -n NAMESPACE, --for 8h";
  if (kind === 'revoke') return '  Enter plans it';
  if (kind === 'namespace') return '  empty for all';
  if (kind === 'diff') return '  one that --save-snapshot wrote';
  return '';
}
