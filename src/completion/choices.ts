// Choices as the shells take them: which may be offered, and the lines that cobra's protocol wants (kubectl's
// plugins, our own scripts).

import { cleanText } from '../foreign-text.ts';

/** `about` stands beside the value, where a shell shows it. */
export type Choice = { readonly value: string; readonly about?: string };

export type Answer = {
  readonly choices: readonly Choice[];
  /** Whether the shell itself completes the name of a file here. */
  readonly besides: 'files' | 'nothing';
};

export const noAnswer: Answer = { choices: [], besides: 'nothing' };

/** cobra's Default and NoFileComp. */
const directives = { files: 0, nothing: 4 } as const satisfies Record<Answer['besides'], number>;
const maxLength = 253;
// Nothing that a shell reads as more than a letter, wherever in a word: some scripts insert a choice as it stands.
const inert = /^[\p{L}\p{N}_./@+][\p{L}\p{N}_./@+:,=%-]*$/u;

/** Whether a name that others chose may be put on a command line: one word, meant literally by every shell, no flag. */
export function isOfferable(name: string): boolean {
  return name.length <= maxLength && cleanText(name, maxLength) === name && inert.test(name);
}

/** Names that others chose as choices, sorted, each once; what may not be offered is left out. */
export function choicesOf(names: Iterable<string>): readonly Choice[] {
  return [...new Set(names)]
    .filter(isOfferable)
    .sort()
    .map((value) => ({ value }));
}

/** Those that go on from what was typed. Of a list with commas the last part is completed. */
export function matching(choices: readonly Choice[], typed: string, isList = false): readonly Choice[] {
  const lead = isList ? typed.slice(0, typed.lastIndexOf(',') + 1) : '';
  return choices
    .map((choice) => (lead === '' ? choice : { ...choice, value: `${lead}${choice.value}` }))
    .filter(({ value }) => value.startsWith(typed));
}

/** One choice a line, then the directive (cobra, ShellCompDirective). */
export function formatAnswer({ choices, besides }: Answer): string {
  const lines = choices.map(({ value, about }) =>
    about === undefined || about === '' ? value : `${value}\t${cleanText(about, 80)}`,
  );
  return [...lines, `:${directives[besides]}`, ''].join('\n');
}

/** Groups of a cluster. Kubernetes' own ones (`system:…`) are offered only to those who ask for them. */
export function groupChoices(groups: readonly string[], typed: string): readonly Choice[] {
  const wanted = typed.startsWith('system:')
    ? groups
    : groups.filter((group) => !group.startsWith('system:'));
  return choicesOf(wanted);
}

/** The same as subjects, `group:NAME`. */
export function subjectChoices(groups: readonly string[], typed: string): readonly Choice[] {
  const lead = 'group:';
  return groupChoices(groups, typed.slice(lead.length)).map(({ value }) => ({ value: `${lead}${value}` }));
}
