import { useApp, useIsScreenReaderEnabled } from 'ink';
import { useEffect, useReducer, useRef } from 'react';
import { frameOf } from './frame.ts';
import type { ReviewParts } from './parts.ts';
import { Screen } from './Screen.tsx';
import { makeSession } from './session.ts';
import { spokenOf } from './spoken.ts';

/** The review's screen. The only component with hooks: what it shows is a function of the session's state. */
export function App({ parts }: { readonly parts: ReviewParts }) {
  const { exit } = useApp();
  const isSpoken = useIsScreenReaderEnabled();
  const kept = useRef(undefined as ReturnType<typeof makeSession> | undefined);
  const [, draw] = useReducer((count: number) => count + 1, 0);
  kept.current ??= makeSession(parts);
  const session = kept.current;
  useEffect(
    () =>
      session.start(draw, (error) => {
        if (error instanceof Error) exit(error);
        else exit(error);
      }),
    [session, exit],
  );
  const state = session.state();
  const table = session.table();
  const lines = isSpoken ? spokenOf(state, table) : frameOf(state, table);
  return <Screen lines={lines} columns={state.columns} color={parts.color} />;
}
