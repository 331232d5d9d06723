// In the place of Ink's own in the build (scripts/parts/bundle.ts): the lines of a frame, each written whole. Ink's puts
// every letter into a cell of its own and joins the cells again, so that boxes may overlap; ours never do, and that
// was half of the way from a key to its frame.

type Writing = { readonly transformers: readonly ((line: string, index: number) => string)[] };

/** A class, as Ink makes one for each frame by `new`. */
export default class Output {
  readonly #lines: string[];

  constructor({ height }: { readonly width: number; readonly height: number }) {
    this.#lines = new Array(height).fill('');
  }

  /** Throws for a text that does not begin its line, which the screen never draws. What lies below the frame is left out. */
  write(x: number, y: number, text: string, { transformers }: Writing): void {
    if (x !== 0) throw new Error('the screen draws whole lines');
    for (const [index, line] of text.split('\n').entries()) {
      if (this.#lines[y + index] === undefined) continue;
      this.#lines[y + index] = transformers.reduce((made, transform) => transform(made, index), line);
    }
  }

  /** The frame; its height in rows. */
  get(): { readonly output: string; readonly height: number } {
    return { output: this.#lines.map((line) => line.trimEnd()).join('\n'), height: this.#lines.length };
  }
}
