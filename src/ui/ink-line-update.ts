// In the place of Ink's own in the build (scripts/parts/bundle.ts): a line that changed is written anew. Ink's looks letter
// by letter for the part that differs, which takes longer than to write the rest.

const fromItsStart = '\r\u001b[K';

/** What makes the one line the other on a terminal whose cursor is somewhere in it. */
export default function lineUpdate(_before: string | undefined, after: string): string {
  return `${fromItsStart}${after}`;
}
