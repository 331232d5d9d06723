// Everything that a screen shows, as one value: what was read, where the person is in it, and what they are asked.

import type { Subject } from '../rbac/subject.ts';
import type { Grant, Review } from '../review/review.ts';
import type { Pivot, ReviewRow } from '../review/rows.ts';
import type { View } from '../review/view.ts';
import type { Line } from './cells.ts';
import { type Entered, enteredPerson } from './entered.ts';
import type { Touched } from './touched.ts';

export type Side = Pivot | 'matrix';

/** One list, and where the person is in it. `at` counts rows from 0; `top` is the first that is drawn. */
export type Level = {
  readonly side: Side;
  /** undefined at the top. */
  readonly entered: Entered | undefined;
  readonly at: number;
  readonly top: number;
  /** What names are filtered by. */
  readonly text: string;
};

/** How current it is. `static`: manifests or a saved snapshot, which do not change. */
export type Source =
  | { readonly kind: 'reading'; readonly objects: number; readonly expected: number }
  | { readonly kind: 'live'; readonly unwatched: number }
  | { readonly kind: 'lost'; readonly why: string }
  | { readonly kind: 'static' };

/** Lines to read, over the list. `plan` waits for a yes or a no while `isAsking`. */
export type Page = {
  readonly kind: 'help' | 'why' | 'diff' | 'plan';
  readonly title: string;
  readonly lines: readonly Line[];
  readonly top: number;
  readonly isAsking: boolean;
};

export const promptKinds = ['filter', 'namespace', 'diff', 'grant', 'revoke'] as const;
export type PromptKind = (typeof promptKinds)[number];

/** A line that is typed; `before` is what holds again after Esc. */
export type Prompt = { readonly kind: PromptKind; readonly text: string; readonly before: string };

/** Lists that were made already, by what they are made of: a memo, not a part of the value. */
export type Memo = {
  readonly rows: Map<string, readonly ReviewRow[]>;
  readonly grants: Map<string, readonly Grant[]>;
};

export type State = {
  /** The end of a sentence: `the cluster of context "prod"`. */
  readonly name: string;
  readonly columns: number;
  readonly rows: number;
  readonly source: Source;
  readonly review: Review | undefined;
  readonly memo: Memo;
  /** The first is the whole; the last is what is seen. */
  readonly levels: readonly [Level, ...Level[]];
  readonly risky: boolean;
  readonly namespace: string | undefined;
  readonly hidesSystem: boolean;
  readonly page: Page | undefined;
  readonly prompt: Prompt | undefined;
  /** What changed since it was opened, or since the person cleared it. */
  readonly touched: Touched;
  /** One line about what was just tried; '' for none. */
  readonly notice: string;
  /** Whether a plan or a file is being worked on. */
  readonly isBusy: boolean;
  readonly canWrite: boolean;
  /** Whether there is a shell to go back to for a while. */
  readonly canSuspend: boolean;
};

export type Opening = Pick<State, 'name' | 'columns' | 'rows' | 'source' | 'canWrite' | 'canSuspend'> & {
  readonly view: View;
  readonly whom: Subject | undefined;
};

/** Before anything was read. With `whom` inside of what they may do, which can be left. */
export function initialState({ view, whom, ...opening }: Opening): State {
  const { name, columns, rows, source, canWrite, canSuspend } = opening;
  return {
    name,
    columns,
    rows,
    source,
    canWrite,
    canSuspend,
    review: undefined,
    memo: { rows: new Map(), grants: new Map() },
    levels: firstLevels(view, whom),
    risky: view.risky,
    namespace: view.namespace,
    hidesSystem: view.hidesSystem,
    page: undefined,
    prompt: undefined,
    touched: { subjects: new Map(), roles: new Map(), places: new Map(), count: 0 },
    notice: '',
    isBusy: false,
  };
}

function firstLevels({ pivot, text }: View, whom: Subject | undefined): State['levels'] {
  const level = { side: pivot, entered: undefined, at: 0, top: 0, text };
  if (whom === undefined) return [level];
  const side = pivot === 'subject' ? 'matrix' : pivot;
  return [
    { ...level, side: 'subject', text: '' },
    { ...level, side, entered: enteredPerson(whom) },
  ];
}

/** The list that is seen. */
export function levelOf({ levels }: Pick<State, 'levels'>): Level {
  return levels.at(-1) ?? levels[0];
}

/** With the list that is seen changed. */
export function withLevel(state: State, change: Partial<Level>): State {
  const [first, ...others] = state.levels;
  const last = others.pop();
  const levels: State['levels'] =
    last === undefined ? [{ ...first, ...change }] : [first, ...others, { ...last, ...change }];
  return { ...state, levels };
}
