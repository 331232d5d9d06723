// A real API server for tests of writes, our own commands on it in this process, and a connection that can be cut.

import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type ApiAnswer, type ApiClient, connectTo } from '../../scripts/parts/api-client.ts';
import { type ApiServer, startApiServer } from '../../scripts/parts/api-server.ts';
import { assetsForTests } from '../../scripts/parts/assets.ts';
import { makeCertificateAuthority } from '../../scripts/parts/certificates.ts';
import * as grant from '../../src/commands/grant.ts';
import * as revoke from '../../src/commands/revoke.ts';
import { manifestYaml } from '../../src/edge/access/manifest-yaml.ts';
import { openWriteDesk } from '../../src/edge/access/write-desk.ts';
import type { Host } from '../../src/host.ts';
import type { LiveWhere } from '../../src/rbac/where-words.ts';
import type { WriteDesk } from '../../src/rbac/write-desk.ts';
import type { TypedWords } from '../../src/typed-words.ts';

export type Line = {
  /** Everything that is open is cut; nobody is let in. */
  readonly cut: () => void;
  /** The next answer does not arrive; its request does. */
  readonly mute: () => void;
  readonly restore: () => void;
};

export type WriteLab = {
  readonly apiServer: ApiServer;
  readonly folder: string;
  /** Names the cluster; its connections go through `line`. */
  readonly kubeconfig: string;
  /** The administrator's own connection, which is never cut. */
  readonly api: ApiClient;
  readonly line: Line;
  readonly where: (as?: string) => LiveWhere;
  readonly desk: (where: LiveWhere) => Promise<WriteDesk>;
  /** `grant` with these words; `desk` may stand before the real one. */
  readonly grant: (words: TypedWords, desk: WriteDesk) => Promise<grant.GrantOutcome>;
  readonly revoke: (words: TypedWords, desk: WriteDesk) => Promise<revoke.RevokeOutcome>;
  /** `Role a`, `RoleBinding b -> Role a: Group x`, sorted: what is there in a namespace. */
  readonly state: (namespace: string) => Promise<readonly string[]>;
  readonly stop: () => Promise<void>;
};

export async function openWriteLab(): Promise<WriteLab> {
  const folder = mkdtempSync(join(tmpdir(), 'writes-'));
  const assets = assetsForTests(process.env);
  const certificates = await makeCertificateAuthority();
  const apiServer = await startApiServer({ assets, folder: join(folder, 'api'), certificates });
  const api = await connectTo(apiServer);
  const line = await openLine(Number(new URL(apiServer.server).port));
  const kubeconfig = join(folder, 'kubeconfig');
  const text = readFileSync(apiServer.adminKubeconfigPath, 'utf8');
  writeFileSync(kubeconfig, text.replaceAll(apiServer.server, `https://127.0.0.1:${line.port}`));
  const controller = new AbortController();
  const host: Host = {
    arguments: [],
    environment: { HOME: folder, PATH: process.env.PATH },
    stdin: process.stdin,
    stdout: process.stdout,
    stderr: process.stderr,
    platform: process.platform,
    programPath: '',
    programCommand: [],
    now: () => Math.floor(Date.now() / 1000),
    leaveThread: () => undefined,
    isTerminal: () => false,
    signal: controller.signal,
  };
  const person = { say: () => undefined, ask: () => Promise.resolve('nobody' as const) };
  return {
    apiServer,
    folder,
    kubeconfig,
    api,
    line,
    where: (as) => ({
      kind: 'live',
      kubeconfig,
      context: undefined,
      impersonate: as === undefined ? undefined : { user: as, groups: [] },
      saveTo: undefined,
    }),
    desk: (where) => openWriteDesk(where, host),
    grant: (words, desk) => {
      const deps = { desk, presetsIn: () => [], person, yamlOf: manifestYaml, now: host.now() };
      return grant.run(grant.parse({ yes: true, ...words }), deps);
    },
    revoke: (words, desk) => revoke.run(revoke.parse({ yes: true, ...words }), { desk, person }),
    state: (namespace) => stateOf(api, namespace),
    stop: async () => {
      controller.abort();
      api.close();
      line.close();
      await apiServer.stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

type Named = { readonly metadata: { readonly name: string } };
type Bound = Named & {
  readonly roleRef: { readonly kind: string; readonly name: string };
  readonly subjects?: readonly { readonly kind: string; readonly name: string }[];
};

async function stateOf(api: ApiClient, namespace: string): Promise<readonly string[]> {
  const base = '/apis/rbac.authorization.k8s.io/v1';
  const isOfCluster = namespace === '';
  const at = isOfCluster ? base : `${base}/namespaces/${namespace}`;
  const [roles, bindings] = isOfCluster ? ['clusterroles', 'clusterrolebindings'] : ['roles', 'rolebindings'];
  const [found, bound] = await api.askAll([{ path: `${at}/${roles}` }, { path: `${at}/${bindings}` }]);
  const ofRoles = itemsOf<Named>(found);
  const ofBindings = itemsOf<Bound>(bound);
  return [
    ...ofRoles.map(({ metadata }) => `Role ${metadata.name}`),
    ...ofBindings.map(({ metadata, roleRef, subjects = [] }) => {
      const whom = subjects.map(({ kind, name }) => `${kind} ${name}`).join(', ');
      return `RoleBinding ${metadata.name} -> ${roleRef.kind} ${roleRef.name}: ${whom}`;
    }),
  ].sort();
}

function itemsOf<Item>(answer: ApiAnswer | undefined): readonly Item[] {
  if (answer?.status !== 200) throw new Error(`a LIST was answered with ${answer?.status}`);
  return (answer.body as { readonly items: readonly Item[] }).items;
}

/** A TCP connection to that port of ours; TLS goes through untouched. */
async function openLine(port: number): Promise<Line & { readonly port: number; readonly close: () => void }> {
  const open = new Set<Socket>();
  let mode: 'whole' | 'cut' | 'mute' = 'whole';
  const server = createServer((client) => {
    if (mode === 'cut') return client.destroy();
    const upstream = connect(port, '127.0.0.1');
    for (const socket of [client, upstream]) {
      open.add(socket);
      socket.on('error', () => undefined).on('close', () => open.delete(socket));
    }
    client.on('close', () => upstream.destroy());
    upstream.on('close', () => client.destroy());
    client.on('data', (bytes) => upstream.write(bytes));
    upstream.on('data', (bytes) => {
      if (mode === 'mute') client.destroy();
      else client.write(bytes);
    });
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    cut: () => {
      mode = 'cut';
      for (const socket of open) socket.destroy();
    },
    mute: () => {
      mode = 'mute';
    },
    restore: () => {
      mode = 'whole';
    },
    close: () => {
      server.close();
      for (const socket of open) socket.destroy();
    },
  };
}
