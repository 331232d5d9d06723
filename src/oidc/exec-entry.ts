// Exec entries of a kubeconfig: which are ours, which login they mean, and how ours is written.

import { Failure } from '../failure.ts';
import type { ExecEntry } from './kubeconfig.ts';
import { type LoginWords, wordsWithVariables } from './login-options.ts';
import { readLoginWords } from './login-words.ts';
import { formatLoginSettings, type LoginSettings, parseLoginSettings } from './settings.ts';

/** Shown by kubectl when the program is missing. */
export const installHint =
  'kubectl-oidc signs you in to this cluster and is not on PATH; install it with: kubectl krew install oidc';

/** Whether kubectl would run this program's `get-token`: by name, by path, through node, or as `kubectl oidc`. */
export function isOurEntry(entry: ExecEntry): boolean {
  return tokenArgumentsOf(entry) !== undefined;
}

/** The arguments after `get-token`, undefined for another program's entry. */
export function tokenArgumentsOf(entry: ExecEntry): readonly string[] | undefined {
  const words = [baseName(entry.command), ...entry.args];
  const ours = oursAt(words);
  return ours !== undefined && words[ours] === 'get-token' ? words.slice(ours + 1) : undefined;
}

/** The index of the word after our own name. */
function oursAt(words: readonly string[]): number | undefined {
  const [program = '', first = ''] = words;
  if (isOurName(program)) return 1;
  if (/^kubectl(\.exe)?$/i.test(program) && first === 'oidc') return 2;
  if (/^node(js)?(\.exe)?$/i.test(program) && /^kubectl-oidc\.js$/i.test(baseName(first))) return 2;
  return undefined;
}

function isOurName(program: string): boolean {
  return /^kubectl-oidc(\.exe|\.js|\.cmd)?$/i.test(program);
}

// Both separators: a kubeconfig written on Windows is read elsewhere too.
function baseName(path: string): string {
  return path.slice(Math.max(path.lastIndexOf('/'), path.lastIndexOf('\\')) + 1);
}

/** The login of one of our entries, its arguments over its own variables. Fails with `usage` on what get-token would refuse. */
export function settingsOf(entry: ExecEntry): LoginSettings {
  return parseLoginSettings(wordsWithVariables(loginWordsOf(entry), environmentOf(entry)));
}

/** The variables that an entry sets, by name; of one that is set twice the last counts. */
export function environmentOf(entry: ExecEntry): Readonly<Record<string, string>> {
  return Object.fromEntries(entry.env.map(({ name, value }) => [name, value]));
}

/** The words of one of our entries. Fails with `usage` on what get-token would refuse. */
export function loginWordsOf(entry: ExecEntry): LoginWords {
  const found = readLoginWords(tokenArgumentsOf(entry) ?? []);
  if (found.kind === 'words') return found.words;
  throw unreadable(found.why);
}

function unreadable(why: string): Failure {
  return new Failure('usage', `the exec entry for get-token cannot be read: ${why}`, {
    hint: 'Write it anew with "kubectl oidc setup".',
  });
}

/** The entry that setup writes: kubectl names the cluster to it, and it may talk to a terminal that is there. */
export function execEntryFor(settings: LoginSettings, command: string): ExecEntry {
  return {
    command,
    args: ['get-token', ...formatLoginSettings(settings)],
    env: [],
    apiVersion: 'client.authentication.k8s.io/v1',
    interactiveMode: 'IfAvailable',
    provideClusterInfo: true,
    installHint,
  };
}
