// What setup says about its change, and what it will not do without a question.

import { Failure } from '../failure.ts';
import { cleanText } from '../foreign-text.ts';
import { shellQuoted } from '../shell-quote.ts';
import type { ExecEntry, Kubeconfig } from './kubeconfig.ts';
import { isSettingVariable } from './login-options.ts';

/** One file's change as it may be shown; `before` undefined: a new file. */
export type ShownChange = {
  readonly path: string;
  readonly before: string | undefined;
  readonly diff: readonly string[];
};

/** The change file by file, then in words. */
export function describeChanges(changes: readonly ShownChange[], words: readonly string[]): string {
  if (changes.length === 0) return 'Nothing to do: the kubeconfig says all this already.\n';
  const diffs = changes.map(({ path, before, diff }) => {
    return `${cleanText(path)}${before === undefined ? ' (new)' : ''}\n${diff.join('\n')}\n`;
  });
  return `${diffs.join('\n')}\n${words.map((line) => `${line}\n`).join('')}`;
}

/**
 * Variables of an older entry become part of what is approved, so without a question they are refused, but for
 * settings of the login itself. Fails with `refused`.
 */
export function refuseForeignVariables(entry: ExecEntry): void {
  const foreign = entry.env.map(({ name }) => name).filter((name) => !isSettingVariable(name));
  if (foreign.length === 0) return;
  throw new Failure(
    'refused',
    `the user entry that exists sets ${foreign.map((name) => cleanText(name, 60)).join(', ')}`,
    {
      hint: 'Take that out of the "env" of the user entry: it would be approved without being seen.',
    },
  );
}

/** What to type next, quoted for a shell. */
export function nextStep(contextName: string, kubeconfig: Kubeconfig): string {
  const name = cleanText(contextName);
  const isCurrent = kubeconfig.currentContext === contextName || kubeconfig.currentContext === '';
  const quoted = shellQuoted(name);
  return isCurrent
    ? 'Next: kubectl get pods (the first command signs you in)'
    : `Next: kubectl --context ${quoted} get pods (the first command signs you in), or for good: kubectl config use-context ${quoted}`;
}
