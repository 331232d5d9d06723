// Somebody at the screen of a review: the program on a real pseudo-terminal with a terminal emulator behind it, and the
// times at which that had drawn something.

import { readFileSync } from 'node:fs';
import { openTerminal, type Terminal } from '../parts/terminal.ts';

const size = { columns: 120, rows: 40 };

export type ReviewWish = {
  readonly program: string;
  /** Behind `review`. */
  readonly words: readonly string[];
  readonly env: Readonly<Record<string, string>>;
};

/** `sinceMs`: when the terminal began to open. Whatever comes of the work, the terminal and the program in it end. */
export async function withReview<Result>(
  { program, words, env }: ReviewWish,
  work: (seat: Terminal, sinceMs: number) => Promise<Result>,
): Promise<Result> {
  const sinceMs = performance.now();
  const seat = await openTerminal({ ...size, command: [program, 'review', ...words], env });
  try {
    const result = await work(seat, sinceMs);
    seat.type('q');
    await seat.ended;
    return result;
  } finally {
    await seat.close();
  }
}

export type ScreenStart = {
  readonly firstFrameMs: number;
  readonly completeMs: number;
  /** The most memory it had, of 10^6 bytes. */
  readonly megabytes: number;
};

const longestMs = 120_000;
const isComplete = /complete[:,] /;

/** From the opening of the terminal until everything was read and is shown. */
export async function screenStart(wish: ReviewWish): Promise<ScreenStart> {
  return withReview(wish, async (seat, sinceMs) => {
    await seat.until('Who can do what', longestMs);
    const firstFrameMs = performance.now() - sinceMs;
    await seat.until(isComplete, longestMs);
    return { firstFrameMs, completeMs: performance.now() - sinceMs, megabytes: peakOf(seat.pid()) };
  });
}

function peakOf(pid: number): number {
  const [, kibibytes = '0'] = /VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? [];
  return (Number(kibibytes) * 1024) / 1e6;
}

/** What is pressed, by what it is for. */
export type Walk = { readonly what: string; readonly keys: readonly string[] };

/** The milliseconds of each key, by walks: from when it is sent to the end of what was drawn for it. */
export async function keyTimes(
  wish: ReviewWish,
  walks: readonly Walk[],
): Promise<readonly (readonly number[])[]> {
  return withReview(wish, async (seat) => {
    await seat.until(isComplete, longestMs);
    await calm(seat);
    const times: number[][] = [];
    for (const { keys } of walks) {
      const own: number[] = [];
      for (const key of keys) own.push(await keyMs(seat, key));
      times.push(own);
    }
    return times;
  });
}

/** Nothing was drawn for so long: it was the end. */
const calmMs = 40;

async function keyMs(seat: Terminal, key: string): Promise<number> {
  const sentMs = performance.now();
  seat.type(key);
  while (seat.drawnAtMs() < sentMs) {
    await nap();
    if (performance.now() - sentMs > 5000) throw new Error(`nothing was drawn for ${JSON.stringify(key)}`);
  }
  await calm(seat);
  return seat.drawnAtMs() - sentMs;
}

async function calm(seat: Terminal): Promise<void> {
  while (performance.now() - seat.drawnAtMs() < calmMs) await nap();
}

async function nap(): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve, 2));
}
