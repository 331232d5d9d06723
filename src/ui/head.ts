// The lines above a list: which cluster and how current, the way to here and the sides, what is counted and left out.

import { cleanText } from '../foreign-text.ts';
import { counted, numberWords } from '../number-words.ts';
import { between, type Line, type Span, span, widthOf } from './cells.ts';
import { enteredWords } from './entered.ts';
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
        : span('◌ not watched, R reads again ', 'risk');
    case 'lost':
      return span('○ connection lost ', 'risk');
    case 'static':
      return span('as it was saved ', 'dim');
  }
}

function readWords({ objects, expected }: { readonly objects: number; readonly expected: number }): string {
  if (objects === 0) return '…';
  return expected > objects ? `${numberWords(objects)} of ${numberWords(expected)}` : numberWords(objects);
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
  const crumbs = levels.flatMap(({ entered }) => (entered === undefined ? [] : [enteredWords(entered)]));
  const tabs = sidesOf(state).flatMap((each): readonly Span[] => [
    span(' '),
    each === side ? span(`[${sideWords[each]}]`, 'strong') : span(` ${sideWords[each]} `, 'dim'),
  ]);
  const room = columns - 2 - tabs.reduce((sum, { text }) => sum + widthOf(text), 0);
  return between([span(' '), span(wayWords(crumbs, room), 'strong')], [...tabs, span(' ')], columns);
}

/** Where there is no room for all of it the beginning gives way: the last is what one looks at. */
function wayWords(crumbs: readonly string[], room: number): string {
  if (crumbs.length === 0) return 'Who can do what';
  const ways = crumbs.map((_, from) => `${from === 0 ? '' : '… › '}${crumbs.slice(from).join(' › ')}`);
  return ways.find((way) => widthOf(way) <= room) ?? ways.at(-1) ?? '';
}

/** How many rows, of how many, and why not all. */
export function countLine(state: State, { rows, all }: Table): Line {
  const { text, side } = levelOf(state);
  const count = `${rows.length === all ? '' : `${numberWords(rows.length)} of `}${counted(all, countedWords[side])}`;
  const filters = [
    ...(text === '' ? [] : [`filter "${cleanText(text, 60)}"`]),
    ...(state.risky && side !== 'matrix' ? ['risky only'] : []),
    ...(state.namespace === undefined ? [] : [namespaceWords(state.namespace, state)]),
    ...(state.hidesSystem ? ['without system:…'] : []),
  ];
  const { at } = levelOf(state);
  const place = rows.length === 0 ? '' : ` ${numberWords(at + 1)}/${numberWords(rows.length)} `;
  return between(
    [span(` ${count}`, 'dim'), ...filters.flatMap((each) => [span(' · ', 'dim'), span(each, 'fresh')])],
    [span(place, 'dim')],
    state.columns,
  );
}

/** A name that was mistyped would look like a namespace where nobody may do anything. */
function namespaceWords(namespace: string, { review, source }: State): string {
  const words = `namespace ${cleanText(namespace, 63)}`;
  if (review === undefined || source.kind === 'reading') return words;
  return review.places.some((place) => place.namespace === namespace)
    ? words
    : `${words}: nothing is bound there`;
}

const countedWords: Readonly<Record<Side, string>> = {
  subject: 'subject',
  resource: 'resource',
  role: 'role',
  namespace: 'place',
  matrix: 'resource',
};
