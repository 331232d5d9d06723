// Where what stands on the screen, in cells.

import { type Line, wrapLine } from './cells.ts';
import type { Page, State } from './state.ts';

/** The title, the way to here, what is counted and filtered, the headings. */
export const listTop = 4;
/** How far the answer can be trusted, and the keys or what is typed. */
const below = 2;

/** Less than this can show no list. */
export const leastSize = { columns: 40, rows: 9 } as const;

/** How many rows of a list, or lines of a page, are seen at once. */
export function listHeight({ rows }: Pick<State, 'rows'>): number {
  return Math.max(1, rows - listTop - below);
}

/** A page has no line of counts and no headings. */
export function pageHeight({ rows }: Pick<State, 'rows'>): number {
  return Math.max(1, rows - 2 - below);
}

/** The lines of a page as they fit: nothing of it is cut. Of a terminal too narrow to be drawn on too. */
export function pageText({ lines }: Page, columns: number): readonly Line[] {
  return lines.flatMap((line) => wrapLine(line, Math.max(1, columns - 2)));
}

/** The first line that is seen: not before the page, and not so far that a screen is left empty. */
export function pageTop(page: Page, state: Pick<State, 'columns' | 'rows'>): number {
  return Math.max(0, Math.min(page.top, pageText(page, state.columns).length - pageHeight(state)));
}
