// One sitting at the screen: takes messages, keeps the state, carries out what an update asks for. No React, no hooks:
// whoever draws is told when there is something new.

import { Failure } from '../failure.ts';
import { accessOf } from '../rbac/access.ts';
import { reviewOf } from '../review/review.ts';
import { decodeKeys, flushedKeys } from './keys.ts';
import type { Feed, FeedEvent, ReviewParts } from './parts.ts';
import { askedPlan, closedPlan } from './plans.ts';
import { initialState, type State } from './state.ts';
import { makeTables, type Table } from './table.ts';
import { textPage } from './text-page.ts';
import { type Effect, inSight, type Message, update } from './update.ts';

export type Session = {
  readonly state: () => State;
  readonly table: () => Table;
  /** Begins; `draw` is called whenever the state is another, `end` once. Returns what stops it. */
  readonly start: (draw: () => void, end: (error?: unknown) => void) => () => void;
};

/** A key that begins like a sequence is one by itself when this long nothing followed. */
const escapeMs = 12;

export function makeSession(parts: ReviewParts): Session {
  const { terminal } = parts;
  const tables = makeTables();
  let table: Table | undefined;
  let state = initialState({
    ...parts,
    ...terminal.size(),
    source: { kind: 'reading', objects: 0, expected: 0 },
    canWrite: parts.plan !== undefined,
    canSuspend: terminal.suspend !== undefined,
  });
  let draw = (): void => undefined;
  let end = (_error?: unknown): void => undefined;
  let feed: Feed | undefined;
  const plan = askedPlan(parts, (message) => send([message]));

  /** The state that is drawn, which lags behind while a long list is being made. */
  let drawn = state;
  let waiting: NodeJS.Immediate | undefined;
  const settle = (): void => {
    clearImmediate(waiting);
    waiting = undefined;
    state = inSight(state, tables);
    drawn = state;
    draw();
  };
  const send = (messages: readonly Message[]): void => {
    const before = state;
    for (const message of messages) {
      if (waiting !== undefined) settle();
      const step = update(state, message, tables);
      if (step.state !== state && !tables.isAtHand(step.state)) {
        // The frame first, that says so; the next key comes after it.
        table = tables.of(drawn);
        drawn = { ...state, isBusy: true };
        waiting = setImmediate(settle);
        state = step.state;
        draw();
      } else state = step.state === state ? state : inSight(step.state, tables);
      if (step.effect !== undefined) carryOut(step.effect);
    }
    if (state !== before && waiting === undefined) settle();
  };

  const carryOut = (effect: Effect): void => {
    switch (effect.kind) {
      case 'quit':
        end(effect.how === 'interrupt' ? 'interrupt' : undefined);
        break;
      case 'plan':
        plan.begin(effect.verb, effect.line);
        break;
      case 'answer':
        plan.answer(effect.yes);
        break;
      case 'diff':
        void showDiff(effect.path);
        break;
      case 'reread':
        feed?.reread();
        break;
      case 'redraw':
        terminal.wipe();
        break;
      case 'suspend':
        terminal.suspend?.();
    }
  };

  const showDiff = async (path: string): Promise<void> => {
    const { review } = state;
    try {
      if (review === undefined) throw new Failure('usage', 'nothing was read yet');
      const text = await parts.diff(path, review.access.snapshot);
      send([{ kind: 'page', page: textPage('diff', `Gained and lost since ${path}`, text) }]);
    } catch (error) {
      send([{ kind: 'settled', notice: parts.describe(error) }]);
    }
  };

  const take = (event: FeedEvent): void => {
    if (event.kind === 'failed') end(event.error);
    else send(messagesOf(event));
  };

  return {
    state: () => drawn,
    table: () => (waiting === undefined ? tables.of(drawn) : (table ?? tables.of(drawn))),
    start: (onDraw, onEnd) => {
      draw = onDraw;
      end = onEnd;
      const stops = [
        terminal.onText(keyReader((keys) => send(keys.map((key) => ({ kind: 'key', key }))))),
        terminal.onResize((size) => send([{ kind: 'resize', ...size }])),
      ];
      feed = parts.open(take);
      return () => {
        for (const stop of stops) stop();
        feed?.stop();
        closedPlan(plan);
      };
    },
  };
}

function messagesOf(event: Exclude<FeedEvent, { kind: 'failed' }>): readonly Message[] {
  switch (event.kind) {
    case 'progress':
      return [{ kind: 'source', source: { ...event, kind: 'reading' } }];
    case 'snapshot':
      return [{ kind: 'review', review: reviewOf(accessOf(event.snapshot)), changes: event.changes }];
    case 'live':
    case 'static':
    case 'lost':
      return [{ kind: 'source', source: event }];
  }
}

/** Text as it arrives → keys; a sequence may come in pieces. */
function keyReader(take: (keys: ReturnType<typeof flushedKeys>) => void): (text: string) => void {
  let rest = '';
  let timer: NodeJS.Timeout | undefined;
  return (text) => {
    clearTimeout(timer);
    const decoded = decodeKeys(rest + text);
    rest = decoded.rest;
    if (decoded.keys.length > 0) take(decoded.keys);
    if (rest === '') return;
    timer = setTimeout(() => {
      const keys = flushedKeys(rest);
      rest = '';
      take(keys);
    }, escapeMs);
  };
}
