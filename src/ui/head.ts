// The lines above a list: which cluster and how current, the way to here and the sides, what is counted and left out.

import { cleanText } from '../foreign-text.ts';
import { rowWords } from '../review/review-words.ts';
import { between, type Line, type Span, span } from './cells.ts';
import { sidesOf } from './list-actions.ts';
import { levelOf, type Side, type Source, type State } from './state.ts';
import type { Table } from './table.ts';

/** The program, the cluster, and whether what is shown still holds. */
export function titleLine({ name, source, isBusy, columns }: State): Line {
  const left: Line = [span(' kubectl oidc review', 'strong'), span(`  ${cleanText(name, 120)}`)];
  const right = isBusy ? span('working … ', 'fresh') : sourceSpan(source);
  return between(left, [span(' '), right], columns);
}

function sourceSpan(source: Source): Span {
  switch (source.kind) {
    case 'reading':
      return span(`◌ reading ${readWords(source)} `, 'fresh');
    case 'live':
      return source.unwatched === 0
        ? span('● live ', 'fresh')
        : span('◐ partly live, R reads again ', 'fresh');
    case 'lost':
      return span('○ connection lost ', 'risk');
    case 'static':
      return span('as it was saved ', 'dim');
  }
}

function readWords({ objects, expected }: { readonly objects: number; readonly expected: number }): string {
  return expected === 0 ? '' : `${objects.toLocaleString('en-US')} of ${expected.toLocaleString('en-US')}`;
}

export const sideWords: Readonly<Record<Side, string>> = {
  subject: 'who',
  resource: 'resources',
  role: 'roles',
  namespace: 'namespaces',
  matrix: 'verbs',
};

/** Where the person is, and from which sides they can look at it. */
export function crumbLine(state: State): Line {
  const { columns, levels } = state;
  const { side } = levelOf(state);
  const crumbs = levels.flatMap(({ entered }) => (entered === undefined ? [] : [rowWords(entered)]));
  const way = crumbs.length === 0 ? 'Who can do what' : crumbs.join(' › ');
  const tabs = sidesOf(state).flatMap((each): readonly Span[] => [
    span(' '),
    each === side ? span(`[${sideWords[each]}]`, 'strong') : span(` ${sideWords[each]} `, 'dim'),
  ]);
  return between([span(' '), span(way, 'strong')], [...tabs, span(' ')], columns);
}

/** How many rows, of how many, and why not all. */
export function countLine(state: State, { rows, all }: Table): Line {
  const { text, side } = levelOf(state);
  const count = rows.length === all ? number(all) : `${number(rows.length)} of ${number(all)}`;
  const filters = [
    ...(text === '' ? [] : [`filter "${cleanText(text, 60)}"`]),
    ...(state.risky && side !== 'matrix' ? ['risky only'] : []),
    ...(state.namespace === undefined ? [] : [`namespace ${cleanText(state.namespace, 63)}`]),
    ...(state.hidesSystem ? ['without system:'] : []),
  ];
  const { at } = levelOf(state);
  const place = rows.length === 0 ? '' : `${number(at + 1)}/${number(rows.length)} `;
  return between(
    [
      span(` ${count} ${countedWords[side]}`, 'dim'),
      ...filters.flatMap((each) => [span(' · ', 'dim'), span(each, 'fresh')]),
    ],
    [span(place, 'dim')],
    state.columns,
  );
}

const countedWords: Readonly<Record<Side, string>> = {
  subject: 'subjects',
  resource: 'resources',
  role: 'roles',
  namespace: 'places',
  matrix: 'resources',
};

function number(count: number): string {
  return count.toLocaleString('en-US');
}
