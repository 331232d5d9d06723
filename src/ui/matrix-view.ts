// The matrix of verbs x resources as lines.

import { counted } from '../number-words.ts';
import type { Matrix, MatrixCell, MatrixRow } from '../review/matrix.ts';
import { targetWords } from '../review/review-words.ts';
import { type Line, type Span, span, toWidth } from './cells.ts';

/** Further verbs give way to it: names of resources are long. */
const leastName = { wide: 26, narrow: 16, from: 80 } as const;

/** Which verbs find room; the rest is counted. */
function verbsIn(
  { verbs }: Matrix,
  width: number,
): { readonly verbs: readonly string[]; readonly more: number; readonly name: number } {
  let left = width - 3;
  const kept: string[] = [];
  for (const verb of verbs) {
    if (left - columnOf(verb) < (width < leastName.from ? leastName.narrow : leastName.wide)) break;
    left -= columnOf(verb);
    kept.push(verb);
  }
  return { verbs: kept, more: verbs.length - kept.length, name: left };
}

const shortVerbs: Readonly<Record<string, string>> = { deletecollection: 'delcoll' };

function headOf(verb: string): string {
  return toWidth(shortVerbs[verb] ?? verb, Math.min(11, (shortVerbs[verb] ?? verb).length));
}

function columnOf(verb: string): number {
  return Math.max(4, headOf(verb).length) + 1;
}

/** The headings: a verb a column. */
export function matrixHead(matrix: Matrix, width: number): Line {
  const { verbs, more, name } = verbsIn(matrix, width);
  const first = more === 0 ? 'RESOURCE' : `RESOURCE (+${counted(more, 'verb')})`;
  const heads = verbs.map((verb) => toWidth(headOf(verb), columnOf(verb), 'end'));
  return [span(`   ${toWidth(first, name)}${heads.join('')}`, 'head')];
}

/** One resource. */
export function matrixLine(
  row: MatrixRow,
  {
    matrix,
    width,
    isChosen,
  }: { readonly matrix: Matrix; readonly width: number; readonly isChosen: boolean },
): Line {
  const { verbs, name } = verbsIn(matrix, width);
  const spans: Span[] = [
    span(isChosen ? '›  ' : '   ', 'strong'),
    span(toWidth(targetWords(row.name), name), isChosen ? 'strong' : 'plain'),
    ...verbs.map((verb) => {
      const cell = row.cells[matrix.verbs.indexOf(verb)];
      return span(toWidth(cellText(cell), columnOf(verb), 'end'), cell === undefined ? 'dim' : 'plain');
    }),
  ];
  return isChosen ? [span(spans.map(({ text }) => text).join(''), 'chosen')] : spans;
}

/** `●` everywhere, `3` in three namespaces; `○`, `3'`: of named objects only. */
function cellText(cell: MatrixCell | undefined): string {
  if (cell === undefined) return '·';
  if (cell.everywhere) return cell.named ? '○' : '●';
  return `${cell.namespaces}${cell.named ? "'" : ''}`;
}
