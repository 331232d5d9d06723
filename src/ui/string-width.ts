// string-width, as the build gives it to Ink, to yargs and to our own cells: the same answers for what terminals show,
// without a list of all emoji sequences, which takes a tenth of a second to read.

import { eastAsianWidth } from 'get-east-asian-width';

const escapes =
  /[\u001b\u009b](?:\[[0-?]*[ -/]*[@-~]|\][^\u0007\u001b]*(?:\u0007|\u001b\\)|[0-?]*[ -/]*[@-~])/g;
/** What is one cell each, and what a screen mostly holds: Latin, Greek, Cyrillic, punctuation, arrows, lines, blocks. */
const narrow =
  /^[ -~\u00a1-\u00ac\u00ae-\u02ff\u0370-\u0482\u048a-\u052f\u2010-\u2027\u2190-\u21ff\u2500-\u25fc]*$/;
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
  const [first] = seen;
  if (first === undefined) return 0;
  if (presented.test(first) || (segment.length > 1 && segment.includes('\ufe0f') && pictured.test(segment)))
    return 2;
  if (seen.length > 1 && pictured.test(segment) && (segment.includes('\u200d') || /\p{RI}/u.test(first)))
    return 2;
  if (/^[0-9#*]/.test(first) && segment.includes('\u20e3')) return 2;
  return widthOfCluster(seen);
}

/** The first character, and what in the same cluster takes cells of its own: spacing marks, half-width signs, lone jamo. */
function widthOfCluster(characters: readonly string[]): number {
  const [first = '', ...rest] = characters;
  const own = eastAsianWidth(first.codePointAt(0) ?? 0);
  const more = rest.filter((each) => /\p{Spacing_Mark}|[\uff00-\uffef]/u.test(each));
  return own + more.reduce((sum, each) => sum + eastAsianWidth(each.codePointAt(0) ?? 0), 0);
}
