// Draws the review on a terminal until the person leaves. What is outside comes in as functions (parts.ts).

import { render } from 'ink';
import { Failure } from '../failure.ts';
import { App } from './App.tsx';
import type { ReviewParts } from './parts.ts';
import { readyLayout } from './yoga-layout.ts';

/** What the screen is drawn on, and what ends it from outside. */
export type Canvas = { readonly stdout: NodeJS.WriteStream; readonly signal: AbortSignal };

/** Far more than a person sees: a key is never held back for the frame before it. */
const framesPerSecond = 1000;

/** Resolves when the person quits. Fails with `cancelled` on Ctrl-C and signals, and as the first reading does. */
export async function mountReview(parts: ReviewParts, { stdout, signal }: Canvas): Promise<void> {
  await readyLayout();
  signal.throwIfAborted();
  const { unmount, clear, waitUntilExit } = render(<App parts={parts} />, {
    stdout,
    exitOnCtrlC: false,
    patchConsole: false,
    interactive: true,
    incrementalRendering: true,
    maxFps: framesPerSecond,
    isScreenReaderEnabled: parts.spoken,
  });
  const stopDrawing = parts.terminal.onEmpty(() => {
    // Ink draws what differs from its last frame: it has to forget that one, and to draw though nothing is new.
    clear();
    stdout.emit('resize');
  });
  const end = () => unmount();
  signal.addEventListener('abort', end, { once: true });
  try {
    const how: unknown = await waitUntilExit();
    signal.throwIfAborted();
    if (how === 'interrupt') throw new Failure('cancelled', 'the review was left with Ctrl-C');
  } finally {
    stopDrawing();
    signal.removeEventListener('abort', end);
  }
}
