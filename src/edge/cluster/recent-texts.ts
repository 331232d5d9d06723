// Texts out of bytes, for lists in which the same names come again and again: one that was met a moment ago is handed
// out again, which takes less time than a copy, and no memory.

const slots = 8192;
const longest = 64;

export class RecentTexts {
  readonly #known: (string | undefined)[] = new Array<string | undefined>(slots).fill(undefined);

  /** Of UTF-8. */
  read(bytes: Buffer, start: number, end: number): string {
    if (end - start > longest) return bytes.toString('utf8', start, end);
    let sum = end - start;
    // Of a long one every second or third letter tells it from others.
    const step = 1 + ((end - start) >> 4);
    for (let at = start; at < end; at += step) sum = (Math.imul(sum, 31) + (bytes[at] ?? 0)) | 0;
    const slot = (sum ^ (sum >>> 13)) & (slots - 1);
    const known = this.#known[slot];
    if (known !== undefined && known.length === end - start && isAt(known, bytes, start)) return known;
    const text = bytes.toString('utf8', start, end);
    this.#known[slot] = text;
    return text;
  }
}

/** Whether the letters of the text are the bytes there; of a text with letters beyond ASCII they never are. */
function isAt(text: string, bytes: Buffer, start: number): boolean {
  for (let index = 0; index < text.length; index++) {
    const letter = text.charCodeAt(index);
    if (letter !== bytes[start + index] || letter > 127) return false;
  }
  return true;
}
