// `__complete`: what a shell asks on every TAB, hidden from the help. Answers within a second, whatever hangs, says
// nothing on stderr, and never signs in, refreshes, asks or writes more than a note of names.

import { type Answer, type Choice, formatAnswer, matching, noAnswer } from '../completion/choices.ts';
import { askedOf, type Given } from '../completion/question.ts';
import type { CommandEntry, CommandShape, LookedUpKind } from '../completion/value-kind.ts';
import type { Host } from '../host.ts';

/** From the start of the answer; Node's own start comes before it. */
const answerMs = 850;

/** The table of commands, and the names of the rule sets that `grant` knows. */
export type Tables = {
  readonly commands: Readonly<Record<string, CommandEntry>>;
  readonly presets: () => Promise<readonly Choice[]>;
};

export type CompleteDeps = Tables & {
  /** What there is of this kind, quietly nothing where it cannot be had. */
  readonly lookUp: (
    kind: LookedUpKind,
    at: { readonly given: Given; readonly typed: string },
  ) => Promise<readonly Choice[]>;
  /** Resolves when time is up. */
  readonly late: Promise<void>;
};

/** The choices for the last of `words`. Never fails: a completion that cannot be had is none. */
export async function run(words: readonly string[], deps: CompleteDeps): Promise<Answer> {
  try {
    return await Promise.race([answerTo(words, deps), deps.late.then(() => noAnswer)]);
  } catch {
    // A damaged kubeconfig, say: the command itself will tell, the prompt of a shell is no place for it.
    return noAnswer;
  }
}

async function answerTo(words: readonly string[], deps: CompleteDeps): Promise<Answer> {
  const [command = '', ...rest] = words;
  if (rest.length === 0) return offered([...commandChoices(deps), ...generalFlags], command);
  const entry = Object.hasOwn(deps.commands, command) ? deps.commands[command] : undefined;
  if (entry === undefined) return noAnswer;
  const shape = await entry.load();
  const asked = askedOf(shape, rest);
  if (asked.kind === 'anything') return noAnswer;
  if (asked.kind === 'flag') return offered(flagChoices(shape), asked.typed);
  const { takes, typed, given } = asked;
  if (takes === 'file' || takes === 'folder') return { choices: [], besides: 'files' };
  if (typeof takes !== 'string') return offered(takes.map(choiceOf), typed);
  if (takes === 'preset') return offered(await deps.presets(), typed);
  const isList = takes === 'verb' || takes === 'resource';
  const found = takes === 'verb' ? verbs.map(choiceOf) : await deps.lookUp(takes, { given, typed });
  return offered(found, typed, isList);
}

function offered(choices: readonly Choice[], typed: string, isList = false): Answer {
  return { choices: matching(choices, typed, isList), besides: 'nothing' };
}

function choiceOf(value: string): Choice {
  return { value };
}

const generalFlags: readonly Choice[] = [
  { value: '--help', about: 'show help' },
  { value: '--version', about: 'show version number' },
];

function commandChoices({ commands }: Tables): readonly Choice[] {
  return Object.entries(commands).map(([value, { about }]) => ({ value, about }));
}

function flagChoices({ options }: CommandShape): readonly Choice[] {
  const flags = Object.entries(options).map(([name, { describe }]) => ({
    value: `--${name}`,
    about: describe,
  }));
  return [...flags, ...generalFlags.slice(0, 1)];
}

/** The verbs of Kubernetes' resources, the special ones of RBAC last. */
const verbs = [
  ...['get', 'list', 'watch', 'create', 'update', 'patch', 'delete', 'deletecollection'],
  ...['bind', 'escalate', 'impersonate', 'use', 'approve', 'sign', 'attest'],
];

/** The lines for the shell. */
export function describe(answer: Answer): string {
  return formatAnswer(answer);
}

/** The real parts; what is still under way when time is up is ended. */
export async function realDeps(tables: Tables, host: Host): Promise<CompleteDeps> {
  const { promise: late, resolve } = Promise.withResolvers<void>();
  const controller = new AbortController();
  setTimeout(() => {
    controller.abort();
    resolve();
  }, answerMs);
  return {
    ...tables,
    lookUp: async (kind, at) =>
      (await import('../edge/completion/names.ts')).lookUp(kind, at, { host, signal: controller.signal }),
    late,
  };
}
