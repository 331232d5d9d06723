// Which logins a kubeconfig stands for: its contexts grouped by the login that their exec entries mean.

import { Failure } from '../failure.ts';
import { cleanText } from '../foreign-text.ts';
import { isOurEntry, settingsOf } from './exec-entry.ts';
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

/** The logins of one context or of all. Fails with `usage` for an unknown context, one that is not ours, or none at all. */
export function loginTargets(kubeconfig: Kubeconfig, choice: TargetChoice): readonly LoginTarget[] {
  const contexts = choice.kind === 'all' ? kubeconfig.contexts : [chosenContext(kubeconfig, choice.name)];
  const targets = new Map<string, LoginTarget>();
  for (const context of contexts) {
    const exec = userOfContext(kubeconfig, context)?.exec;
    if (exec === undefined || !isOurEntry(exec)) continue;
    const settings = settingsOf(exec);
    const name = formatLoginSettings(settings).join('\n');
    const use = {
      context: context.name,
      user: context.user,
      cluster: clusterOfContext(kubeconfig, context),
      environment: Object.fromEntries(exec.env.map((variable) => [variable.name, variable.value])),
    };
    targets.set(name, { settings, uses: [...(targets.get(name)?.uses ?? []), use] });
  }
  if (targets.size > 0) return [...targets.values()];
  throw nothingOfOurs(kubeconfig, contexts, choice);
}

function chosenContext(kubeconfig: Kubeconfig, name: string | undefined): KubeContext {
  if (name !== undefined) return contextNamed(kubeconfig, name);
  if (kubeconfig.currentContext !== '') return contextNamed(kubeconfig, kubeconfig.currentContext);
  throw new Failure('usage', `${whereLooked(kubeconfig)} names no current context`, {
    hint: 'Give --context NAME, or --all.',
  });
}

function nothingOfOurs(
  kubeconfig: Kubeconfig,
  contexts: readonly KubeContext[],
  choice: TargetChoice,
): Failure {
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
