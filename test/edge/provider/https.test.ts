import { once } from 'node:events';
import { createServer as createHttpServer } from 'node:http';
import { createServer, type Server } from 'node:https';
import { type AddressInfo, connect, type Server as NetServer, type Socket } from 'node:net';
import { afterEach, expect, test } from 'vitest';
import { makeCertificateAuthority } from '../../../scripts/parts/certificates.ts';
import { type HttpsOptions, openHttps } from '../../../src/edge/provider/https.ts';
import { networkFailure } from '../../../src/edge/provider/network-failure.ts';
import { describeFailure, Failure } from '../../../src/failure.ts';

const authority = await makeCertificateAuthority();
const servers: (NetServer & { closeAllConnections?: () => void })[] = [];
afterEach(() => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections?.();
    server.close();
  }
});

const open = (options: Partial<HttpsOptions> = {}) =>
  openHttps({
    caPem: authority.certPem,
    environment: {},
    allowHttpLoopback: false,
    now: () => 1_000_000_000,
    signal: new AbortController().signal,
    ...options,
  });
const lineOf = (work: Promise<unknown>) => work.then(() => 'answered', describeFailure);
const listening = async <Each extends NetServer>(server: Each): Promise<Each> => {
  server.listen(0, '127.0.0.1');
  servers.push(server);
  await once(server, 'listening');
  return server;
};
const portOf = (server: NetServer) => (server.address() as AddressInfo).port;

async function serve(names: string[], handler: Parameters<typeof createServer>[1]): Promise<Server> {
  const { certPem, keyPem } = await authority.issueServerCertificate(names);
  return listening(createServer({ cert: certPem, key: keyPem }, handler));
}

test('a request carries method, headers and form, and declines compression', async () => {
  const seen: unknown[] = [];
  const server = await serve(['127.0.0.1'], async (request, response) => {
    let body = '';
    for await (const chunk of request) body += chunk;
    seen.push([
      request.method,
      request.url,
      request.headers['accept-encoding'],
      request.headers['x-a'],
      body,
    ]);
    response.writeHead(418, {
      'content-type': 'application/json',
      'www-authenticate': 'Basic',
      date: 'Sun, 09 Sep 2001 01:44:40 GMT',
    });
    response.end('{"a":1}');
  });
  const https = open();
  const url = `https://127.0.0.1:${portOf(server)}/path?q=secret`;
  const answer = await https.fetch(url, {
    method: 'POST',
    headers: { 'x-a': 'b' },
    body: new URLSearchParams({ k: 'v w' }),
  });
  expect(seen).toEqual([['POST', '/path?q=secret', 'identity', 'b', 'k=v+w']]);
  expect([answer.status, await answer.json(), answer.headers.get('www-authenticate')]).toEqual([
    418,
    { a: 1 },
    null,
  ]);
  expect(https.lastAnswer()).toEqual({
    place: `https://127.0.0.1:${portOf(server)}/path`,
    status: 418,
    isHtml: false,
    clockAheadSeconds: 120,
  });
});

test('a certificate for another name, of another CA, or none at all is told apart', async () => {
  const quiet = (_: unknown, response: { end: () => void }) => response.end();
  const elsewhere = await serve(['other.test'], quiet);
  const url = (server: NetServer) => `https://127.0.0.1:${portOf(server)}/?code=secret`;
  expect(await lineOf(open().fetch(url(elsewhere), {}))).toContain(
    'is for another name (ERR_TLS_CERT_ALTNAME_INVALID)',
  );
  const here = await serve(['127.0.0.1'], quiet);
  const foreign = (await makeCertificateAuthority()).certPem;
  expect(await lineOf(open({ caPem: foreign }).fetch(url(here), {}))).toMatch(
    /could not reach https:\/\/127.0.0.1:\d+\/: its certificate/,
  );
  expect(await lineOf(open({ caPem: undefined }).fetch(url(here), {}))).toContain('--certificate-authority');
  const plain = await listening(createHttpServer(quiet));
  expect(await lineOf(open().fetch(url(plain), {}))).toContain('does not speak TLS');
});

test('a host that refuses, and a name that does not exist, are told apart', async () => {
  const server = await listening(createHttpServer());
  const port = portOf(server);
  server.close();
  await once(server, 'close');
  expect(await lineOf(open().fetch(`https://127.0.0.1:${port}/`, {}))).toContain(
    'nothing listens there (ECONNREFUSED)',
  );
  expect(await lineOf(open().fetch('https://nothing.invalid/', {}))).toMatch(
    /no such host|could not be looked up/,
  );
});

test('a proxy from the environment is used, unless NO_PROXY names the host', async () => {
  const server = await serve(['127.0.0.1', 'localhost'], (_, response) => response.end('{}'));
  const tunnels: string[] = [];
  const proxy = createHttpServer();
  proxy.on('connect', (request, client: Socket) => {
    tunnels.push(request.url ?? '');
    const upstream = connect(portOf(server), '127.0.0.1', () => {
      client.write('HTTP/1.1 200 OK\r\n\r\n');
      upstream.pipe(client).pipe(upstream);
    });
    client.on('error', () => upstream.destroy());
    upstream.on('error', () => client.destroy());
  });
  await listening(proxy);
  const url = `https://localhost:${portOf(server)}/`;
  const HTTPS_PROXY = `http://127.0.0.1:${portOf(proxy)}`;
  expect((await open({ environment: { HTTPS_PROXY } }).fetch(url, {})).status).toBe(200);
  expect(tunnels).toEqual([`localhost:${portOf(server)}`]);
  expect((await open({ environment: { HTTPS_PROXY, NO_PROXY: 'localhost' } }).fetch(url, {})).status).toBe(
    200,
  );
  expect(tunnels).toHaveLength(1);
  const foreign = (await makeCertificateAuthority()).certPem;
  expect(await lineOf(open({ environment: { HTTPS_PROXY }, caPem: foreign }).fetch(url, {}))).toContain(
    'its certificate',
  );
});

test.each([
  ['that is no address', 'http://:::'],
  ['that nobody listens at', 'http://127.0.0.1:1'],
])('a proxy %s is one clear line', async (_, HTTPS_PROXY) => {
  const line = await lineOf(open({ environment: { HTTPS_PROXY } }).fetch('https://127.0.0.1:2/', {}));
  expect(line).toMatch(/^kubectl-oidc: could not reach https:\/\/127.0.0.1:2\/: /);
});

test('http is refused but for loopback where it was allowed', async () => {
  expect(await lineOf(open().fetch('http://127.0.0.1:1/', {}))).toContain('is not https');
  const allowed = open({ allowHttpLoopback: true });
  expect(await lineOf(allowed.fetch('http://example.com/', {}))).toContain('is not https');
  expect(await lineOf(allowed.fetch('http://127.0.0.1:1/', {}))).toContain('ECONNREFUSED');
});

test('a CA that is none is a usage failure', async () => {
  expect(await lineOf(open({ caPem: 'hello' }).fetch('https://127.0.0.1:1/', {}))).toContain(
    'is no certificate',
  );
});

test('an aborted run ends a request that is under way, before and after its start', async () => {
  const server = await serve(['127.0.0.1'], () => undefined);
  const url = `https://127.0.0.1:${portOf(server)}/`;
  const controller = new AbortController();
  const waiting = lineOf(open({ signal: controller.signal }).fetch(url, {}));
  await once(server, 'request');
  controller.abort(new Failure('cancelled', 'cancelled by SIGINT'));
  expect(await waiting).toContain('cancelled by SIGINT');
  expect(await lineOf(open({ signal: controller.signal }).fetch(url, {}))).toContain('cancelled by SIGINT');
});

test.each([
  ['UNABLE_TO_VERIFY_LEAF_SIGNATURE', 'unknown CA'],
  ['SELF_SIGNED_CERT_IN_CHAIN', 'unknown CA'],
  ['DEPTH_ZERO_SELF_SIGNED_CERT', 'self-signed'],
  ['CERT_HAS_EXPIRED', "has expired (CERT_HAS_EXPIRED). Check this machine's clock"],
  ['ENOTFOUND', 'no such host'],
  ['ETIMEDOUT', 'no answer came'],
  ['ECONNRESET', 'the connection was cut'],
  ['HPE_INVALID_CONSTANT', 'not HTTP'],
  ['ESOMETHING', 'the request failed (ESOMETHING)'],
])('%s is told as "%s", without the words of the error itself', (code, words) => {
  const error = Object.assign(new Error('SECRET'), { code });
  const several = new AggregateError([error], 'SECRET');
  for (const each of [error, several]) {
    const line = describeFailure(networkFailure(each, 'https://a.test'));
    expect(line).toContain(words);
    expect(line).not.toContain('SECRET');
  }
});
