// The screen for a screen reader: the row where the person is, in words, instead of a table.

import { counted } from '../number-words.ts';
import type { MatrixRow } from '../review/matrix.ts';
import {
  describeMark,
  reachWords,
  rowNote,
  rowWords,
  targetWords,
  unknownWords,
} from '../review/review-words.ts';
import type { ReviewRow } from '../review/rows.ts';
import { type Line, span } from './cells.ts';
import { footLines } from './foot.ts';
import { crumbLine, titleLine } from './head.ts';
import { pageHeight, pageText } from './layout.ts';
import { levelOf, type State } from './state.ts';
import type { Table } from './table.ts';

/** A few lines: where one is, the row, what to press. */
export function spokenOf(state: State, table: Table): readonly Line[] {
  const [status, hints] = footLines(state, table);
  const { page } = state;
  const body =
    page === undefined
      ? [crumbLine(state), ...rowLines(state, table)]
      : [[span(page.title)], ...pageText(page, state.columns).slice(page.top, page.top + pageHeight(state))];
  return [titleLine(state), ...body, status, hints].map(trimmed).filter((line) => line.length > 0);
}

function rowLines(state: State, table: Table): readonly Line[] {
  const { at } = levelOf(state);
  const place = `${at + 1} of ${table.rows.length}: `;
  const row = table.rows[at];
  if (row === undefined) return [[span('No rows.')]];
  const words =
    table.kind === 'matrix' ? cellWords(row as MatrixRow, table.matrix.verbs) : rowSentence(row as ReviewRow);
  return [[span(`${place}${words}`)]];
}

function rowSentence(row: ReviewRow): string {
  const note = rowNote(row);
  const marks = row.marks.map(describeMark).join(' ');
  const unknown = unknownWords(row);
  return `${rowWords(row)}${note === undefined ? '' : `, ${note}`}. Reaches ${reachWords(row)}. ${marks}${unknown === '' ? '' : ` ${unknown}.`}`;
}

function cellWords({ name, cells }: MatrixRow, verbs: readonly string[]): string {
  const allowed = verbs.flatMap((verb, index) => {
    const cell = cells[index];
    if (cell === undefined) return [];
    return [
      `${verb} ${cell.everywhere ? 'everywhere' : `in ${counted(cell.namespaces, 'namespace')}`}${cell.named ? ' on named objects' : ''}`,
    ];
  });
  return `${targetWords(name)}: ${allowed.join(', ')}`;
}

/** Blanks that fill a line say nothing. */
function trimmed(line: Line): Line {
  const text = line
    .map((each) => each.text)
    .join('')
    .replaceAll(/ {2,}/g, '  ')
    .trim();
  return text === '' ? [] : [span(text)];
}
