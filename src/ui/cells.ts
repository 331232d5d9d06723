// Text in cells of a terminal: how wide it is there, cut and filled to a width. Every name that is drawn comes through
// here, cleaned before.

import stringWidth from '../string-width.ts';

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

/** The line cut and filled to exactly this width, in as few spans as it can be: each costs time to draw. */
export function fitLine(line: Line, width: number): Line {
  const spans: Span[] = [];
  let left = width;
  for (const { text, style } of line) {
    if (left <= 0) break;
    const cut = cutTo(text, left);
    left -= widthOf(cut);
    append(spans, cut, style);
  }
  if (left > 0) append(spans, ' '.repeat(left), 'plain');
  return spans;
}

/** Blanks look alike in every style but the one of the chosen row. */
function append(spans: Span[], text: string, style: Style): void {
  const last = spans.at(-1);
  const isBlank = style !== 'chosen' && /^ *$/.test(text);
  if (last === undefined) spans.push({ text, style: isBlank ? 'plain' : style });
  else if (last.style === style || (isBlank && last.style !== 'chosen'))
    spans[spans.length - 1] = { text: last.text + text, style: last.style };
  else spans.push({ text, style: isBlank ? 'plain' : style });
}

/** Two ends of one line; the left one gives way. */
export function between(left: Line, right: Line, width: number): Line {
  const ends = right.reduce((sum, { text }) => sum + widthOf(text), 0);
  if (ends >= width) return fitLine(right, width);
  return [...fitLine(left, width - ends), ...right];
}

/** The whole of a line, on as many as it needs: broken at blanks where there are some, what follows is set in. */
export function wrapLine(line: Line, width: number): readonly Line[] {
  if (line.reduce((sum, { text }) => sum + widthOf(text), 0) <= width) return [line];
  const indent = Math.min(indentOf(line) + 2, Math.floor(width / 2));
  const lines: Line[] = [];
  let now: Span[] = [];
  let left = width;
  for (const { text, style } of line) {
    for (const word of text.split(/(?<= )/)) {
      for (const piece of piecesOf(word, width - indent)) {
        if (widthOf(piece.trimEnd()) > left) {
          lines.push(now);
          now = [span(' '.repeat(indent))];
          left = width - indent;
        }
        now.push(span(piece, style));
        left -= widthOf(piece);
      }
    }
  }
  return [...lines, now];
}

/** Blanks and the lines of a tree at its beginning. */
function indentOf(line: Line): number {
  const [lead = ''] = /^[ │├└─+-]*/.exec(line.map(({ text }) => text).join('')) ?? [];
  return lead.length;
}

function piecesOf(word: string, width: number): readonly string[] {
  if (widthOf(word.trimEnd()) <= width) return [word];
  const pieces = [''];
  for (const { segment } of new Intl.Segmenter('en').segment(word)) {
    const last = pieces.at(-1) ?? '';
    if (widthOf(last) + widthOf(segment) > width) pieces.push(segment);
    else pieces[pieces.length - 1] = last + segment;
  }
  return pieces;
}
