// Lines of CSV (RFC 4180) for a spreadsheet: no text that others wrote becomes a formula or a second line.

import { cleanText } from '../foreign-text.ts';

/** What a spreadsheet takes for a formula at the beginning of a cell (OWASP, CSV injection), wide letters too. */
const formula = /^\s*[=+\-@|%＝＋－＠]/;
const longest = 1000;

/** One record, with its end. A cell that would be a formula gets an apostrophe before it. */
export function csvLine(cells: readonly string[]): string {
  return `${cells.map(cell).join(',')}\r\n`;
}

function cell(text: string): string {
  const line = cleanText(text, longest);
  const harmless = formula.test(line) ? `'${line}` : line;
  return /[",\r\n;]|^\s|\s$/.test(harmless) ? `"${harmless.replaceAll('"', '""')}"` : harmless;
}
