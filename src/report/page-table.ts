// The page's tables as they stand without its script.

import { numberWords } from '../number-words.ts';
import {
  describeMark,
  markPlace,
  pivotWords,
  reachWords,
  riskNames,
  rowNote,
  rowWords,
  unknownSentence,
  unknownWords,
} from '../review/review-words.ts';
import { risks, tellingMarks } from '../review/risk.ts';
import type { Pivot, ReviewRow } from '../review/rows.ts';
import { htmlText } from './html-text.ts';

type TableWish = {
  readonly pivot: Pivot;
  readonly caption: string;
  /** The one table that the script fills anew, so that it has all its columns; undefined: for readers without it. */
  readonly id?: string;
};

/** A table of these rows. Without an `id` it is as short as it can be said: of a large cluster it is most of the page. */
export function* pageTable(rows: readonly ReviewRow[], wish: TableWish): Generator<string> {
  const { pivot, caption, id } = wish;
  const title = pivotWords[pivot].charAt(0).toUpperCase() + pivotWords[pivot].slice(1);
  yield `<table${id === undefined ? '' : ` id="${id}"`}><caption class="out">${htmlText(caption)}</caption><thead><tr><th scope="col">${title}</th><th scope="col">Reach</th>`;
  for (const [name, side] of counts) yield countCell(side, wish, ['th scope="col"', name]);
  yield '<th scope="col">Marks</th></tr></thead>\n<tbody>\n';
  for (const row of rows) yield pageRow(row, wish);
  yield '</tbody></table>\n';
}

/** Each with the side that it says nothing of. */
const counts = [
  ['Subjects', 'subject', 'subjects'],
  ['Roles', 'role', 'roles'],
  ['Bindings', undefined, 'bindings'],
] as const;

function countCell(
  side: Pivot | undefined,
  { pivot, id }: TableWish,
  [tag, text]: readonly [tag: 'td' | 'th scope="col"', text: string],
): string {
  const isOwn = side === pivot;
  if (isOwn && id === undefined) return '';
  return `<${tag} class="n opt"${isOwn ? ' hidden' : ''}>${text}</${tag.slice(0, 2)}>`;
}

function pageRow(row: ReviewRow, wish: TableWish): string {
  const note = rowNote(row);
  return [
    `<tr><th scope="row">${nameHtml(row)}${note === undefined ? '' : `<span class="note">${htmlText(note)}</span>`}</th>`,
    `<td class="reach${row.everywhere ? ' all' : ''}">${reachWords(row)}</td>`,
    ...counts.map(([, side, field]) => countCell(side, wish, ['td', numberWords(row[field])])),
    `<td>${marksHtml(row, wish.id !== undefined)}</td></tr>\n`,
  ].join('');
}

/** The kind apart from the name; a name of another direction stays in its place. */
function nameHtml(row: ReviewRow): string {
  const words = rowWords(row);
  const hasKind = row.of.pivot === 'subject' || row.of.pivot === 'role';
  const space = hasKind ? words.indexOf(' ') + 1 : 0;
  const kind = space === 0 ? '' : `<span class="kind">${htmlText(words.slice(0, space))} </span>`;
  return `${kind}<bdi>${htmlText(words.slice(space))}</bdi>`;
}

/** `explained`: in sentences too, where the pointer rests on a mark. */
function marksHtml(row: ReviewRow, explained: boolean): string {
  const item = (look: string, sentence: string, words: string): string =>
    `<li class="${look}"${explained ? ` title="${htmlText(sentence)}"` : ''}>${words}</li>`;
  const known = tellingMarks(row.marks).map((mark) =>
    item(
      `r${risks.indexOf(mark.risk)}`,
      describeMark(mark),
      `${riskNames[mark.risk]}<span> · ${markPlace(mark)}</span>`,
    ),
  );
  const unknown = unknownWords(row);
  const items = unknown === '' ? known : [...known, item('ru', unknownSentence, unknown)];
  return items.length === 0 ? '' : `<ul class="marks">${items.join('')}</ul>`;
}
