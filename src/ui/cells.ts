// Text in cells of a terminal: how wide it is there, cut and filled to a width. Every name that is drawn comes through
// here, cleaned before.

import stringWidth from 'string-width';

/** One stretch of a line in one style; a colour never says anything alone. */
export type Style = 'plain' | 'dim' | 'strong' | 'head' | 'risk' | 'fresh' | 'chosen';
export type Span = { readonly text: string; readonly style: Style };
export type Line = readonly Span[];

const ascii = /^[ -~]*$/;
const rightToLeft = /[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc\u{10800}-\u{10fff}\u{1e800}-\u{1efff}]/u;
/** Left-to-right mark: what follows stays in its column, though the terminal turns right-to-left text around. */
const leftAgain = '\u200e';

/** In cells; what Ink takes it for too. */
export function widthOf(text: string): number {
  return ascii.test(text) ? text.length : stringWidth(text);
}

/** Exactly `width` cells: cut with an ellipsis, or filled with blanks on the right (`end`: on the left). */
export function toWidth(text: string, width: number, align: 'start' | 'end' = 'start'): string {
  if (width <= 0) return '';
  const cut = widthOf(text) <= width ? text : cutTo(text, width);
  const blanks = ' '.repeat(Math.max(0, width - widthOf(cut)));
  const shown = rightToLeft.test(cut) ? `${cut}${leftAgain}` : cut;
  return align === 'end' ? `${blanks}${shown}` : `${shown}${blanks}`;
}

/** At most `width` cells. Graphemes stay whole. */
export function cutTo(text: string, width: number): string {
  if (widthOf(text) <= width) return text;
  if (ascii.test(text)) return `${text.slice(0, width - 1)}…`;
  let kept = '';
  let used = 1;
  for (const { segment } of new Intl.Segmenter('en').segment(text)) {
    used += widthOf(segment);
    if (used > width) break;
    kept += segment;
  }
  return `${kept}…`;
}

/** In one style. */
export function span(text: string, style: Style = 'plain'): Span {
  return { text, style };
}

/** The line cut and filled to exactly this width. */
export function fitLine(line: Line, width: number): Line {
  const spans: Span[] = [];
  let left = width;
  for (const { text, style } of line) {
    if (left <= 0) break;
    const cut = cutTo(text, left);
    left -= widthOf(cut);
    spans.push({ text: cut, style });
  }
  return left > 0 ? [...spans, span(' '.repeat(left))] : spans;
}

/** Two ends of one line; the left one gives way. */
export function between(left: Line, right: Line, width: number): Line {
  const ends = right.reduce((sum, { text }) => sum + widthOf(text), 0);
  if (ends >= width) return fitLine(right, width);
  return [...fitLine(left, width - ends), ...right];
}

/** Words on as many lines as they need; a word that is longer than a line is cut. */
export function wrapped(text: string, width: number): readonly string[] {
  const lines: string[] = [];
  for (const word of text.split(' ')) {
    const last = lines.at(-1);
    if (last !== undefined && widthOf(last) + 1 + widthOf(word) <= width)
      lines[lines.length - 1] = `${last} ${word}`;
    else lines.push(cutTo(word, width));
  }
  return lines;
}
