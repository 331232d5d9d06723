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

/** A table of these rows; its columns are those that the script fills anew. */
export function* pageTable(
  rows: readonly ReviewRow[],
  { pivot, caption, id }: { readonly pivot: Pivot; readonly caption: string; readonly id?: string },
): Generator<string> {
  const title = pivotWords[pivot].charAt(0).toUpperCase() + pivotWords[pivot].slice(1);
  yield `<table${id === undefined ? '' : ` id="${id}"`}><caption class="out">${htmlText(caption)}</caption><thead><tr><th scope="col">${title}</th><th scope="col">Reach</th>`;
  yield `${count(pivot === 'subject', 'Subjects')}${count(pivot === 'role', 'Roles')}${count(false, 'Bindings')}<th scope="col">Marks</th></tr></thead>\n<tbody>\n`;
  for (const row of rows) yield pageRow(row);
  yield '</tbody></table>\n';
}

function count(isOwn: boolean, title: string): string {
  return `<th scope="col" class="n opt"${isOwn ? ' hidden' : ''}>${title}</th>`;
}

function pageRow(row: ReviewRow): string {
  const { everywhere, subjects, roles, bindings, of } = row;
  const note = rowNote(row);
  const cell = (isOwn: boolean, value: number): string =>
    `<td class="n opt"${isOwn ? ' hidden' : ''}>${numberWords(value)}</td>`;
  return [
    `<tr><th scope="row">${nameHtml(row)}${note === undefined ? '' : `<span class="note">${htmlText(note)}</span>`}</th>`,
    `<td class="reach${everywhere ? ' all' : ''}">${reachWords(row)}</td>`,
    `${cell(of.pivot === 'subject', subjects)}${cell(of.pivot === 'role', roles)}${cell(false, bindings)}`,
    `<td>${marksHtml(row)}</td></tr>\n`,
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

function marksHtml(row: ReviewRow): string {
  const known = tellingMarks(row.marks).map(
    (mark) =>
      `<li class="r${risks.indexOf(mark.risk)}" title="${htmlText(describeMark(mark))}">${riskNames[mark.risk]}<span> · ${markPlace(mark)}</span></li>`,
  );
  const unknown = unknownWords(row);
  const items =
    unknown === '' ? known : [...known, `<li class="ru" title="${unknownSentence}">${unknown}</li>`];
  return items.length === 0 ? '' : `<ul class="marks">${items.join('')}</ul>`;
}
