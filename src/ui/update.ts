// A message and a state make the next state, and perhaps something to do outside. Pure but for the memo of lists.

import type { ObjectChange } from '../rbac/object-change.ts';
import type { Review } from '../review/review.ts';
import { roleKey } from '../review/rows.ts';
import { personNote } from './entered.ts';
import { type Action, actionOf } from './keymap.ts';
import type { Key } from './keys.ts';
import { leastSize, listHeight, listTop, pageTop } from './layout.ts';
import { actInList } from './list-actions.ts';
import { actOnPage, answerPlan } from './page-actions.ts';
import { typeKey } from './prompts.ts';
import { levelOf, type Page, type Source, type State, withLevel } from './state.ts';
import type { Tables } from './table.ts';
import { touchedBy, untouched } from './touched.ts';

export type Message =
  | { readonly kind: 'key'; readonly key: Key }
  | { readonly kind: 'resize'; readonly columns: number; readonly rows: number }
  | { readonly kind: 'source'; readonly source: Source }
  | { readonly kind: 'review'; readonly review: Review; readonly changes: readonly ObjectChange[] }
  | { readonly kind: 'page'; readonly page: Page }
  | { readonly kind: 'settled'; readonly notice: string };

/** What the App does; each answers with a message. */
export type Effect =
  | { readonly kind: 'quit'; readonly how: 'done' | 'interrupt' }
  | { readonly kind: 'plan'; readonly verb: 'grant' | 'revoke'; readonly line: string }
  | { readonly kind: 'answer'; readonly yes: boolean }
  | { readonly kind: 'diff'; readonly path: string }
  | { readonly kind: 'reread' }
  | { readonly kind: 'redraw' }
  | { readonly kind: 'suspend' };

export type Step = { readonly state: State; readonly effect?: Effect };

/** The next state, before `inSight`. `tables` is asked for the rows that were seen. */
export function update(state: State, message: Message, tables: Tables): Step {
  switch (message.kind) {
    case 'key':
      return pressed(state, message.key, tables);
    case 'resize':
      return { state: resized(state, message) };
    case 'source':
      return { state: withSource(state, message.source) };
    case 'review':
      return { state: withReview(state, message, tables) };
    case 'page':
      return { state: withPage({ ...state, isBusy: false, notice: '' }, message.page) };
    case 'settled':
      return { state: { ...state, isBusy: false, notice: message.notice } };
  }
}

/** What a person has to be told of whom they asked about, once everything was read. */
function withSource(state: State, source: Source): State {
  const { review, levels } = state;
  const person = levels.map(({ entered }) => entered?.of).find((of) => of?.pivot === 'person');
  const isRead = state.source.kind === 'reading' && (source.kind === 'live' || source.kind === 'static');
  const notice = isRead && review !== undefined && person !== undefined ? personNote(review, person) : '';
  return { ...state, source, notice: notice === '' ? state.notice : notice };
}

function withPage(state: State, page: Page): State {
  return { ...state, page: { ...page, top: pageTop(page, state) } };
}

function resized(state: State, { columns, rows }: Pick<State, 'columns' | 'rows'>): State {
  const { page } = state;
  const sized = { ...state, columns, rows };
  return page === undefined ? sized : withPage(sized, page);
}

/** What keys do in a list, on a page and in a line that is typed alike. */
const everywhere: ReadonlyMap<Action | undefined, Effect> = new Map([
  ['interrupt', { kind: 'quit', how: 'interrupt' }],
  ['redraw', { kind: 'redraw' }],
  ['suspend', { kind: 'suspend' }],
]);

function pressed(state: State, key: Key, tables: Tables): Step {
  const effect = everywhere.get(actionOf(key.name));
  if (effect !== undefined) return { state, effect };
  if (state.columns < leastSize.columns || state.rows < leastSize.rows) {
    return key.name === 'q' ? { state, effect: { kind: 'quit', how: 'done' } } : { state };
  }
  const calm = state.notice === '' ? state : { ...state, notice: '' };
  if (state.prompt !== undefined) return typeKey(calm, key);
  if (state.page?.isAsking === true) return answerPlan(calm, key);
  if ('x' in key) return clicked(calm, key, tables);
  const action = actionOf(key.name);
  if (action === undefined) return { state: calm };
  if (state.page !== undefined) return actOnPage(calm, action);
  return actInList(calm, action, tables);
}

/** After each update: the row that is chosen is one that is there, and is drawn. */
export function inSight(state: State, tables: Tables): State {
  const count = tables.of(state).rows.length;
  const height = listHeight(state);
  const { at, top } = levelOf(state);
  const nextAt = Math.max(0, Math.min(at, count - 1));
  const nextTop = Math.max(
    0,
    Math.min(Math.max(top, nextAt - height + 1), nextAt, Math.max(0, count - height)),
  );
  return nextAt === at && nextTop === top ? state : withLevel(state, { at: nextAt, top: nextTop });
}

/** A click chooses a row; one on the chosen row looks into it. */
function clicked(state: State, { y }: { readonly y: number }, tables: Tables): Step {
  if (state.page !== undefined) return { state };
  const { at, top } = levelOf(state);
  const row = top + y - listTop;
  const isRow = y >= listTop && y < listTop + listHeight(state) && row < tables.of(state).rows.length;
  if (!isRow) return { state };
  return row === at ? actInList(state, 'enter', tables) : { state: withLevel(state, { at: row }) };
}

/** The person stays on the row where they are, wherever it now is. */
function withReview(
  state: State,
  { review, changes }: { readonly review: Review; readonly changes: readonly ObjectChange[] },
  tables: Tables,
): State {
  const chosen = tables.of(state).rows[levelOf(state).at]?.key;
  const known = knownIn(state.review);
  const touched =
    changes.length === 0
      ? state.touched
      : touchedBy(state.touched, changes, { snapshot: review.access.snapshot, known });
  const next: State = {
    ...state,
    review,
    memo: { rows: new Map(), grants: new Map() },
    touched: state.review === undefined ? untouched : touched,
  };
  const { rows } = tables.of(next);
  const at = chosen === undefined ? -1 : rows.findIndex(({ key }) => key === chosen);
  return at < 0 ? next : withLevel(next, { at });
}

function knownIn(
  review: Review | undefined,
): (pivot: 'subject' | 'role' | 'namespace', key: string) => boolean {
  const keys = {
    subject: new Set(review?.subjects.map(({ key }) => key)),
    role: new Set(review?.roles.map(({ ref }) => roleKey(ref))),
    namespace: new Set(review?.places.map(({ namespace }) => namespace)),
  };
  return (pivot, key) => keys[pivot].has(key);
}
