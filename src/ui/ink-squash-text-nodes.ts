// In the place of Ink's own in the build (scripts/parts/bundle.ts): the text of a `<Text>`. Ink's looks through it for
// escapes that would harm its layout, for each line of the screen at each key; here a line comes finished (paint.ts).

type TextNode = {
  readonly childNodes: readonly { readonly nodeName: string; readonly nodeValue?: string }[];
};

/** Throws for what the screen never does: a `<Text>` in a `<Text>`. */
export default function squashTextNodes({ childNodes }: TextNode): string {
  const [text, ...more] = childNodes;
  if (text === undefined) return '';
  if (more.length > 0 || text.nodeName !== '#text') throw new Error('the screen draws finished lines');
  return text.nodeValue ?? '';
}
