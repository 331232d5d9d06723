// Writes src/rbac/stock-VERSION.json: the resources, roles and bindings that a Kubernetes version brings by itself, read
// from the API server that the tests run, its collecting roles filled by the real controller. Run it for a new version.

import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { type Fields, isFields } from '../src/json-fields.ts';
import { aggregatedDiscovery, discoveryOf } from '../src/rbac/discovery-read.ts';
import { objectsIn } from '../src/rbac/raw.ts';
import type { ApiClient } from './parts/api-client.ts';
import { ensureAssets, kubernetesVersion } from './parts/assets.ts';
import { startCollectingCluster } from './parts/collecting-cluster.ts';

const apiVersion = 'rbac.authorization.k8s.io/v1';
const kinds = {
  clusterroles: 'ClusterRole',
  clusterrolebindings: 'ClusterRoleBinding',
  roles: 'Role',
  rolebindings: 'RoleBinding',
} as const;

async function main(): Promise<void> {
  await using stack = new AsyncDisposableStack();
  const { client, stop } = await startCollectingCluster(await ensureAssets(process.env, console.log));
  stack.defer(stop);
  const deadline = performance.now() + 30_000;
  while (!(await areCollected(client))) {
    if (performance.now() > deadline) throw new Error('the stock roles were not filled within 30 seconds');
    await wait(100);
  }
  const answers = ['/api', '/apis'].map((path) => client.ask({ path, accept: aggregatedDiscovery }));
  const { resources } = discoveryOf((await Promise.all(answers)).map(({ body }) => body));
  const objects = await Promise.all(Object.keys(kinds).map((plural) => objectsOf(client, plural)));
  const minor = kubernetesVersion.split('.').slice(0, 2).join('.');
  const target = join(import.meta.dirname, '..', 'src', 'rbac', `stock-${minor}.json`);
  const stock = { kubernetesVersion, resources, objects: objects.flat() };
  await writeFile(target, `${JSON.stringify(stock, undefined, 2)}\n`);
  console.log(
    `${target}: ${resources.length} resources, ${stock.objects.length} objects; now: biome format --write`,
  );
}

/** `admin` collects `edit`, which collects `view`: the last one filled has rules of the first. */
async function areCollected(client: ApiClient): Promise<boolean> {
  const roles = await Promise.all(
    ['admin', 'edit', 'view'].map((name) => client.ask({ path: `${rbac}/clusterroles/${name}` })),
  );
  const [admin = 0, edit = 0, view = 0] = roles.map(({ body }) =>
    isFields(body) ? objectsIn(body.rules).length : 0,
  );
  return view > 0 && edit > view && admin > edit;
}

const rbac = `/apis/${apiVersion}`;

async function objectsOf(client: ApiClient, plural: string): Promise<readonly object[]> {
  const { body } = await client.ask({ path: `${rbac}/${plural}` });
  const kind = Object.entries(kinds).find(([each]) => each === plural)?.[1];
  return objectsIn(isFields(body) ? body.items : []).map((item) => ({
    apiVersion,
    kind,
    ...withoutInstance(item),
  }));
}

/** What differs from one cluster to the next goes. */
function withoutInstance({ metadata, ...rest }: Fields): object {
  const { name, namespace, labels, annotations } = isFields(metadata) ? metadata : {};
  return { metadata: { name, namespace, labels, annotations }, ...rest };
}

await main();
