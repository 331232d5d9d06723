// Words → flags for a command that somebody types elsewhere than on the command line: the same parser, the same rules.

import yargs, { type Options } from 'yargs';
import { Failure } from './failure.ts';
import { cleanText } from './foreign-text.ts';
import type { TypedWords } from './typed-words.ts';

/** Fails with `usage` for words that are none of these flags. */
export async function parseWords(
  words: readonly string[],
  options: Readonly<Record<string, Options>>,
): Promise<TypedWords> {
  const parser = yargs([...words])
    .locale('en')
    .parserConfiguration({ 'boolean-negation': false, 'duplicate-arguments-array': true })
    .options(options)
    .help(false)
    .version(false)
    .strict()
    .exitProcess(false)
    .fail((message, error) => {
      throw error instanceof Error
        ? error
        : new Failure('usage', cleanText(message ?? 'the words do not fit together'));
    });
  return parser.parseAsync();
}
