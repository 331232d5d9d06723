// What was read out of bytes a moment ago, for lists in which the same labels and rules come again and again: it is
// handed out again, which takes less time than a copy, and no memory.

const mostValues = 4096;
const longestBytes = 512;

export type Values = { [name: string]: unknown };
type Place = { readonly bytes: Buffer; readonly start: number; readonly end: number };

/** Of one answer. */
export class RecentValues {
  readonly #values = new Map<object, Map<string, Values>>();

  /** The value that the same bytes had in this field before, else that of `make`. */
  value(field: object, { bytes, start, end }: Place, make: () => Values): Values {
    if (end - start > longestBytes) return make();
    const known = this.#values.get(field) ?? new Map<string, Values>();
    if (known.size === 0) this.#values.set(field, known);
    const key = bytes.toString('latin1', start, end);
    const before = known.get(key);
    if (before !== undefined) return before;
    if (known.size >= mostValues) known.clear();
    const made = make();
    known.set(key, made);
    return made;
  }
}
