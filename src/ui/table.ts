// The rows of the list that is seen, out of the review: made once for what they are made of, then filtered. A longer
// filter looks at what the shorter one had left.

import { type Matrix, type MatrixRow, matrixOf } from '../review/matrix.ts';
import type { Grant, Review } from '../review/review.ts';
import { grantsOf, type ReviewRow, rowsBy } from '../review/rows.ts';
import { grantsIn, isRisky, matching } from '../review/view.ts';
import { type Entered, type Level, levelOf, type Side, type State } from './state.ts';

export type Table =
  | { readonly kind: 'rows'; readonly rows: readonly ReviewRow[]; readonly all: number }
  | {
      readonly kind: 'matrix';
      readonly rows: readonly MatrixRow[];
      readonly all: number;
      readonly matrix: Matrix;
    };

const empty: Table = { kind: 'rows', rows: [], all: 0 };

/** What the last table was made of, to go on from. */
export type Filtered = {
  readonly all: readonly { readonly name: string }[];
  readonly text: string;
  readonly found: readonly { readonly name: string }[];
};

/** Makes tables; remembers the last filter, so that each further letter costs less. */
export type Tables = { readonly of: (state: State) => Table };

export function makeTables(): Tables {
  let last: Filtered | undefined;
  let matrix: { readonly grants: readonly Grant[]; readonly made: Matrix } | undefined;
  const filter = <Row extends { readonly name: string }>(
    all: readonly Row[],
    text: string,
  ): readonly Row[] => {
    const found = narrowed(all, text, last);
    last = { all, text, found };
    return found;
  };
  return {
    of: (state) => {
      const { review } = state;
      if (review === undefined) return empty;
      const { side, text } = levelOf(state);
      if (side === 'matrix') {
        const grants = grantsSeen(state, review);
        if (matrix?.grants !== grants) matrix = { grants, made: matrixOf(review, grants) };
        const { made } = matrix;
        return { kind: 'matrix', rows: filter(made.rows, text), all: made.rows.length, matrix: made };
      }
      const all = rowsSeen(state, review, side);
      return { kind: 'rows', rows: filter(all, text), all: all.length };
    },
  };
}

/** As `matching`, from the rows that the last, shorter text had left. Words that only grew leave no row that was not there. */
export function narrowed<Row extends { readonly name: string }>(
  all: readonly Row[],
  text: string,
  last: Filtered | undefined,
): readonly Row[] {
  if (last === undefined || last.all !== all || last.text === '' || !text.startsWith(last.text))
    return matching(all, text);
  if (last.found.length > all.length / 2) return matching(all, text);
  const kept = new Set(last.found);
  // In the order of all: that is what ranks are told apart by.
  return matching(
    all.filter((row) => kept.has(row)),
    text,
  );
}

function rowsSeen(state: State, review: Review, side: Exclude<Side, 'matrix'>): readonly ReviewRow[] {
  const { memo, levels, risky } = state;
  const key = `${side} ${pathOf(state, levels.length)}`;
  const rows = remembered(memo.rows, key, () => rowsBy(review, side, grantsSeen(state, review)));
  return risky ? remembered(memo.rows, `risky ${key}`, () => rows.filter(isRisky)) : rows;
}

/** The grants of the list that is seen: those of the row that was entered, inside of those of the row before. */
export function grantsSeen(state: State, review: Review): readonly Grant[] {
  return grantsAt(state, review, state.levels.length);
}

function grantsAt(state: State, review: Review, depth: number): readonly Grant[] {
  return remembered(state.memo.grants, pathOf(state, depth), () => {
    const entered = state.levels[depth - 1]?.entered;
    if (entered === undefined) return grantsIn(state, review.grants);
    return grantsOf(review, entered, grantsAt(state, review, depth - 1));
  });
}

/** The grants of one row of the list that is seen. */
export function grantsOfRow(state: State, review: Review, row: Entered): readonly Grant[] {
  return grantsOf(review, row, grantsSeen(state, review));
}

function pathOf({ levels, namespace, hidesSystem }: State, depth: number): string {
  const entered = levels.slice(1, depth).map((level: Level) => [level.entered?.of.pivot, level.entered?.key]);
  return JSON.stringify([namespace ?? null, hidesSystem, entered]);
}

/** Enough for every side of a few places; each may be fifty thousand rows. */
const most = 40;

function remembered<Value>(memo: Map<string, Value>, key: string, make: () => Value): Value {
  const there = memo.get(key);
  if (there !== undefined) return there;
  if (memo.size >= most) memo.clear();
  const made = make();
  memo.set(key, made);
  return made;
}
