// How far a long reading is, on a terminal's stderr only: one line that goes away.

import type { Host } from '../../host.ts';
import { counted, numberWords } from '../../number-words.ts';

export type Progress = {
  readonly show: (read: { readonly objects: number; readonly expected: number }) => void;
  /** Takes the line away. */
  readonly end: () => void;
};

const firstMs = 400;
const everyMs = 100;

/** Says nothing about what is done within 0.4 s; from then on there is a line, even while no answer comes. */
export function openProgress(what: string, { stderr }: Pick<Host, 'stderr'>): Progress {
  if (stderr.isTTY !== true) return { show: () => undefined, end: () => undefined };
  const startedMs = performance.now();
  let shownMs = 0;
  const write = (text: string): void => {
    shownMs = performance.now();
    // A line that wraps could not be taken away again.
    stderr.write(`\r\u001b[2K${text.slice(0, Math.max(1, (stderr.columns || 80) - 1))}`);
  };
  const waiting = setTimeout(() => write(`${what} …`), firstMs);
  return {
    show: ({ objects, expected }) => {
      const now = performance.now();
      if (objects === 0 || now - startedMs < firstMs || now - shownMs < everyMs) return;
      const of = expected > objects ? `${numberWords(objects)} of ` : '';
      write(`${what}: ${of}${counted(Math.max(expected, objects), 'object')}`);
    },
    end: () => {
      clearTimeout(waiting);
      if (shownMs > 0) stderr.write('\r\u001b[2K');
    },
  };
}
