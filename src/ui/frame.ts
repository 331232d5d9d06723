// The whole screen as lines: a state in, as many lines as the terminal has rows out, each as wide as it is.

import { cleanText } from '../foreign-text.ts';
import { between, fitLine, type Line, span } from './cells.ts';
import { footLines, isAllKnown } from './foot.ts';
import { countLine, crumbLine, titleLine } from './head.ts';
import { leastSize, listHeight, pageHeight, pageText } from './layout.ts';
import { matrixHead, matrixLine } from './matrix-view.ts';
import { headLine, rowLine } from './rows-view.ts';
import { levelOf, type Page, type State } from './state.ts';
import type { Table } from './table.ts';

/** What the terminal shows. */
export function frameOf(state: State, table: Table): readonly Line[] {
  const { columns, rows } = state;
  if (columns < leastSize.columns || rows < leastSize.rows) return tooSmall(state);
  const above = [
    titleLine(state),
    ...(state.page === undefined ? [crumbLine(state)] : [pageTitle(state.page, state)]),
  ];
  const body = state.page === undefined ? listLines(state, table) : pageLines(state.page, state);
  return [...above, ...body, ...footLines(state, table)].map((line) => fitLine(line, columns));
}

function tooSmall({ columns, rows }: State): readonly Line[] {
  const words = `${columns}x${rows}: at least ${leastSize.columns}x${leastSize.rows} are needed. q quits.`;
  return [fitLine([span(words)], Math.max(1, columns))];
}

function listLines(state: State, table: Table): readonly Line[] {
  const { columns: width, touched } = state;
  const { at, top, side } = levelOf(state);
  const height = listHeight(state);
  const head =
    table.kind === 'matrix'
      ? matrixHead(table.matrix, width)
      : headLine(side === 'matrix' ? 'subject' : side, width);
  const shown: readonly Line[] =
    table.kind === 'matrix'
      ? table.rows
          .slice(top, top + height)
          .map((row, index) => matrixLine(row, { matrix: table.matrix, width, isChosen: top + index === at }))
      : table.rows
          .slice(top, top + height)
          .map((row, index) => rowLine(row, { width, touched, isChosen: top + index === at }));
  const lines = shown.length === 0 ? [[span(`   ${emptyWords(state, table)}`, 'dim')]] : shown;
  return [countLine(state, table), head, ...filled(lines, height)];
}

function emptyWords(state: State, { all, kind }: Table): string {
  if (state.review === undefined) return 'nothing was read yet';
  if (all > 0) return 'nothing of that name: Esc drops the filter';
  if (kind === 'matrix' && !isAllKnown(state)) return 'nothing, by the roles that are known';
  return state.risky ? 'nothing here has a risk mark' : 'nothing here';
}

function pageTitle(page: Page, { columns }: State): Line {
  const height = pageText(page, columns).length;
  return between(
    [span(' '), span(cleanText(page.title, 300), 'strong')],
    [span(height === 0 ? '' : ` ${height === 1 ? '1 line' : `${height} lines`} `, 'dim')],
    columns,
  );
}

function pageLines(page: Page, state: State): readonly Line[] {
  const height = pageHeight(state);
  const shown = pageText(page, state.columns).slice(page.top, page.top + height);
  return filled(
    shown.map((line) => [span(' '), ...line]),
    height,
  );
}

function filled(lines: readonly Line[], height: number): readonly Line[] {
  return [...lines, ...Array.from({ length: Math.max(0, height - lines.length) }, (): Line => [])];
}
