// A person at the screen, without a terminal: keys go in as a terminal would send them, lines come out.

import type { Access } from '../../src/rbac/access.ts';
import type { Subject } from '../../src/rbac/subject.ts';
import { reviewOf } from '../../src/review/review.ts';
import { wholeView } from '../../src/review/view.ts';
import { frameOf } from '../../src/ui/frame.ts';
import { decodeKeys, flushedKeys } from '../../src/ui/keys.ts';
import { initialState, type State } from '../../src/ui/state.ts';
import { makeTables, type Table } from '../../src/ui/table.ts';
import { type Effect, inSight, type Message, update } from '../../src/ui/update.ts';

export type Sitting = {
  readonly send: (...messages: readonly Message[]) => void;
  /** As a terminal sends them: `\r`, `\u001b[A`, letters. */
  readonly press: (keys: string) => void;
  readonly read: (access: Access) => void;
  readonly state: () => State;
  readonly table: () => Table;
  /** What was asked of the world so far. */
  readonly effects: readonly Effect[];
  readonly lines: () => readonly string[];
  readonly screen: () => string;
};

type SittingWish = {
  readonly columns?: number;
  readonly rows?: number;
  readonly canWrite?: boolean;
  readonly canSuspend?: boolean;
  readonly whom?: Subject;
};

export function sitDown({
  columns = 80,
  rows = 24,
  canWrite = true,
  canSuspend = true,
  whom,
}: SittingWish = {}): Sitting {
  const tables = makeTables();
  const effects: Effect[] = [];
  let state = initialState({
    name: 'the cluster of context "prod"',
    columns,
    rows,
    source: { kind: 'reading', objects: 0, expected: 0 },
    canWrite,
    canSuspend,
    view: wholeView,
    whom,
  });
  const send = (...messages: readonly Message[]): void => {
    for (const message of messages) {
      const step = update(state, message, tables);
      state = inSight(step.state, tables);
      if (step.effect !== undefined) effects.push(step.effect);
    }
  };
  const lines = (): readonly string[] =>
    frameOf(state, tables.of(state)).map((line) => line.map(({ text }) => text).join(''));
  return {
    send,
    press: (text) => {
      const { keys, rest } = decodeKeys(text);
      send(...[...keys, ...flushedKeys(rest)].map((key) => ({ kind: 'key', key }) as const));
    },
    read: (access) =>
      send(
        { kind: 'review', review: reviewOf(access), changes: [] },
        { kind: 'source', source: { kind: 'live', unwatched: 0 } },
      ),
    state: () => state,
    table: () => tables.of(state),
    effects,
    lines,
    screen: () =>
      `${lines()
        .map((line) => line.trimEnd())
        .join('\n')}\n`,
  };
}
