import { createServer } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { afterEach, describe, expect, test } from 'vitest';
import { listen } from '../../../src/edge/person/loopback.ts';
import { resultPage } from '../../../src/oidc/result-page.ts';
import type { Loopback } from '../../../src/oidc/sign-in.ts';
import { hasIpv6Loopback, visit } from '../loopback-visit.ts';

const ends: (() => unknown)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0)) await end();
});

describe('the address', () => {
  test('without a redirect address it is a free port of 127.0.0.1', async () => {
    const [one, other] = [await open(), await open()];
    expect(one.redirectUri).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/$/);
    expect(one.redirectUri).not.toBe(other.redirectUri);
  });

  test.each<[string, RegExp]>([
    ['http://localhost', /^http:\/\/localhost:\d+$/],
    ['http://localhost/', /^http:\/\/localhost:\d+\/$/],
    ['http://localhost/callback', /^http:\/\/localhost:\d+\/callback$/],
    ['http://127.0.0.1/callback', /^http:\/\/127\.0\.0\.1:\d+\/callback$/],
    ...overIpv6<[string, RegExp]>(['http://[::1]/', /^http:\/\/\[::1\]:\d+\/$/]),
  ])('%s gets a free port and keeps the rest of its letters', async (redirectUri, pattern) => {
    const loopback = await open(redirectUri);
    expect(loopback.redirectUri).toMatch(pattern);
    const answer = loopback.expect('right');
    void visit(loopback.redirectUri, {
      path: `${new URL(loopback.redirectUri).pathname}?code=c&state=right`,
    });
    expect(await answer).toEqual({ code: 'c', iss: undefined });
  });

  test.each<[string, string]>([
    ['127.0.0.1', '127.0.0.1'],
    ['localhost', '127.0.0.1'],
    ...overIpv6<[string, string]>(['localhost', '::1']),
  ])('a fixed port of %s is used as it is typed, and reached at %s', async (host, address) => {
    const port = await freePort();
    const redirectUri = `http://${host}:${port}/done`;
    const loopback = await open(redirectUri);
    expect(loopback.redirectUri).toBe(redirectUri);
    const answer = loopback.expect('right');
    const reached = address.includes(':') ? `http://[${address}]:${port}` : `http://${address}:${port}`;
    void visit(reached, { path: '/done?code=c&state=right', headers: { Host: `${host}:${port}` } });
    expect((await answer).code).toBe('c');
  });

  test('a fixed port that is taken fails, names the port, and whom to ask', async () => {
    const port = await freePort();
    await open(`http://127.0.0.1:${port}/`);
    await expect(listen({ redirectUri: `http://127.0.0.1:${port}/` })).rejects.toMatchObject({
      code: 'conflict',
      message: `cannot listen on 127.0.0.1 port ${port} for the answer of the sign-in`,
      reason: 'EADDRINUSE',
      hint: expect.stringContaining('ask who runs the provider'),
    });
  });

  test('a name whose other address somebody else holds fails, and lets go of the first one', async () => {
    const port = await freePort();
    const address = hasIpv6Loopback ? '::1' : '127.0.0.1';
    const other = createServer().listen(port, address);
    await new Promise((resolve) => other.once('listening', resolve));
    await expect(listen({ redirectUri: `http://localhost:${port}/` })).rejects.toMatchObject({
      reason: 'EADDRINUSE',
      message: expect.stringContaining(address),
    });
    await new Promise((resolve) => other.close(resolve));
    await open(`http://localhost:${port}/`);
  });

  test('it is not reached from another address of this machine', async () => {
    const { port } = new URL((await open()).redirectUri);
    const socket = connect({ host: '127.0.0.2', port: Number(port) });
    const errno = await new Promise((resolve) => {
      socket.once('error', (error: NodeJS.ErrnoException) => resolve(error.code));
      socket.once('connect', () => resolve('connected'));
    });
    socket.destroy();
    expect(errno).toBe('ECONNREFUSED');
  });
});

describe('the tab', () => {
  test.each(['signed-in', 'failed'] as const)(
    'waits for the end of the login and then says "%s"',
    async (page) => {
      const loopback = await open();
      const answer = loopback.expect('right');
      const tab = visit(loopback.redirectUri, { path: '/?code=c&state=right' });
      await answer;
      await loopback.close(page);
      expect(await tab).toMatchObject({ status: 200, body: resultPage(page) });
    },
  );

  test('says that the login failed when the provider refused', async () => {
    const loopback = await open();
    const answer = loopback.expect('right');
    const tab = visit(loopback.redirectUri, { path: '/?error=access_denied&state=right' });
    await expect(answer).rejects.toMatchObject({ code: 'provider', reason: 'access_denied' });
    await loopback.close('failed');
    expect(await tab).toMatchObject({ status: 200, body: resultPage('failed') });
  });

  test('hears that its answer arrived when the end of the login takes long', async () => {
    const loopback = await listen({ redirectUri: undefined, pageHoldMs: 1 });
    ends.push(() => loopback.close('failed'));
    const answer = loopback.expect('right');
    const tab = await visit(loopback.redirectUri, { path: '/?code=c&state=right' });
    expect(tab).toMatchObject({ status: 200, body: resultPage('received') });
    expect((await answer).code).toBe('c');
    await loopback.close('signed-in');
  });

  test('that was closed meanwhile holds nothing up', async () => {
    const loopback = await open();
    const answer = loopback.expect('right');
    const socket = connect(Number(new URL(loopback.redirectUri).port), '127.0.0.1');
    socket.write(`GET /?code=c&state=right HTTP/1.1\r\nHost: ${new URL(loopback.redirectUri).host}\r\n\r\n`);
    await answer;
    socket.destroy();
    await loopback.close('signed-in');
  });
});

test.each([
  ['POST', { method: 'POST', path: '/?code=c&state=right' }, 405],
  ['HEAD', { method: 'HEAD', path: '/?code=c&state=right' }, 405],
  ['another path', { path: '/x?code=c&state=right' }, 404],
  ['the icon', { path: '/favicon.ico' }, 404],
  ['a whole address', { path: 'http://evil.test/?code=c&state=right' }, 404],
])('%s is refused and is no answer', async (_, request, status) => {
  const loopback = await open();
  const answer = loopback.expect('right');
  const refused = await visit(loopback.redirectUri, request);
  expect(refused.status).toBe(status);
  expect(refused.headers).toMatchObject({
    'cache-control': 'no-store',
    'content-type': 'text/plain; charset=utf-8',
  });
  void visit(loopback.redirectUri, { path: '/?code=good&state=right' });
  expect((await answer).code).toBe('good');
});

test('before a state is expected nothing is taken', async () => {
  const loopback = await open();
  expect((await visit(loopback.redirectUri, { path: '/?code=c&state=' })).status).toBe(400);
  expect((await visit(loopback.redirectUri, { path: '/?code=c' })).status).toBe(400);
});

test('closing twice is closing once', async () => {
  const loopback = await listen({ redirectUri: undefined });
  await loopback.close('failed');
  await loopback.close('failed');
});

/** A row of a table, where this machine has ::1. */
function overIpv6<Row>(row: Row): Row[] {
  return hasIpv6Loopback ? [row] : [];
}

async function open(redirectUri?: string): Promise<Loopback> {
  const loopback = await listen({ redirectUri });
  ends.push(() => loopback.close('failed'));
  return loopback;
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}
