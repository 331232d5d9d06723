// Which resources a cluster has, as it says itself.

import type { Discovery } from '../../rbac/discovery.ts';
import { aggregatedDiscovery, discoveryOf } from '../../rbac/discovery-read.ts';
import type { Gap } from '../../rbac/snapshot.ts';
import type { ApiClient } from './api-client.ts';
import { answerFailure } from './api-failure.ts';

/** Both halves of aggregated discovery (Kubernetes 1.30; earlier servers answer with their own lists and are asked one by one). */
export async function readDiscovery({
  api,
  gaps,
}: {
  readonly api: ApiClient;
  readonly gaps: Gap[];
}): Promise<Discovery | undefined> {
  const answers = await Promise.all(
    ['/api', '/apis'].map((path) =>
      api.ask({
        path,
        accept: `${aggregatedDiscovery},${aggregatedDiscovery.replace(';v=v2;', ';v=v2beta1;')},application/json`,
      }),
    ),
  );
  for (const answer of answers) {
    if (answer.status === 401) throw answerFailure(api.server, 'say which resources it has', answer);
  }
  const discovery = discoveryOf(answers.map(({ body }) => body));
  // Half of it would make a resource of the other half one that the cluster does not have.
  const isWhole = answers.every(({ status }) => status === 200);
  if (isWhole && discovery.resources.length > 0) return discovery;
  gaps.push({ what: 'discovery', namespace: '', reason: 'the server does not list its resources at once' });
  return undefined;
}
