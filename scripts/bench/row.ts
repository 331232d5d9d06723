// What the bench finds out: one row a figure, as plain values that a table is made of.

/** Whole milliseconds of one side of a comparison, by its median. */
export type Side = { readonly title: string; readonly medianMs: number };

/**
 * `bar` undefined: nothing is promised, the figure stands beside the others.
 * `ratio`: ours as a part of theirs, at most `bar`. `count`: something that may happen `bar` times at most, with words
 * that say of what. `missing`: it could not be measured, and why.
 */
export type Row = { readonly figure: string; readonly bar: number | undefined } & (
  | { readonly kind: 'ratio'; readonly ours: Side; readonly theirs: Side }
  | { readonly kind: 'count'; readonly count: number; readonly words: string }
  | { readonly kind: 'missing'; readonly why: string }
);

export type Verdict = 'held' | 'MISSED' | 'not measured' | 'no bar';

/** The milliseconds of two that ran in turns, as a row; titles say what ran. */
export function compared(
  { figure, bar }: Pick<Row, 'figure' | 'bar'>,
  ours: { readonly title: string; readonly ms: readonly number[] | undefined },
  theirs: { readonly title: string; readonly ms: readonly number[] | undefined },
): Row {
  const sideOf = ({ title, ms = [] }: typeof ours): Side => ({ title, medianMs: median(ms) });
  return { kind: 'ratio', figure, bar, ours: sideOf(ours), theirs: sideOf(theirs) };
}

export function ratioOf(row: Extract<Row, { readonly kind: 'ratio' }>): number {
  return row.ours.medianMs / row.theirs.medianMs;
}

export function verdictOn(row: Row): Verdict {
  if (row.kind === 'missing') return 'not measured';
  if (row.bar === undefined) return 'no bar';
  return (row.kind === 'ratio' ? ratioOf(row) : row.count) <= row.bar ? 'held' : 'MISSED';
}

/** Of the numbers the one in the middle; NaN of none. */
export function median(numbers: readonly number[]): number {
  const sorted = numbers.toSorted((one, other) => one - other);
  const middle = sorted.length / 2;
  return ((sorted[Math.ceil(middle) - 1] ?? Number.NaN) + (sorted[Math.floor(middle)] ?? Number.NaN)) / 2;
}
