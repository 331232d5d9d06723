// A line as what a terminal is sent for it: its text between the signs of its styles (ECMA-48, 8.3.117 SGR).

import type { Line, Span, Style } from './cells.ts';

type Look = { readonly on: string; readonly off: string };

const bold: Look = { on: '\u001b[1m', off: '\u001b[22m' };
const dim: Look = { on: '\u001b[2m', off: '\u001b[22m' };
const inverse: Look = { on: '\u001b[7m', off: '\u001b[27m' };
const yellow: Look = { on: '\u001b[33m', off: '\u001b[39m' };
const cyan: Look = { on: '\u001b[36m', off: '\u001b[39m' };

/** Every style is told by weight or brightness too; colours only help. */
const looks: Readonly<
  Record<Style, { readonly always: readonly Look[]; readonly colored: readonly Look[] }>
> = {
  plain: { always: [], colored: [] },
  dim: { always: [dim], colored: [] },
  strong: { always: [bold], colored: [] },
  head: { always: [bold], colored: [cyan] },
  risk: { always: [bold], colored: [yellow] },
  fresh: { always: [], colored: [cyan] },
  chosen: { always: [inverse], colored: [] },
};

/**
 * Names come here cleaned; whatever controls a terminal and came nevertheless would be taken for ours. What is invisible
 * counts no cell, and some terminals give it one or two: fillers, for example. Left are the signs that make one picture
 * of several letters, and the left-to-right mark (cells.ts).
 */
const unseen = /\p{Control}|(?!\u200d|\u200e|\ufe0e|\ufe0f)\p{Default_Ignorable_Code_Point}/gu;

/** `isColored: false`: NO_COLOR. */
export function painted(line: Line, isColored: boolean): string {
  return line.map((span) => paintedSpan(span, isColored)).join('');
}

function paintedSpan({ text, style }: Span, isColored: boolean): string {
  const { always, colored } = looks[style];
  const worn = isColored ? [...always, ...colored] : always;
  const on = worn.map((look) => look.on).join('');
  const off = worn.map((look) => look.off).join('');
  return `${on}${text.replaceAll(unseen, '')}${off}`;
}
