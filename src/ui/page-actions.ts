// What an action does on a page of text, and what a key answers to a plan.

import type { Action } from './keymap.ts';
import type { Key } from './keys.ts';
import { pageHeight, pageTop } from './layout.ts';
import type { State } from './state.ts';
import type { Step } from './update.ts';

/** Moves on the page, or leaves it. */
export function actOnPage(state: State, action: Action): Step {
  const { page } = state;
  if (page === undefined) return { state };
  const height = pageHeight(state);
  const to = (top: number): Step => ({
    state: { ...state, page: { ...page, top: pageTop({ ...page, top }, state) } },
  });
  switch (action) {
    case 'up':
      return to(page.top - 1);
    case 'down':
      return to(page.top + 1);
    case 'page-up':
      return to(page.top - height);
    case 'page-down':
      return to(page.top + height);
    case 'first':
      return to(0);
    case 'last':
      return to(Number.MAX_SAFE_INTEGER);
    case 'back':
    case 'quit':
    case 'enter':
      return { state: { ...state, page: undefined } };
    case 'why':
      return { state: page.kind === 'why' ? { ...state, page: undefined } : state };
    case 'help':
      return { state: page.kind === 'help' ? { ...state, page: undefined } : state };
    default:
      return { state };
  }
}

/** Only `y` is a yes; whatever moves the page moves it; nothing else but a no answers. */
export function answerPlan(state: State, key: Key): Step {
  const { page } = state;
  if (page === undefined) return { state };
  const answer = (yes: boolean): Step => ({
    state: { ...state, page: { ...page, isAsking: false }, isBusy: true },
    effect: { kind: 'answer', yes },
  });
  if (key.name === 'y' || key.name === 'Y') return answer(true);
  if (['n', 'N', 'escape', 'q', 'backspace'].includes(key.name)) return answer(false);
  const moves: Readonly<Record<string, Action>> = {
    up: 'up',
    down: 'down',
    pageup: 'page-up',
    pagedown: 'page-down',
    home: 'first',
    end: 'last',
  };
  const move = moves[key.name];
  return move === undefined ? { state } : actOnPage(state, move);
}
