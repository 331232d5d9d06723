// The words before the cursor → what the person may type there.

import { type CommandShape, type Completes, completesOf, type FlagShape } from './value-kind.ts';

/** Values that decide where the others are looked for. */
export type Given = { readonly context: string | undefined; readonly kubeconfig: string | undefined };

/**
 * `typed` is what stands before the cursor of the word itself. Of `--flag=value` that is the value: whoever asked
 * (kubectl's scripts, ours) puts the flag before each choice.
 */
export type Asked =
  | { readonly kind: 'flag'; readonly typed: string }
  | { readonly kind: 'value'; readonly takes: Completes; readonly typed: string; readonly given: Given }
  /** Anything may stand here, and nothing can be offered. */
  | { readonly kind: 'anything' };

/** `-n`, `--name`, `--name=value`. */
const flagPattern = /^-{1,2}([^=]+)(?:=(.*))?$/s;

/** `words` follow the command's name; the last one is being typed and may be empty. */
export function askedOf(shape: CommandShape, words: readonly string[]): Asked {
  const typed = words.at(-1) ?? '';
  const before = readWords(shape, words.slice(0, -1));
  const value = (takes: Completes | undefined, text: string): Asked =>
    takes === undefined
      ? { kind: 'anything' }
      : { kind: 'value', takes, typed: text, given: givenIn(before) };
  if (before.open !== undefined) return value(completesOf(...before.open), typed);
  if (before.flagsEnded || !typed.startsWith('-'))
    return value(positionalAt(shape, before.positionals), typed);
  const [, name = '', text] = flagPattern.exec(typed) ?? [];
  if (text === undefined) return { kind: 'flag', typed };
  const flag = flagNamed(shape, name);
  return flag?.[1].type === 'string' ? value(completesOf(...flag), text) : { kind: 'anything' };
}

type Flag = readonly [name: string, shape: FlagShape];
type Read = {
  readonly values: ReadonlyMap<string, string>;
  readonly positionals: number;
  readonly flagsEnded: boolean;
  /** A flag whose value comes next. */
  readonly open: Flag | undefined;
};

function readWords(shape: CommandShape, words: readonly string[]): Read {
  const values = new Map<string, string>();
  let positionals = 0;
  let flagsEnded = false;
  let open: Flag | undefined;
  for (const word of words) {
    const [, name = '', inline] = flagPattern.exec(word) ?? [];
    if (open !== undefined) {
      values.set(open[0], word);
      open = undefined;
    } else if (word === '--') flagsEnded = true;
    else if (flagsEnded || name === '') positionals += 1;
    else {
      const flag = flagNamed(shape, name);
      if (flag?.[1].type !== 'string') continue;
      if (inline === undefined) open = flag;
      else values.set(flag[0], inline);
    }
  }
  return { values, positionals, flagsEnded, open };
}

function flagNamed({ options }: CommandShape, name: string): Flag | undefined {
  return Object.entries(options).find(([each, { alias }]) => each === name || alias === name);
}

function positionalAt({ positionals = [] }: CommandShape, at: number): Completes | undefined {
  const last = positionals.at(-1);
  const positional = positionals[at] ?? (last?.many ? last : undefined);
  return positional === undefined ? undefined : completesOf(positional.name, positional);
}

function givenIn({ values }: Read): Given {
  return { context: values.get('context') || undefined, kubeconfig: values.get('kubeconfig') || undefined };
}
