// A real API server that holds generated RBAC: every object written through the API, as a cluster got them.

import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isFields } from '../../src/json-fields.ts';
import { textIn } from '../../src/rbac/raw.ts';
import { type ApiClient, type ApiRequest, connectTo } from '../parts/api-client.ts';
import { startApiServer } from '../parts/api-server.ts';
import type { Assets } from '../parts/assets.ts';
import { makeCertificateAuthority } from '../parts/certificates.ts';
import type { Say } from '../parts/progress.ts';
import { type RbacData, type RbacSize, rbacData } from '../parts/rbac-data.ts';

export type FilledCluster = {
  readonly client: ApiClient;
  /** Of an administrator with a client certificate. */
  readonly kubeconfig: string;
  readonly kubectl: string;
  readonly stop: () => Promise<void>;
};

/** The same for everybody who measures. */
const seed = 1;

/** Resolves when the server holds all of it; minutes for the largest. Its own folder goes with it. */
export async function startFilledCluster(
  size: RbacSize,
  { assets, say }: { readonly assets: Assets; readonly say: Say },
): Promise<FilledCluster> {
  const stack = new AsyncDisposableStack();
  try {
    const folder = await mkdtemp(join(tmpdir(), 'oidc-filled-'));
    stack.defer(() => rm(folder, { recursive: true, force: true, maxRetries: 5 }));
    const apiServer = await startApiServer({
      assets,
      folder,
      certificates: await makeCertificateAuthority(),
    });
    stack.defer(apiServer.stop);
    const client = await connectTo(apiServer);
    stack.defer(client.close);
    await fill(client, rbacData(size, seed), say);
    const { adminKubeconfigPath: kubeconfig, kubectl } = apiServer;
    return { client, kubeconfig, kubectl, stop: () => stack.disposeAsync() };
  } catch (error) {
    await stack.disposeAsync();
    throw error;
  }
}

const atOnce = 2000;

/** Kind after kind: a binding is refused where its namespace is not there yet. Rejects with what is refused. */
export async function fill(client: ApiClient, data: RbacData, say: Say): Promise<void> {
  const { namespaces, clusterRoles, roles, clusterRoleBindings, roleBindings } = data;
  const kinds = { namespaces, clusterRoles, roles, clusterRoleBindings, roleBindings };
  for (const [kind, objects] of Object.entries(kinds)) {
    say(`  writing ${objects.length} ${kind}`);
    for (let start = 0; start < objects.length; start += atOnce) {
      await write(client, objects.slice(start, start + atOnce));
    }
  }
}

/** What Kubernetes brings by itself is there already: 409. */
async function write(client: ApiClient, objects: readonly object[]): Promise<void> {
  const requests = objects.map(creation);
  for (const [index, { status, body }] of (await client.askAll(requests)).entries()) {
    if (status === 201 || status === 409) continue;
    throw new Error(`${JSON.stringify(requests[index])} was answered ${status}: ${JSON.stringify(body)}`);
  }
}

function creation(object: object): ApiRequest {
  const { kind, metadata } = isFields(object) ? object : {};
  const namespace = isFields(metadata) ? textIn(metadata.namespace) : '';
  const base = kind === 'Namespace' ? '/api/v1' : '/apis/rbac.authorization.k8s.io/v1';
  const place = namespace === '' ? '' : `/namespaces/${namespace}`;
  return { path: `${base}${place}/${textIn(kind).toLowerCase()}s`, body: unsent(object) };
}

/** Without what only a server may say of an object. */
function unsent(object: object): object {
  if (!isFields(object) || !isFields(object.metadata)) return object;
  const { uid: _, resourceVersion: __, creationTimestamp: ___, ...metadata } = object.metadata;
  return { ...object, metadata };
}
