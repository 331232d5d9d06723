// Words of a command line that is shown for typing: whatever a name holds, a POSIX shell reads it as one word.

/** The word as it is where that is safe, else in single quotes. */
export function shellQuoted(word: string): string {
  return /^[A-Za-z0-9_@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}

/** A flag with its value: one word where the value begins with "-", which would be taken for a flag of its own. */
export function flagWords(flag: string, value: string): readonly string[] {
  return value.startsWith('-') ? [`${flag}=${value}`] : [flag, value];
}

/** The words of a line as a POSIX shell splits it: blanks, quotes, backslashes; undefined where a quote is left open. Expands nothing. */
export function shellWords(line: string): readonly string[] | undefined {
  const words: string[] = [];
  const piece = /\s+|'([^']*)'|"((?:[^"\\]|\\[\s\S])*)"|\\([\s\S])|([^\s'"\\]+)/y;
  let word: string | undefined;
  while (piece.lastIndex < line.length) {
    const found = piece.exec(line);
    if (found === null) return undefined;
    const [whole, single, double, escaped, plain] = found;
    const text = single ?? double?.replaceAll(/\\(["\\$`\n])/g, '$1') ?? escaped ?? plain;
    if (text !== undefined) word = (word ?? '') + text;
    else if (/^\s/.test(whole) && word !== undefined) {
      words.push(word);
      word = undefined;
    }
  }
  return word === undefined ? words : [...words, word];
}
