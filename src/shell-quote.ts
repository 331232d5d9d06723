// Words of a command line that is shown for typing: whatever a name holds, a POSIX shell reads it as one word.

/** The word as it is where that is safe, else in single quotes. */
export function shellQuoted(word: string): string {
  return /^[A-Za-z0-9_@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}
