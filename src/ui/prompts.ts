// The line at the bottom that is typed into: a filter, a namespace, a file, the words of a grant.

import type { Subject } from '../rbac/subject.ts';
import { shellQuoted } from '../shell-quote.ts';
import { widthOf } from './cells.ts';
import type { Entered } from './entered.ts';
import type { Key } from './keys.ts';
import { levelOf, type Prompt, type PromptKind, promptKinds, type State, withLevel } from './state.ts';
import type { Step } from './update.ts';

/** What stands before the line. */
export const promptWords: Readonly<Record<PromptKind, string>> = {
  filter: 'filter',
  namespace: 'namespace',
  diff: 'snapshot file',
  grant: 'grant',
  revoke: 'revoke',
};

export function isPromptKind(word: string): word is PromptKind {
  return promptKinds.some((kind) => kind === word);
}

/** Opens the line, filled with what is known of the row. */
export function openPrompt(state: State, kind: PromptKind, row: Entered | undefined): State {
  const isWrite = kind === 'grant' || kind === 'revoke';
  if (isWrite && !state.canWrite)
    return { ...state, notice: `${kind} needs a cluster: this is ${state.name}` };
  if (isWrite && state.isBusy)
    return { ...state, notice: 'one thing after the other: it is still being worked on' };
  const before = kind === 'filter' ? levelOf(state).text : (state.namespace ?? '');
  const text = isWrite ? wordsFor(state, row) : kind === 'diff' ? '' : before;
  return { ...state, prompt: { kind, text, before } };
}

/** The flags of `grant` and `revoke` that say what the person is looking at. */
export function wordsFor(
  { levels, namespace }: Pick<State, 'levels' | 'namespace'>,
  row: Entered | undefined,
): string {
  const seen = [...levels.map(({ entered }) => entered), row].filter((each) => each !== undefined);
  const words = seen.flatMap(({ of }) => flagsOf(of));
  const hasPlace = words.some((word) => word === '-n' || word === '--cluster');
  const all = hasPlace || namespace === undefined ? words : [...words, ...inNamespace(namespace)];
  return all.length === 0 ? '' : `${all.map(shellQuoted).join(' ')} `;
}

function flagsOf(of: Entered['of']): readonly string[] {
  switch (of.pivot) {
    case 'person':
    case 'subject':
      return subjectWordsOf(of.subject);
    case 'role':
      return [`--${of.role.kind.toLowerCase()}`, of.role.name, ...inNamespace(of.role.namespace)];
    case 'namespace':
      return of.namespace === '' ? ['--cluster'] : inNamespace(of.namespace);
    case 'resource':
      return [];
  }
}

function inNamespace(namespace: string): readonly string[] {
  return namespace === '' ? [] : ['-n', namespace];
}

/** The name is the cluster's own: nothing goes before it. */
function subjectWordsOf(subject: Subject): readonly string[] {
  const { kind, name } = subject;
  if (kind === 'ServiceAccount') return ['--serviceaccount', `${subject.namespace}/${name}`];
  return kind === 'Group' ? ['--group', name, '--groups-prefix='] : ['--user', name, '--username-prefix='];
}

/** Types into the line. A filter holds at every letter, everything else with Enter; Esc takes it back. */
export function typeKey(state: State, key: Key): Step {
  const { prompt } = state;
  if (prompt === undefined) return { state };
  if (key.name === 'enter') return accepted({ ...state, prompt: undefined }, prompt);
  if (key.name === 'escape') {
    const closed = { ...state, prompt: undefined };
    return { state: prompt.kind === 'filter' ? filtered(closed, prompt.before) : closed };
  }
  // In a long list one looks and types in turns.
  if (prompt.kind === 'filter' && (key.name === 'up' || key.name === 'down')) {
    return { state: withLevel(state, { at: levelOf(state).at + (key.name === 'up' ? -1 : 1) }) };
  }
  const text = edited(prompt.text, key);
  const typed = { ...state, prompt: { ...prompt, text } };
  return { state: prompt.kind === 'filter' ? filtered(typed, text) : typed };
}

const longest = 2000;

function edited(text: string, { name }: Key): string {
  if (name === 'backspace') return [...text].slice(0, -1).join('');
  if (name === 'ctrl-u') return '';
  if (name === 'ctrl-w') return text.replace(/\S*\s*$/, '');
  const isCharacter = [...name].length === 1 && (widthOf(name) > 0 || /\p{M}/u.test(name));
  return isCharacter && text.length < longest ? text + name : text;
}

function filtered(state: State, text: string): State {
  return text === levelOf(state).text ? state : withLevel(state, { text, at: 0, top: 0 });
}

function accepted(state: State, { kind, text }: Prompt): Step {
  const line = text.trim();
  switch (kind) {
    case 'filter':
      return { state };
    case 'namespace':
      return { state: inOneNamespace(state, line) };
    case 'diff':
      return line === ''
        ? { state }
        : { state: { ...state, isBusy: true }, effect: { kind: 'diff', path: line } };
    case 'grant':
    case 'revoke':
      return line === ''
        ? { state }
        : { state: { ...state, isBusy: true }, effect: { kind: 'plan', verb: kind, line } };
  }
}

/** '' is all of them. One without bindings is said to be: what is left then counts in every namespace. */
function inOneNamespace(state: State, typed: string): State {
  const isBound = state.review?.places.some(({ namespace }) => namespace === typed) ?? true;
  const notice = isBound
    ? ''
    : `no binding is in a namespace "${typed}": what is left counts in every namespace`;
  return withLevel({ ...state, notice, namespace: typed === '' ? undefined : typed }, { at: 0, top: 0 });
}
