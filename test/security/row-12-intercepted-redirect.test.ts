import { spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import { request } from 'node:https';
import { connect } from 'node:net';
import { networkInterfaces, tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { type OpenedPage, openPage } from '../../scripts/parts/browser.ts';
import { makeCertificateAuthority } from '../../scripts/parts/certificates.ts';
import { type IdentityProvider, startIdentityProvider } from '../../scripts/parts/identity-provider.ts';
import { signInAs } from '../../scripts/parts/person.ts';
import { listen } from '../../src/edge/person/loopback.ts';
import { openProvider } from '../../src/edge/provider/provider.ts';
import type { CallbackAnswer } from '../../src/oidc/callback.ts';
import { decodeIdToken } from '../../src/oidc/claims.ts';
import type { Provider, SignInAttempt } from '../../src/oidc/provider.ts';
import { resultPage } from '../../src/oidc/result-page.ts';
import type { Loopback } from '../../src/oidc/sign-in.ts';
import { hasIpv6Loopback, visit } from '../edge/loopback-visit.ts';

let idp: IdentityProvider;
let folder: string;
let browser: OpenedPage;
let provider: Provider;
let loopback: Loopback;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'kubectl-oidc-row-12-'));
  const certificates = await makeCertificateAuthority();
  const people = ['ada', 'mallory'].map((subject) => ({
    subject,
    email: `${subject}@example.test`,
    groups: ['devs'],
  }));
  idp = await startIdentityProvider({ certificates, people });
  browser = await openPage({ ignoreHTTPSErrors: true });
  provider = await openProvider({
    settings: {
      issuerUrl: idp.issuerUrl,
      clientId: idp.clientId,
      scopes: ['openid'],
      authParams: [],
      acrValues: [],
      maxAgeSeconds: undefined,
      tokenType: 'id',
      allowHttpLoopbackIssuer: false,
    },
    caPem: idp.caPem,
    clientSecret: undefined,
    folder,
    environment: {},
    now: () => Math.floor(Date.now() / 1000),
    signal: new AbortController().signal,
  });
});
afterAll(async () => {
  await browser.close();
  await idp.stop();
  await rm(folder, { recursive: true, force: true });
});
beforeEach(async () => {
  loopback = await listen({ redirectUri: undefined });
});
afterEach(() => loopback.close('failed'));

test.each([
  ['without a verifier', () => ''],
  ['with a guessed verifier', () => `code_verifier=${'w'.repeat(43)}`],
  ['with the challenge as the verifier', ({ url }: SignInAttempt) => `code_verifier=${challengeOf(url)}`],
])('row 12: a stolen code fails at the provider %s', async (_, extra) => {
  const { answer, attempt } = await signedIn();
  const refused = await redeem(answer.code, extra(attempt));
  expect(refused).toMatchObject({ status: 400, body: { error: 'invalid_grant' } });
});

test('row 12: the very same code is good for the one who began the sign-in', async () => {
  const { answer, attempt } = await signedIn();
  expect((await attempt.exchange(answer)).idToken).toMatch(/^ey/);
});

test('row 12: another local user who learned the address and the state cannot sign us in as himself', async () => {
  const attempt = await provider.beginSignIn(loopback.redirectUri);
  const answer = loopback.expect(attempt.state, { sentTo: attempt.url });
  const stolen = await signInAs(attempt.url, 'mallory', { caPem: idp.caPem });
  expect(new URL(stolen.url).searchParams.get('state')).toBe(attempt.state);
  expect(new URL(stolen.url).searchParams.get('code')).not.toBe(null);
  expect(stolen.status).toBe(400);
  await adaSignsIn();
  const { idToken } = await attempt.exchange(await answer);
  expect(decodeIdToken(idToken)).toMatchObject({ sub: 'ada' });
});

test('row 12: another local user who opens the one-time address first is found out when our browser comes', async () => {
  const attempt = await provider.beginSignIn(loopback.redirectUri);
  void loopback.expect(attempt.state, { sentTo: attempt.url });
  const first = await visit(loopback.oneTimeAddress);
  expect(first.headers.location).toBe(attempt.url);
  const page = await browser.page.context().newPage();
  const arrived = page.goto(loopback.oneTimeAddress);
  await expect(loopback.openedTwice).rejects.toMatchObject({ code: 'refused' });
  await loopback.close('failed');
  expect(await (await arrived)?.text()).toBe(resultPage('failed'));
});

test('row 12: a reload of the one-time address in our own browser is no second browser', async () => {
  const attempt = await provider.beginSignIn(loopback.redirectUri);
  const answer = loopback.expect(attempt.state, { sentTo: attempt.url });
  await browser.page.context().clearCookies();
  await (await browser.page.context().newPage()).goto(loopback.oneTimeAddress);
  const page = await browser.page.context().newPage();
  await page.goto(loopback.oneTimeAddress);
  await page.fill('#username', 'ada');
  await page.click('button[value=sign-in]', { noWaitAfter: true });
  expect((await Promise.race([answer, loopback.openedTwice])).code).not.toBe('');
});

test('row 12: every sign-in has its own S256 challenge, state, nonce and port', async () => {
  const other = await listen({ redirectUri: undefined });
  const attempts = [
    await provider.beginSignIn(loopback.redirectUri),
    await provider.beginSignIn(other.redirectUri),
  ];
  await other.close('failed');
  const parameters = attempts.map(({ url }) => new URL(url).searchParams);
  for (const each of parameters) expect(each.get('code_challenge_method')).toBe('S256');
  for (const name of ['code_challenge', 'state', 'nonce', 'redirect_uri']) {
    const [one, two] = parameters.map((each) => each.get(name) ?? '');
    expect(one).not.toBe(two);
    expect(one?.length).toBeGreaterThan(20);
  }
});

test('row 12: the listener is bound on loopback alone, and nobody else can bind its port beside it', async () => {
  const port = Number(new URL(loopback.redirectUri).port);
  const others = Object.values(networkInterfaces())
    .flatMap((addresses) => addresses ?? [])
    .filter(({ internal, address }) => !internal && !address.startsWith('fe80'))
    .map(({ address }) => address);
  for (const host of ['127.0.0.2', '::1', ...others]) expect(await reach(host, port)).not.toBe('connected');
  expect(await reach('127.0.0.1', port)).toBe('connected');
  for (const host of ['127.0.0.1', '0.0.0.0']) expect(await bind(host, port)).toBe('EADDRINUSE');
});

test('row 12: where the address says localhost, ::1 is held as well', async () => {
  const named = await listen({ redirectUri: 'http://localhost/' });
  const port = Number(new URL(named.redirectUri).port);
  expect(await bind('127.0.0.1', port)).toBe('EADDRINUSE');
  if (hasIpv6Loopback) expect(await bind('::1', port)).toBe('EADDRINUSE');
  await named.close('failed');
});

async function signedIn(): Promise<{ answer: CallbackAnswer; attempt: SignInAttempt }> {
  const attempt = await provider.beginSignIn(loopback.redirectUri);
  const answer = loopback.expect(attempt.state, { sentTo: attempt.url });
  await adaSignsIn();
  return { answer: await answer, attempt };
}

/** In a real browser: what it thinks of our cookie, after a cross-site way over https, decides. */
async function adaSignsIn(): Promise<void> {
  await browser.page.context().clearCookies();
  const page = await browser.page.context().newPage();
  await page.goto(loopback.oneTimeAddress);
  await page.fill('#username', 'ada');
  await page.click('button[value=sign-in]', { noWaitAfter: true });
}

function challengeOf(url: string): string {
  return new URL(url).searchParams.get('code_challenge') ?? '';
}

/** What a thief of the code would send. */
async function redeem(code: string, extra: string): Promise<{ status: number | undefined; body: unknown }> {
  const fields = new URLSearchParams({
    grant_type: 'authorization_code',
    client_id: idp.clientId,
    redirect_uri: loopback.redirectUri,
    code,
  });
  const headers = { 'content-type': 'application/x-www-form-urlencoded' };
  const outgoing = request(`${idp.issuerUrl}/token`, {
    method: 'POST',
    headers,
    ca: idp.caPem,
    agent: false,
  });
  outgoing.end(`${fields}&${extra}`);
  const answered = Promise.withResolvers<{ status: number | undefined; body: unknown }>();
  outgoing.on('error', answered.reject);
  outgoing.on('response', async (response) => {
    answered.resolve({ status: response.statusCode, body: JSON.parse(await text(response)) });
  });
  return answered.promise;
}

function reach(host: string, port: number): Promise<string | undefined> {
  return new Promise((resolve) => {
    const socket = connect({ host, port });
    socket.once('error', (error: NodeJS.ErrnoException) => resolve(error.code));
    socket.once('connect', () => {
      socket.destroy();
      resolve('connected');
    });
  });
}

function bind(host: string, port: number): Promise<string | undefined> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', (error: NodeJS.ErrnoException) => resolve(error.code));
    server.listen({ host, port }, () => server.close(() => resolve('bound')));
  });
}

// As root, the tests' own user; bash can speak TCP, so that nothing has to be readable for that user.
test.each([
  ['another user', 65_534, 403],
  ['the person behind sudo', 12_345, 302],
])('row 12: the one-time address answers %s with %i', async (_, uid, status) => {
  const held = await listen({ redirectUri: undefined, sudoUid: '12345' });
  try {
    held.expect('state', { sentTo: 'https://idp.example/authorize' }).catch(() => undefined);
    const { port, pathname, host } = new URL(held.oneTimeAddress);
    const ask = `exec 3<>/dev/tcp/127.0.0.1/${port}; printf 'GET ${pathname} HTTP/1.1\\r\\nHost: ${host}\\r\\n\\r\\n' >&3; read -r line <&3; echo "$line"`;
    const child = spawn('bash', ['-c', ask], { uid, gid: uid, stdio: ['ignore', 'pipe', 'inherit'] });
    expect(await text(child.stdout)).toContain(` ${status} `);
  } finally {
    await held.close('failed');
  }
});
