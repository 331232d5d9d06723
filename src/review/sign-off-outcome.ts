// What a sitting of a sign-off came to, and the words for it.

import { cleanText } from '../foreign-text.ts';
import { countedAre } from '../number-words.ts';

export type SignOffOutcome = {
  readonly open: number;
  readonly revoked: number;
  readonly files: readonly string[];
  readonly script: string;
};

/** The text for stdout. */
export function describeSignOff({ open, revoked, files, script }: SignOffOutcome): string {
  const lines = [
    open === 0
      ? 'Every grant is decided.'
      : `${countedAre(open, 'grant')} open: the same command goes on there.`,
    `Evidence: ${files.map((each) => cleanText(each)).join(', ')}`,
    revoked === 0
      ? 'Nothing is to be revoked.'
      : `${countedAre(revoked, 'grant')} to be revoked; nothing is removed before you run: sh ${cleanText(script)}`,
  ];
  return `${lines.join('\n')}\n`;
}
