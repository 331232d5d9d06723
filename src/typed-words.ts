// Words as the command line's parser hands them over: any flag may have come several times.

import { Failure } from './failure.ts';

export type TypedWords = Readonly<Record<string, unknown>>;

/** The flag's one value, undefined when it was not given or is empty. Fails with `usage` when it was given several times. */
export function textOf(words: TypedWords, flag: string): string | undefined {
  const value = words[flag];
  if (Array.isArray(value)) {
    throw new Failure('usage', `--${flag} was given ${value.length} times`, { hint: 'Give it once.' });
  }
  return typeof value === 'string' && value !== '' ? value : undefined;
}

/** Every value of a flag that may come several times, or of a list of words; empty ones are none. */
export function textsOf(words: TypedWords, flag: string): readonly string[] {
  const value: unknown = words[flag];
  const all: readonly unknown[] = Array.isArray(value) ? value : [value];
  return all.filter((each) => typeof each === 'string').filter((each) => each !== '');
}

/** Fails with `usage`, naming what there is, for a value that is none of them; the first is the default. */
export function choiceOf<Choice extends string>(
  words: TypedWords,
  flag: string,
  choices: readonly [Choice, ...Choice[]],
): Choice {
  const typed = textOf(words, flag);
  const found = typed === undefined ? choices[0] : choices.find((each) => each === typed);
  if (found !== undefined) return found;
  throw new Failure('usage', `--${flag} is "${typed}"`, { hint: `It takes one of: ${choices.join(', ')}.` });
}
