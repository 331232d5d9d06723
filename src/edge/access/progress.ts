// How far a long reading is, on a terminal's stderr only: one line that goes away.

import type { Host } from '../../host.ts';

export type Progress = {
  readonly show: (read: { readonly objects: number; readonly expected: number }) => void;
  /** Takes the line away. */
  readonly end: () => void;
};

const firstMs = 400;
const everyMs = 100;

/** Says nothing about what is done within 0.4 s. */
export function openProgress(what: string, { stderr }: Pick<Host, 'stderr'>): Progress {
  if (stderr.isTTY !== true) return { show: () => undefined, end: () => undefined };
  const startedMs = performance.now();
  let shownMs = 0;
  return {
    show: ({ objects, expected }) => {
      const now = performance.now();
      if (now - startedMs < firstMs || now - shownMs < everyMs) return;
      shownMs = now;
      const of = expected > objects ? ` of ${inWords(expected)}` : '';
      stderr.write(`\r\u001b[2K${what}: ${inWords(objects)}${of} objects`);
    },
    end: () => {
      if (shownMs > 0) stderr.write('\r\u001b[2K');
    },
  };
}

function inWords(count: number): string {
  return count.toLocaleString('en-US');
}
