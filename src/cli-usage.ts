// What the parser of the command line complains of, in one line of ours.

import { Failure } from './failure.ts';
import { cleanText } from './foreign-text.ts';

/** yargs says several lines, names a flag twice (as camelCase too), and not which word it did not know. */
export function usageFailure(message: string | null, typed: readonly string[]): Failure {
  const hint = '"kubectl oidc --help" lists the commands, "kubectl oidc COMMAND --help" their flags.';
  const [, meant] = /^did you mean (.+)\?$/i.exec(message ?? '') ?? [];
  if (meant !== undefined)
    return new Failure('usage', `there is no command "${cleanText(typed[0] ?? '')}"; did you mean ${meant}`, {
      hint,
    });
  const [, list] = /^unknown arguments?: (.+)$/i.exec(message ?? '') ?? [];
  if (list !== undefined) {
    const names = list
      .split(', ')
      .filter((name) => !/[a-z][A-Z]/.test(name))
      .map((name) => `"${cleanText(name)}"`);
    return new Failure('usage', `unknown: ${names.join(', ')}`, { hint });
  }
  const [, got, need] =
    /^not enough non-option arguments: got (\d+), need at least (\d+)/i.exec(message ?? '') ?? [];
  if (need !== undefined)
    return new Failure('usage', `too few words: ${got} where ${need} ${need === '1' ? 'is' : 'are'} needed`, {
      hint: `"kubectl oidc ${cleanText(typed[0] ?? '')} --help" shows them.`,
    });
  const words = cleanText((message ?? 'the words do not fit together').replaceAll(/\s+/g, ' '));
  return new Failure('usage', words.charAt(0).toLowerCase() + words.slice(1), { hint });
}
