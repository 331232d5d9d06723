// Text that others wrote, inside HTML.

import { cleanText } from '../foreign-text.ts';

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/** One line of text, for between tags or within quotes of an attribute. */
export function htmlText(text: string): string {
  return cleanText(text, 400).replaceAll(/[&<>"']/g, (letter) => entities[letter] ?? '');
}

/** JSON inside a script element: nothing in it can end the element or begin a comment (HTML, "script data state"). */
export function scriptJson(value: unknown): string {
  return JSON.stringify(value)
    .replaceAll('<', '\\u003c')
    .replaceAll('\u2028', '\\u2028')
    .replaceAll('\u2029', '\\u2029');
}
