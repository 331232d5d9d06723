// The names that a TAB offers, from the kubeconfig, from kubectl's cache, or from the cluster. Reads and never asks,
// signs in or refreshes; whatever fails is the caller's to swallow.

import { type Choice, choicesOf, groupChoices, subjectChoices } from '../../completion/choices.ts';
import type { Given } from '../../completion/question.ts';
import { resourceChoices } from '../../completion/resource-choices.ts';
import type { LookedUpKind } from '../../completion/value-kind.ts';
import { clusterOfContext, contextNamed, type Kubeconfig, userOfContext } from '../../oidc/kubeconfig.ts';
import { readDiscoveryCache } from '../cluster/discovery-cache.ts';
import { readKubeconfig } from '../kubeconfig/kubeconfig.ts';
import type { AskedCluster } from './cluster-names.ts';
import type { Outside } from './credential.ts';

/** Choices of one kind, for the context that the line names or the current one. Fails with `usage`, `file`, `refused`, `keychain`. */
export async function lookUp(
  kind: LookedUpKind,
  { given, typed }: { readonly given: Given; readonly typed: string },
  outside: Outside,
): Promise<readonly Choice[]> {
  const { environment } = outside.host;
  const kubeconfig = await readKubeconfig({ file: given.kubeconfig, environment });
  const namesOf = (entries: readonly { readonly name: string }[]) =>
    choicesOf(entries.map(({ name }) => name));
  if (kind === 'context') return namesOf(kubeconfig.contexts);
  if (kind === 'kube-user') return namesOf(kubeconfig.users);
  if (kind === 'kube-cluster') return namesOf(kubeconfig.clusters);
  const asked = askedCluster(kubeconfig, given);
  if (kind === 'resource')
    return resourceChoices(readDiscoveryCache(asked.cluster.server, environment).resources, typed);
  // Late: most TABs need no https.
  const { clusterNames } = await import('./cluster-names.ts');
  if (kind === 'namespace') return choicesOf(await clusterNames('namespaces', asked, outside));
  const groups = await clusterNames('groups', asked, outside);
  return kind === 'group' ? groupChoices(groups, typed) : subjectChoices(groups, typed);
}

function askedCluster(kubeconfig: Kubeconfig, given: Given): AskedCluster {
  const context = contextNamed(kubeconfig, given.context ?? kubeconfig.currentContext);
  return { cluster: clusterOfContext(kubeconfig, context), user: userOfContext(kubeconfig, context) };
}
