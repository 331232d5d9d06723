// Which key does what. The help and the hints at the bottom are drawn from this table, so they cannot say anything else.

import type { State } from './state.ts';

/** `hint`: at the bottom, where there is room, in the order of the table. `label`: as the help writes the keys. */
export type Binding = {
  readonly action: Action;
  readonly keys: readonly string[];
  readonly label: string;
  readonly about: string;
  readonly hint?: string;
  readonly needs?: 'canWrite' | 'canSuspend';
};

export const keymap = [
  { action: 'up', keys: ['up', 'k', 'wheel-up'], label: '↑ k', about: 'one row up' },
  { action: 'down', keys: ['down', 'j', 'wheel-down'], label: '↓ j', about: 'one row down' },
  { action: 'page-up', keys: ['pageup'], label: 'PgUp Ctrl-B', about: 'one screen up' },
  { action: 'page-down', keys: ['pagedown', ' '], label: 'PgDn Ctrl-F Space', about: 'one screen down' },
  { action: 'first', keys: ['home'], label: 'Home', about: 'to the first row' },
  { action: 'last', keys: ['end'], label: 'End', about: 'to the last row' },
  {
    action: 'enter',
    keys: ['enter', 'right', 'l'],
    label: 'Enter → l',
    about: 'look into this row',
    hint: 'look into',
  },
  {
    action: 'back',
    keys: ['escape', 'backspace', 'left', 'h'],
    label: 'Esc ⌫ ← h',
    about: 'back; drops a filter first',
    hint: 'back',
  },
  {
    action: 'next-side',
    keys: ['tab'],
    label: 'Tab',
    about: 'the next side: subjects, resources, roles, namespaces, verbs',
    hint: 'side',
  },
  { action: 'previous-side', keys: ['shift-tab'], label: 'Shift-Tab', about: 'the side before' },
  { action: 'side-subject', keys: ['1'], label: '1', about: 'who: subjects, groups first' },
  { action: 'side-resource', keys: ['2'], label: '2', about: 'on what: resources' },
  { action: 'side-role', keys: ['3'], label: '3', about: 'by which roles' },
  { action: 'side-namespace', keys: ['4'], label: '4', about: 'where: namespaces' },
  { action: 'side-matrix', keys: ['5'], label: '5', about: 'verbs x resources of what was entered' },
  { action: 'matrix', keys: ['m'], label: 'm', about: 'verbs x resources of this row', hint: 'verbs' },
  {
    action: 'why',
    keys: ['w'],
    label: 'w',
    about: 'why: every way from subject to binding to role to rule',
    hint: 'why',
  },
  {
    action: 'filter',
    keys: ['/'],
    label: '/',
    about: 'filter by name: letters in order, several words',
    hint: 'filter',
  },
  { action: 'risky', keys: ['r'], label: 'r', about: 'only rows with a risk mark, or all', hint: 'risky' },
  {
    action: 'namespace',
    keys: ['n'],
    label: 'n',
    about: 'only what counts in one namespace',
    hint: 'namespace',
  },
  {
    action: 'system',
    keys: ['s'],
    label: 's',
    about: 'hide what Kubernetes brings for itself, or show it',
    hint: 'system',
  },
  {
    action: 'diff',
    keys: ['d'],
    label: 'd',
    about: 'what was gained and lost since a saved snapshot',
    hint: 'diff',
  },
  {
    action: 'grant',
    keys: ['g'],
    label: 'g',
    about: 'plan a grant; nothing is written without a yes',
    hint: 'grant',
    needs: 'canWrite',
  },
  {
    action: 'revoke',
    keys: ['x'],
    label: 'x',
    about: 'plan to take a grant back; nothing is written without a yes',
    hint: 'revoke',
    needs: 'canWrite',
  },
  { action: 'clear', keys: ['c'], label: 'c', about: 'clear the marks of what changed' },
  { action: 'reread', keys: ['R'], label: 'R', about: 'read everything again', needs: 'canWrite' },
  { action: 'redraw', keys: ['ctrl-l'], label: 'Ctrl-L', about: 'draw the screen anew' },
  {
    action: 'suspend',
    keys: ['ctrl-z'],
    label: 'Ctrl-Z',
    about: 'to the shell for a while; its fg comes back here',
    needs: 'canSuspend',
  },
  { action: 'help', keys: ['?'], label: '?', about: 'this help', hint: 'help' },
  { action: 'quit', keys: ['q'], label: 'q', about: 'quit', hint: 'quit' },
  { action: 'interrupt', keys: ['ctrl-c'], label: 'Ctrl-C', about: 'quit at once, whatever is going on' },
] as const satisfies readonly {
  readonly action: string;
  readonly keys: readonly string[];
  readonly label: string;
  readonly about: string;
  readonly hint?: string;
  readonly needs?: 'canWrite' | 'canSuspend';
}[];

export type Action = (typeof keymap)[number]['action'];

const byKey: ReadonlyMap<string, Action> = new Map(
  keymap.flatMap(({ keys, action }) => keys.map((key) => [key, action] as const)),
);

/** What a key means in a list or on a page; undefined for one that means nothing. */
export function actionOf(key: string): Action | undefined {
  return byKey.get(key);
}

/** The rows of the table that mean something here. */
export function bindingsFor(here: Pick<State, 'canWrite' | 'canSuspend'>): readonly Binding[] {
  const all: readonly Binding[] = keymap;
  return all.filter(({ needs }) => needs === undefined || here[needs]);
}
