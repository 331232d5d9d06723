// Words as the command line's parser hands them over: any flag may have come several times.

import { Failure } from '../failure.ts';

export type TypedWords = Readonly<Record<string, unknown>>;

/** The flag's one value, undefined when it was not given or is empty. Fails with `usage` when it was given several times. */
export function textOf(words: TypedWords, flag: string): string | undefined {
  const value = words[flag];
  if (Array.isArray(value)) {
    throw new Failure('usage', `--${flag} was given ${value.length} times`, { hint: 'Give it once.' });
  }
  return typeof value === 'string' && value !== '' ? value : undefined;
}
