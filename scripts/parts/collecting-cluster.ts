// An API server whose aggregation controller runs, in a folder that goes with it, and a client for it.

import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type ApiClient, connectTo } from './api-client.ts';
import { startApiServer, startControllerManager } from './api-server.ts';
import type { Assets } from './assets.ts';
import { makeCertificateAuthority } from './certificates.ts';

export type CollectingCluster = {
  readonly client: ApiClient;
  /** A client for somebody else, by a certificate of theirs. */
  readonly clientOf: (user: string, groups?: readonly string[]) => Promise<ApiClient>;
  readonly stop: () => Promise<void>;
};

/** Resolves when the API server is ready; the stock roles that collect others are filled a moment later. */
export async function startCollectingCluster(assets: Assets): Promise<CollectingCluster> {
  const stack = new AsyncDisposableStack();
  try {
    const folder = await mkdtemp(join(tmpdir(), 'collecting-'));
    stack.defer(() => rm(folder, { recursive: true, force: true }));
    const certificates = await makeCertificateAuthority();
    const apiServer = await startApiServer({ assets, folder, certificates });
    stack.defer(apiServer.stop);
    const manager = await startControllerManager(apiServer, { assets, folder });
    stack.defer(manager.stop);
    const client = await connectTo(apiServer);
    stack.defer(client.close);
    return {
      client,
      clientOf: async (user, groups = []) => {
        const other = await connectTo(apiServer, await certificates.issueClientCertificate(user, groups));
        stack.defer(other.close);
        return other;
      },
      stop: () => stack.disposeAsync(),
    };
  } catch (error) {
    await stack.disposeAsync();
    throw error;
  }
}
