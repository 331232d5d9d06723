// Text that another part wrote, as a page.

import { cleanText } from '../foreign-text.ts';
import { type Line, type Style, span } from './cells.ts';
import type { Page } from './state.ts';

/** A line each; `+` and `-` before what comes and goes stay what tells them apart, a style only helps. */
export function textPage(kind: Page['kind'], title: string, text: string): Page {
  const lines = text.replace(/\n+$/, '').split('\n').map(textLine);
  return { kind, title, lines, top: 0, isAsking: false };
}

function textLine(text: string): Line {
  // cleanText takes blanks at the beginning away, which are the shape of what was written.
  const [indent = ''] = /^ */.exec(text) ?? [];
  return [span(`${indent}${cleanText(text, 1000)}`, styleOf(text))];
}

function styleOf(text: string): Style {
  if (/^\s*\+/.test(text)) return 'fresh';
  return /^\s*-/.test(text) ? 'risk' : 'plain';
}
