// How wide a text is on a terminal, for tables and the screen, and in place of the package string-width in the build
// (Ink, yargs; scripts/parts/bundle.ts): the same answers for what terminals show, without a list of all emoji
// sequences, which takes a tenth of a second to read.

import { eastAsianWidth } from 'get-east-asian-width';

const escapes =
  /[\u001b\u009b](?:\[[0-?]*[ -/]*[@-~]|\][^\u0007\u001b]*(?:\u0007|\u001b\\)|[0-?]*[ -/]*[@-~])/g;
/** What is one cell each, and what a screen mostly holds: Latin, Greek, Cyrillic, punctuation, arrows, lines, blocks. */
const narrow =
  /^[ -~\u00a1-\u00ac\u00ae-\u02ff\u0370-\u0482\u048a-\u052f\u2010-\u2027\u2039\u203a\u2190-\u21ff\u2500-\u25fc]*$/;
const ascii = /^[ -~]*$/;
const presented = /\p{Emoji_Presentation}/u;
const pictured = /\p{Extended_Pictographic}|[0-9#*]\ufe0f?\u20e3|\p{Regional_Indicator}{2}/u;
const invisible =
  /[\p{Default_Ignorable_Code_Point}\p{Control}\p{Format}\p{Nonspacing_Mark}\p{Enclosing_Mark}\p{Surrogate}]/u;

/** How many cells a terminal gives the text; escape sequences have none. */
export default function stringWidth(text: string): number {
  const plain = text.includes('\u001b') || text.includes('\u009b') ? text.replaceAll(escapes, '') : text;
  if (ascii.test(plain) || narrow.test(plain)) return plain.length;
  let width = 0;
  for (const { segment } of new Intl.Segmenter('en').segment(plain)) width += graphemeWidth(segment);
  return width;
}

function graphemeWidth(segment: string): number {
  const seen = [...segment].filter((character) => !invisible.test(character));
  const [first, ...rest] = seen;
  if (first === undefined) return 0;
  const own = isEmoji(segment, seen) ? 2 : eastAsianWidth(first.codePointAt(0) ?? 0);
  // In the same cluster these take cells of their own: spacing marks, half-width signs, further Hangul that begins anew.
  const more = rest.filter((each) =>
    /\p{Spacing_Mark}|[\uff00-\uffef\uac00-\ud7a3\ua960-\ua97c\u1100-\u115f]/u.test(each),
  );
  return own + more.reduce((sum, each) => sum + eastAsianWidth(each.codePointAt(0) ?? 0), 0);
}

function isEmoji(segment: string, [first = '', ...rest]: readonly string[]): boolean {
  if (presented.test(first)) return true;
  if (segment.includes('\ufe0f') && pictured.test(segment)) return true;
  if (rest.length > 0 && pictured.test(segment) && (segment.includes('\u200d') || /\p{RI}/u.test(first)))
    return true;
  return /^[0-9#*]/.test(first) && segment.includes('\u20e3');
}
