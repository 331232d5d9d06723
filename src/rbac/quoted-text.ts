// Text between quotes as Go and JSON write it (strconv.Quote, %q; RFC 8259): what error messages of the API server,
// and logs that quote these once more, are made of.

/**
 * A pattern for a quoted word, or for one that lost its quotes to a shell; `quotedIn` reads it. Longer names than any
 * cluster has are none: a hostile line must not be searched from each of its letters to its end.
 */
export function quotedPattern(name: string): string {
  return String.raw`(?:"(?<${name}>(?:[^"\\]|\\.){0,1024})"|(?<${name}Bare>[^\s"]{0,300}))`;
}

/** What such a pattern found; '' where it found nothing. */
export function quotedIn(groups: Readonly<Record<string, string | undefined>>, name: string): string {
  return unquoted(groups[name] ?? groups[`${name}Bare`] ?? '');
}

/** All words of a list as Go prints it: `["get" "list"]`. */
export function quotedList(text: string): readonly string[] {
  return [...text.matchAll(/"((?:[^"\\]|\\.)*)"/g)].map(([, word = '']) => unquoted(word));
}

const named: Readonly<Record<string, string>> = {
  a: '\u0007',
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
  v: '\v',
};

/** The text that was quoted. A byte that was no UTF-8 becomes U+FFFD: no name can be told from it. */
export function unquoted(inner: string): string {
  return inner.replaceAll(
    /\\(?:u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8})|x([0-9a-fA-F]{2})|(.))/gs,
    (_, short?: string, long?: string, byte?: string, letter?: string) => {
      if (short !== undefined) return String.fromCharCode(Number.parseInt(short, 16));
      if (letter !== undefined) return named[letter] ?? letter;
      const code = Number.parseInt(long ?? byte ?? '', 16);
      const isText = long === undefined ? code < 0x80 : code <= 0x10ffff;
      return isText ? String.fromCodePoint(code) : '\ufffd';
    },
  );
}

/**
 * The quoted texts of a line that hold quoted words themselves: the message in a line of JSON, the err="…" of a log.
 */
export function quotedMessages(line: string): readonly string[] {
  return quotedLiterals(line).filter((each) => /"/.test(each));
}

/** One that is not closed ends with the line: else each quote in it would be tried up to there. */
function quotedLiterals(line: string): readonly string[] {
  return [...line.matchAll(/"((?:[^"\\]|\\.)*)(?:"|\\?$)/g)].map(([, inner = '']) => unquoted(inner));
}
