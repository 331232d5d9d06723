// Which logins a kubeconfig stands for: its contexts grouped by the login that their exec entries mean.

import { Failure } from '../failure.ts';
import { cleanText } from '../foreign-text.ts';
import { type TypedWords, textOf } from '../typed-words.ts';
import { environmentOf, isOurEntry, settingsOf } from './exec-entry.ts';
import {
  clusterOfContext,
  contextNamed,
  type KubeCluster,
  type KubeContext,
  type Kubeconfig,
  userOfContext,
  whereLooked,
} from './kubeconfig.ts';
import { formatLoginSettings, type LoginSettings } from './settings.ts';

/** One place where a login is used: its context, the cluster, and the variables that the exec entry sets. */
export type LoginUse = {
  readonly context: string;
  readonly user: string;
  readonly cluster: KubeCluster;
  readonly environment: Readonly<Record<string, string>>;
};

export type LoginTarget = { readonly settings: LoginSettings; readonly uses: readonly LoginUse[] };

export type TargetChoice =
  | { readonly kind: 'all' }
  /** `name` undefined: the current context. */
  | { readonly kind: 'context'; readonly name: string | undefined };

/** --context or --all. Fails with `usage` when both are given. */
export function parseChoice(words: TypedWords): TargetChoice {
  const name = textOf(words, 'context');
  if (words.all !== true) return { kind: 'context', name };
  if (name === undefined) return { kind: 'all' };
  throw new Failure('usage', '--context and --all were both given', { hint: 'Give one of them.' });
}

/** `unreadable`: contexts of ours whose exec entry or cluster makes no sense, in the way of no other. */
export type LoginTargets = {
  readonly targets: readonly LoginTarget[];
  readonly unreadable: readonly { readonly context: string; readonly failure: Failure }[];
};

/** The logins of one context or of all. Fails with `usage` for an unknown or unreadable context, one that is not ours, or none at all. */
export function loginTargets(kubeconfig: Kubeconfig, choice: TargetChoice): LoginTargets {
  const contexts = choice.kind === 'all' ? kubeconfig.contexts : [chosenContext(kubeconfig, choice.name)];
  const found = targetsOf(kubeconfig, contexts);
  const [first] = found.unreadable;
  if (choice.kind === 'context' && first !== undefined) throw first.failure;
  if (found.targets.length + found.unreadable.length > 0) return found;
  throw nothingOfOurs(kubeconfig, contexts, choice);
}

/** The logins of these contexts; other contexts are left out. */
export function targetsOf(kubeconfig: Kubeconfig, contexts: readonly KubeContext[]): LoginTargets {
  const targets = new Map<string, LoginTarget>();
  const unreadable: { context: string; failure: Failure }[] = [];
  for (const context of contexts) {
    const exec = userOfContext(kubeconfig, context)?.exec;
    if (exec === undefined || !isOurEntry(exec)) continue;
    try {
      const settings = settingsOf(exec);
      const name = formatLoginSettings(settings).join('\n');
      const use = {
        context: context.name,
        user: context.user,
        cluster: clusterOfContext(kubeconfig, context),
        environment: environmentOf(exec),
      };
      targets.set(name, { settings, uses: [...(targets.get(name)?.uses ?? []), use] });
    } catch (error) {
      if (!(error instanceof Failure)) throw error;
      unreadable.push({ context: context.name, failure: error });
    }
  }
  return { targets: [...targets.values()], unreadable };
}

function chosenContext(kubeconfig: Kubeconfig, name: string | undefined): KubeContext {
  if (name !== undefined) return contextNamed(kubeconfig, name);
  if (kubeconfig.currentContext !== '') return contextNamed(kubeconfig, kubeconfig.currentContext);
  if (kubeconfig.contexts.length === 0) throw nothingThere(kubeconfig);
  throw new Failure('usage', `${whereLooked(kubeconfig)} names no current context`, {
    hint: 'Give --context NAME, or --all.',
  });
}

function nothingOfOurs(
  kubeconfig: Kubeconfig,
  contexts: readonly KubeContext[],
  choice: TargetChoice,
): Failure {
  if (kubeconfig.contexts.length === 0) return nothingThere(kubeconfig);
  const hint = 'Make it do so with "kubectl oidc setup --issuer-url URL --client-id ID --context NAME".';
  const [context] = contexts;
  if (choice.kind === 'all' || context === undefined) {
    return new Failure('usage', `no context in ${whereLooked(kubeconfig)} signs in with kubectl-oidc`, {
      hint,
    });
  }
  return new Failure('usage', `context "${cleanText(context.name)}" does not sign in with kubectl-oidc`, {
    hint,
  });
}

function nothingThere(kubeconfig: Kubeconfig): Failure {
  return new Failure('usage', `there is no context yet in ${whereLooked(kubeconfig)}`, {
    hint: 'Make one: kubectl oidc setup --issuer-url URL --client-id ID --cluster NAME --server URL.',
  });
}
