// The arguments of get-token, read the same way whether kubectl passes them or a kubeconfig holds them.

import { cleanText } from '../foreign-text.ts';
import { type LoginOption, type LoginWords, loginOptions } from './login-options.ts';

export type ReadWords =
  | { readonly kind: 'words'; readonly words: LoginWords }
  /** The rest of a sentence, e.g. `it does not know "--x"`. */
  | { readonly kind: 'unreadable'; readonly why: string };

/** `--flag=value`, `--flag value` and booleans, against the table of options. Of a flag that takes one value the last counts. */
export function readLoginWords(typed: readonly string[]): ReadWords {
  const words: Record<string, string | boolean | readonly string[]> = {};
  for (let at = 0; at < typed.length; at += 1) {
    const word = typed[at] ?? '';
    const [, flag = '', inline] = /^--([^=]+)(?:=(.*))?$/s.exec(word) ?? [];
    if (!isFlag(flag))
      return { kind: 'unreadable', why: `it does not know "${cleanText(word.replace(/=.*$/s, ''))}"` };
    const option: LoginOption = loginOptions[flag];
    if (option.type === 'boolean') {
      if (inline !== undefined) return { kind: 'unreadable', why: `--${flag} takes no value` };
      words[flag] = true;
      continue;
    }
    const value = inline ?? typed[++at];
    if (value === undefined) return { kind: 'unreadable', why: `--${flag} has no value` };
    const before = words[flag];
    words[flag] = option.multiple ? [...(Array.isArray(before) ? before : []), value] : value;
  }
  return { kind: 'words', words };
}

function isFlag(name: string): name is keyof typeof loginOptions {
  return Object.hasOwn(loginOptions, name);
}
