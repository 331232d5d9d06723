import { once } from 'node:events';
import { createServer, type Server } from 'node:https';
import { afterEach, beforeAll, expect, it, vi } from 'vitest';
import {
  type CertificateAuthority,
  type IssuedCertificate,
  makeCertificateAuthority,
} from '../../../scripts/parts/certificates.ts';
import { type ApiClient, openApiClient } from '../../../src/edge/cluster/api-client.ts';
import { type WatchEvent, watchList } from '../../../src/edge/cluster/watch.ts';

let authority: CertificateAuthority;
let issued: IssuedCertificate;
beforeAll(async () => {
  authority = await makeCertificateAuthority();
  issued = await authority.issueServerCertificate(['127.0.0.1']);
});
let server: Server | undefined;
let api: ApiClient | undefined;
afterEach(() => {
  vi.useRealTimers();
  api?.close();
  server?.closeAllConnections();
  server?.close();
});

type Asked = {
  readonly query: URLSearchParams;
  readonly say: (event: object) => void;
  readonly end: () => void;
};

/** A server of one list; each watch of it is answered by the next of these, and their queries are told. */
async function serve(...answers: readonly ((asked: Asked) => void)[]): Promise<readonly URLSearchParams[]> {
  const queries: URLSearchParams[] = [];
  const left = [...answers];
  server = createServer({ cert: issued.certPem, key: issued.keyPem }, (request, response) => {
    const query = new URL(request.url ?? '', 'https://x').searchParams;
    queries.push(query);
    response.writeHead(200, { 'content-type': 'application/json' });
    response.flushHeaders();
    const say = (event: object): void => void response.write(`${JSON.stringify(event)}\n`);
    left.shift()?.({ query, say, end: () => void response.end() });
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  api = openApiClient({
    cluster: {
      server: `https://127.0.0.1:${port}`,
      tlsServerName: '',
      insecureSkipTlsVerify: false,
      certificateAuthorityData: Buffer.from(authority.certPem).toString('base64'),
      proxyUrl: '',
    },
    proof: { token: 'the-token' },
    environment: {},
    signal: new AbortController().signal,
  });
  return queries;
}

const at = (resourceVersion: string, name: string) => ({ metadata: { name, resourceVersion } });

function watching(): { readonly taken: WatchEvent[]; readonly ended: Promise<void> } {
  const taken: WatchEvent[] = [];
  const { signal } = new AbortController();
  if (api === undefined) throw new Error('nothing is served');
  const watch = watchList(api, '/api/v1/things', {
    resourceVersion: '7',
    take: (event) => void taken.push(event),
    signal,
  });
  return { taken, ended: watch };
}

it('goes on after a bookmark where the server ended it, and resolves when that is too long ago', async () => {
  const queries = await serve(
    ({ say, end }) => {
      say({ type: 'ADDED', object: at('8', 'a') });
      say({ type: 'BOOKMARK', object: at('12', '') });
      end();
    },
    ({ say, end }) => {
      say({ type: 'ERROR', object: { kind: 'Status', code: 410 } });
      end();
    },
  );
  const { taken, ended } = watching();
  await ended;
  expect(taken).toEqual([{ type: 'ADDED', object: at('8', 'a') }]);
  expect(queries.map((query) => query.get('resourceVersion'))).toEqual(['7', '12']);
  expect(queries.map((query) => query.get('allowWatchBookmarks'))).toEqual(['true', 'true']);
});

it('is lost when the server neither says anything nor ends it when it should, and not before', async () => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  const asked = Promise.withResolvers<URLSearchParams>();
  await serve(({ query }) => asked.resolve(query));
  const { ended } = watching();
  const outcome = ended.then(
    () => 'resolved',
    (error: unknown) => error,
  );
  const seconds = Number((await asked.promise).get('timeoutSeconds'));
  expect(seconds).toBeLessThanOrEqual(60);
  vi.advanceTimersByTime(seconds * 1000 + 1000);
  expect(await Promise.race([outcome, new Promise((resolve) => setImmediate(resolve, 'goes on'))])).toBe(
    'goes on',
  );
  vi.advanceTimersByTime(20_000);
  expect(await outcome).toMatchObject({ code: 'cluster' });
});
