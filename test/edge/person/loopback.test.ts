import { createServer } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { afterEach, describe, expect, test } from 'vitest';
import { listen } from '../../../src/edge/person/loopback.ts';
import { resultPage } from '../../../src/oidc/result-page.ts';
import type { Loopback } from '../../../src/oidc/sign-in.ts';
import { type Answer, hasIpv6Loopback, visit } from '../loopback-visit.ts';

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
    const answer = loopback.expect('right', 'any-browser');
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
    const answer = loopback.expect('right', 'any-browser');
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
      const answer = loopback.expect('right', 'any-browser');
      const tab = visit(loopback.redirectUri, { path: '/?code=c&state=right' });
      await answer;
      await loopback.close(page);
      expect(await tab).toMatchObject({ status: 200, body: resultPage(page) });
    },
  );

  test('says that the login failed when the provider refused', async () => {
    const loopback = await open();
    const answer = loopback.expect('right', 'any-browser');
    const tab = visit(loopback.redirectUri, { path: '/?error=access_denied&state=right' });
    await expect(answer).rejects.toMatchObject({ code: 'provider', reason: 'access_denied' });
    await loopback.close('failed');
    expect(await tab).toMatchObject({ status: 200, body: resultPage('failed') });
  });

  test('hears that its answer arrived when the end of the login takes long', async () => {
    const loopback = await listen({ redirectUri: undefined, pageHoldMs: 1 });
    ends.push(() => loopback.close('failed'));
    const answer = loopback.expect('right', 'any-browser');
    const tab = await visit(loopback.redirectUri, { path: '/?code=c&state=right' });
    expect(tab).toMatchObject({ status: 200, body: resultPage('received') });
    expect((await answer).code).toBe('c');
    await loopback.close('signed-in');
  });

  test('that was closed meanwhile holds nothing up', async () => {
    const loopback = await open();
    const answer = loopback.expect('right', 'any-browser');
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
  const answer = loopback.expect('right', 'any-browser');
  const refused = await visit(loopback.redirectUri, request);
  expect(refused.status).toBe(status);
  expect(refused.headers).toMatchObject({
    'cache-control': 'no-store',
    'content-type': 'text/plain; charset=utf-8',
  });
  void visit(loopback.redirectUri, { path: '/?code=good&state=right' });
  expect((await answer).code).toBe('good');
});

describe('the one-time address', () => {
  const sentTo = 'https://idp.test/authorize?state=right';

  test.each([
    [undefined, /^http:\/\/127\.0\.0\.1:\d+\/[\w-]{22}$/],
    ['http://localhost/callback', /^http:\/\/localhost:\d+\/[\w-]{22}$/],
  ])(
    'stands on the host of the redirect address (%s) and is another one every time',
    async (uri, pattern) => {
      const [one, other] = [await open(uri), await open(uri)];
      expect(one.oneTimeAddress).toMatch(pattern);
      expect(new URL(one.oneTimeAddress).origin).toBe(new URL(one.redirectUri).origin);
      expect(new URL(one.oneTimeAddress).pathname).not.toBe(new URL(other.oneTimeAddress).pathname);
    },
  );

  test('sends the browser to the provider and marks it; its answer is taken and the mark removed', async () => {
    const loopback = await open();
    const answer = loopback.expect('right', { sentTo });
    const sent = await visit(loopback.oneTimeAddress);
    expect(sent).toMatchObject({ status: 302, body: '' });
    expect(sent.headers).toMatchObject({
      location: sentTo,
      'referrer-policy': 'no-referrer',
      'cache-control': 'no-store',
      'content-security-policy': expect.stringMatching(/^default-src 'none'; /),
    });
    const { port } = new URL(loopback.redirectUri);
    expect(sent.headers['set-cookie']).toEqual([
      expect.stringMatching(new RegExp(`^kubectl-oidc-${port}=[\\w-]{43}; HttpOnly; SameSite=Lax; Path=/$`)),
    ]);
    const tab = comeBack(loopback, cookieOf(sent));
    expect((await answer).code).toBe('c');
    await loopback.close('signed-in');
    expect((await tab).headers['set-cookie']).toEqual([`kubectl-oidc-${port}=; Max-Age=0; HttpOnly; Path=/`]);
  });

  test.each([
    ['no cookie', (_cookie: string) => ''],
    ['another value', (cookie: string) => `${cookie.slice(0, -1)}!`],
    ['an empty value', (cookie: string) => cookie.slice(0, cookie.indexOf('=') + 1)],
    ['another name', (cookie: string) => `x${cookie}`],
  ])('an answer with the right state and %s is refused, and the login goes on', async (_, forge) => {
    const loopback = await open();
    const answer = loopback.expect('right', { sentTo });
    const cookie = cookieOf(await visit(loopback.oneTimeAddress));
    for (const path of ['/?code=forged&state=right', '/?error=access_denied&state=right']) {
      const headers = { Cookie: forge(cookie) };
      expect(await visit(loopback.redirectUri, { path, headers })).toMatchObject({
        status: 400,
        body: resultPage('other-browser'),
      });
    }
    void comeBack(loopback, cookie);
    expect((await answer).code).toBe('c');
  });

  test('before anybody opened it no answer is taken at all', async () => {
    const loopback = await open();
    void loopback.expect('right', { sentTo });
    const { port } = new URL(loopback.redirectUri);
    for (const cookie of ['', `kubectl-oidc-${port}=`])
      expect((await comeBack(loopback, cookie)).status).toBe(400);
  });

  test('a reload by the same browser is sent on again', async () => {
    const loopback = await open();
    const answer = loopback.expect('right', { sentTo });
    const cookie = cookieOf(await visit(loopback.oneTimeAddress));
    const again = await visit(loopback.oneTimeAddress, { headers: { Cookie: `other=x; ${cookie}` } });
    expect([again.status, again.headers.location, cookieOf(again)]).toEqual([302, sentTo, cookie]);
    void comeBack(loopback, cookie);
    expect((await answer).code).toBe('c');
  });

  test('a second browser ends the login, learns nothing, and hears that it failed', async () => {
    const loopback = await open();
    void loopback.expect('right', { sentTo });
    const cookie = cookieOf(await visit(loopback.oneTimeAddress));
    const second = visit(loopback.oneTimeAddress);
    await expect(loopback.openedTwice).rejects.toMatchObject({ code: 'refused' });
    expect((await comeBack(loopback, cookie)).status).toBe(400);
    await loopback.close('failed');
    const { headers, body } = await second;
    expect([headers.location, body]).toEqual([undefined, resultPage('failed')]);
  });

  test('a second browser is noticed while the answer of the first one is exchanged', async () => {
    const loopback = await open();
    const answer = loopback.expect('right', { sentTo });
    void comeBack(loopback, cookieOf(await visit(loopback.oneTimeAddress)));
    await answer;
    void visit(loopback.oneTimeAddress);
    await expect(loopback.openedTwice).rejects.toMatchObject({ code: 'refused' });
  });

  test.each<[string, { method?: string; path?: string; headers?: Record<string, string> }]>([
    ['HEAD', { method: 'HEAD' }],
    ['POST', { method: 'POST' }],
    ['a prefetch', { headers: { 'Sec-Purpose': 'prefetch;prerender' } }],
    ['an older prefetch', { headers: { Purpose: 'prefetch' } }],
    ['the icon', { path: '/favicon.ico' }],
    ['another name of ours', { headers: { Host: 'evil.test' } }],
  ])('%s learns nothing and does not count, before or after the browser', async (_, request) => {
    const loopback = await open();
    const answer = loopback.expect('right', { sentTo });
    const before = await visit(loopback.oneTimeAddress, request);
    const sent = await visit(loopback.oneTimeAddress);
    const after = await visit(loopback.oneTimeAddress, request);
    for (const { status, headers } of [before, after]) {
      expect(status).toBeGreaterThanOrEqual(400);
      expect([headers.location, headers['set-cookie']]).toEqual([undefined, undefined]);
    }
    void comeBack(loopback, cookieOf(sent));
    expect(await Promise.race([answer, loopback.openedTwice])).toMatchObject({ code: 'c' });
  });

  test('leads nowhere before a login is expected, and where the provider itself was shown', async () => {
    const loopback = await open();
    expect((await visit(loopback.oneTimeAddress)).status).toBe(404);
    void loopback.expect('right', 'any-browser');
    expect((await visit(loopback.oneTimeAddress)).status).toBe(404);
  });

  test('logins side by side mark one browser with cookies of their own', async () => {
    const logins = [await open(), await open()];
    const answers = logins.map((loopback) => loopback.expect('right', { sentTo }));
    const sent = await Promise.all(logins.map(({ oneTimeAddress }) => visit(oneTimeAddress)));
    const jar = new Map(sent.map((each) => [cookieOf(each).split('=')[0], cookieOf(each)]));
    for (const loopback of logins) void comeBack(loopback, [...jar.values()].join('; '));
    expect(await Promise.all(answers)).toHaveLength(2);
  });
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

/** The cookie that a browser would send back. */
function cookieOf(sent: Answer): string {
  return sent.headers['set-cookie']?.[0]?.split(';')[0] ?? '';
}

function comeBack(loopback: Loopback, cookie: string): Promise<Answer> {
  return visit(loopback.redirectUri, { path: '/?code=c&state=right', headers: { Cookie: cookie } });
}

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
