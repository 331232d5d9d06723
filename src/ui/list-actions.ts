// What an action does in a list.

import { pivots } from '../review/rows.ts';
import type { Entered } from './entered.ts';
import { helpPage } from './help.ts';
import type { Action } from './keymap.ts';
import { listHeight } from './layout.ts';
import { openPrompt } from './prompts.ts';
import { type Level, levelOf, type Side, type State, withLevel } from './state.ts';
import type { Tables } from './table.ts';
import { untouched } from './touched.ts';
import type { Step } from './update.ts';
import { whyPage } from './why.ts';

/** The next state; the row that is chosen may be out of sight or of the list, which the caller mends. */
export function actInList(state: State, action: Action, tables: Tables): Step {
  const { at } = levelOf(state);
  const moved = (to: number): Step => ({ state: withLevel(state, { at: to }) });
  switch (action) {
    case 'up':
      return moved(at - 1);
    case 'down':
      return moved(at + 1);
    case 'page-up':
      return moved(at - listHeight(state));
    case 'page-down':
      return moved(at + listHeight(state));
    case 'first':
      return moved(0);
    case 'last':
      return moved(tables.of(state).rows.length - 1);
    case 'enter':
      return { state: entered(state, tables) };
    case 'back':
      return { state: wentBack(state) };
    case 'matrix':
      return {
        state:
          levelOf(state).side === 'matrix' ? state : enteredOn(state, chosenRow(state, tables), 'matrix'),
      };
    case 'why':
      return { state: withPage(state, tables) };
    case 'help':
      return { state: { ...state, page: helpPage(state) } };
    case 'clear':
      return { state: { ...state, touched: untouched } };
    case 'quit':
      return { state, effect: { kind: 'quit', how: 'done' } };
    case 'reread':
      return state.canWrite ? { state, effect: { kind: 'reread' } } : { state };
    case 'risky':
      return { state: fromTop({ ...state, risky: !state.risky }) };
    case 'system':
      return { state: fromTop({ ...state, hidesSystem: !state.hidesSystem }) };
    case 'filter':
    case 'namespace':
    case 'diff':
    case 'grant':
    case 'revoke':
      return { state: openPrompt(state, action, chosenRow(state, tables)) };
    case 'next-side':
      return { state: turned(state, 1) };
    case 'previous-side':
      return { state: turned(state, -1) };
    case 'side-subject':
    case 'side-resource':
    case 'side-role':
    case 'side-namespace':
    case 'side-matrix':
      return { state: onSide(state, sideOf[action]) };
    // Done wherever the person is (update.ts).
    case 'redraw':
    case 'suspend':
    case 'interrupt':
      return { state };
  }
}

const sideOf = {
  'side-subject': 'subject',
  'side-resource': 'resource',
  'side-role': 'role',
  'side-namespace': 'namespace',
  'side-matrix': 'matrix',
} as const satisfies Readonly<Record<string, Side>>;

/** The row of a list of subjects, resources, roles or namespaces; a row of the matrix as the resource that it is. */
export function chosenRow(state: State, tables: Tables): Entered | undefined {
  const table = tables.of(state);
  const { at } = levelOf(state);
  if (table.kind === 'rows') return table.rows[at];
  const row = table.rows[at];
  return row && { key: row.key, name: row.name, of: { pivot: 'resource', target: row.target } };
}

function withPage(state: State, tables: Tables): State {
  const { review } = state;
  if (review === undefined) return state;
  const row = chosenRow(state, tables);
  const isEmpty = row === undefined && levelOf(state).entered === undefined;
  return isEmpty ? state : { ...state, page: whyPage(state, review, row) };
}

/** A subject shows its verbs, anything else who has to do with it; where that was entered already, the whole why. */
function entered(state: State, tables: Tables): State {
  const row = chosenRow(state, tables);
  const { review } = state;
  if (row === undefined || review === undefined) return state;
  const side = sideBelow(state, row);
  if (side === undefined) return { ...state, page: whyPage(state, review, row) };
  return enteredOn(state, row, side);
}

function enteredOn(state: State, row: Entered | undefined, side: Side): State {
  if (row === undefined) return state;
  const level: Level = { side, entered: row, at: 0, top: 0, text: '' };
  return { ...state, levels: [...state.levels, level] };
}

function sideBelow({ levels }: State, row: Entered): Side | undefined {
  const seen = new Set(levels.map(({ entered: each }) => each?.of.pivot));
  if (row.of.pivot === 'subject') return seen.has('resource') ? undefined : 'matrix';
  return seen.has('subject') || seen.has('person')
    ? row.of.pivot === 'resource'
      ? undefined
      : 'matrix'
    : 'subject';
}

/** A filter goes first, then the level. */
function wentBack(state: State): State {
  if (levelOf(state).text !== '') return withLevel(state, { text: '', at: 0, top: 0 });
  const [first, ...others] = state.levels;
  return others.length === 0 ? state : { ...state, levels: [first, ...others.slice(0, -1)] };
}

/** The sides that have something to say here: not the one that was entered. */
export function sidesOf({ levels }: Pick<State, 'levels'>): readonly Side[] {
  const seen = new Set<Side | 'person' | undefined>(levels.map(({ entered: each }) => each?.of.pivot));
  const open = pivots.filter((pivot) => !seen.has(pivot));
  return levels.length === 1 ? open : [...open, 'matrix'];
}

function turned(state: State, by: 1 | -1): State {
  const sides = sidesOf(state);
  const now = sides.indexOf(levelOf(state).side);
  return onSide(state, sides.at((now + by) % sides.length) ?? 'subject');
}

function onSide(state: State, side: Side): State {
  if (!sidesOf(state).includes(side) || levelOf(state).side === side) return state;
  return withLevel(state, { side, at: 0, top: 0, text: '' });
}

function fromTop(state: State): State {
  return withLevel(state, { at: 0, top: 0 });
}
