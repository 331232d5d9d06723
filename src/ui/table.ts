// The rows of the list that is seen, out of the review: made once for what they are made of, then filtered. A longer
// filter looks at what the shorter one had left.

import { type Matrix, type MatrixRow, matrixOf } from '../review/matrix.ts';
import type { Grant, Review } from '../review/review.ts';
import { type ReviewRow, rowsBy } from '../review/rows.ts';
import { grantsIn, isRisky, matcherOf } from '../review/view.ts';
import { type Entered, grantsOfEntered } from './entered.ts';
import { type Level, levelOf, type Side, type State } from './state.ts';

export type Table =
  | { readonly kind: 'rows'; readonly rows: readonly ReviewRow[]; readonly all: number }
  | {
      readonly kind: 'matrix';
      readonly rows: readonly MatrixRow[];
      readonly all: number;
      readonly matrix: Matrix;
    };

const empty: Table = { kind: 'rows', rows: [], all: 0 };

/** Makes tables; remembers the last list, so that each further letter of a filter costs less. */
export type Tables = {
  readonly of: (state: State) => Table;
  /** Whether making it takes no time to speak of. */
  readonly isAtHand: (state: State) => boolean;
};

/** Fewer bindings than this are gathered before anybody notices. */
const few = 3000;

export function makeTables(): Tables {
  const rowsMatching = matchingLast<ReviewRow>();
  const matrixMatching = matchingLast<MatrixRow>();
  let matrix: { readonly grants: readonly Grant[]; readonly made: Matrix } | undefined;
  return {
    isAtHand: (state) => {
      const { review, memo } = state;
      if (review === undefined || review.grants.length < few) return true;
      const { side } = levelOf(state);
      const path = pathOf(state, state.levels.length);
      return side === 'matrix' ? memo.grants.get(path) === matrix?.grants : memo.rows.has(`${side} ${path}`);
    },
    of: (state) => {
      const { review } = state;
      if (review === undefined) return empty;
      const { side, text } = levelOf(state);
      if (side === 'matrix') {
        const grants = grantsSeen(state, review);
        if (matrix?.grants !== grants) matrix = { grants, made: matrixOf(review, grants) };
        const { made } = matrix;
        return {
          kind: 'matrix',
          rows: matrixMatching(made.rows, text),
          all: made.rows.length,
          matrix: made,
        };
      }
      const all = rowsSeen(state, review, side);
      return { kind: 'rows', rows: rowsMatching(all, text), all: all.length };
    },
  };
}

function matchingLast<Row extends { readonly name: string }>(): (
  all: readonly Row[],
  text: string,
) => readonly Row[] {
  let last: { readonly all: readonly Row[]; readonly matcher: (text: string) => readonly Row[] } | undefined;
  let answer: { readonly text: string; readonly found: readonly Row[] } | undefined;
  return (all, text) => {
    if (last?.all !== all) {
      last = { all, matcher: matcherOf(all) };
      answer = undefined;
    }
    // A frame asks more than once.
    if (answer?.text !== text) answer = { text, found: last.matcher(text) };
    return answer.found;
  };
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
    return grantsOfEntered(review, entered, grantsAt(state, review, depth - 1));
  });
}

/** The grants of one row of the list that is seen. */
export function grantsOfRow(state: State, review: Review, row: Entered): readonly Grant[] {
  return grantsOfEntered(review, row, grantsSeen(state, review));
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
