// A line as what a terminal is sent for it: its text between the signs of its styles (ECMA-48, 8.3.117 SGR).

import type { Line, Style } from './cells.ts';

type Look = { readonly on: string; readonly off: string };

const bold: Look = { on: '\u001b[1m', off: '\u001b[22m' };
const dim: Look = { on: '\u001b[2m', off: '\u001b[22m' };
const inverse: Look = { on: '\u001b[7m', off: '\u001b[27m' };
const yellow: Look = { on: '\u001b[33m', off: '\u001b[39m' };
const cyan: Look = { on: '\u001b[36m', off: '\u001b[39m' };

const nothing: Look = { on: '', off: '' };
const both = (one: Look, other: Look): Look => ({ on: one.on + other.on, off: one.off + other.off });

type Looks = Readonly<Record<Style, Look>>;

/** Every style is told by weight or brightness too; colours only help. */
const withoutColor: Looks = {
  plain: nothing,
  dim,
  strong: bold,
  head: bold,
  risk: bold,
  fresh: nothing,
  chosen: inverse,
};
const withColor: Looks = {
  ...withoutColor,
  head: both(bold, cyan),
  risk: both(bold, yellow),
  fresh: cyan,
};

/**
 * Names come here cleaned; whatever controls a terminal and came nevertheless would be taken for ours. What is invisible
 * counts no cell, and some terminals give it one or two: fillers, for example. Left are the signs that make one picture
 * of several letters, and the left-to-right mark (cells.ts).
 */
const unseen = /\p{Control}|(?!\u200d|\u200e|\ufe0e|\ufe0f)\p{Default_Ignorable_Code_Point}/gu;

/** `isColored: false`: NO_COLOR. */
export function painted(line: Line, isColored: boolean): string {
  const looks = isColored ? withColor : withoutColor;
  return line
    .map(({ text, style }) => `${looks[style].on}${text.replaceAll(unseen, '')}${looks[style].off}`)
    .join('');
}
