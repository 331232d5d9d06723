import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { discoverProvider, openProvider } from '../../../src/edge/provider/provider.ts';
import { describeFailure, Failure } from '../../../src/failure.ts';
import { decodeIdToken } from '../../../src/oidc/claims.ts';
import { guessProvider } from '../../../src/oidc/provider-presets.ts';
import { freshness } from '../../../src/oidc/token.ts';
import {
  ecSigner,
  goodTokenAnswer,
  type HostileProvider,
  optionsFor,
  redirectUri,
  rsaSigner,
  signIn,
  signInAt,
  startHostileProvider,
} from '../../security/hostile-provider.ts';

let rig: HostileProvider;
beforeEach(async () => {
  rig = await startHostileProvider();
});
afterEach(() => rig.stop());

const failureOf = (work: Promise<unknown>) =>
  work.then(
    () => expect.fail('should have failed'),
    (error: unknown) => error as Failure,
  );

test('a sign-in sends PKCE S256, state, nonce and scopes, and gives verified tokens', async () => {
  const provider = await openProvider(optionsFor(rig, { scope: ['email'], 'auth-param': ['hint=a b'] }));
  const attempt = await provider.beginSignIn(redirectUri);
  const asked = Object.fromEntries(new URL(attempt.url).searchParams);
  expect(asked).toMatchObject({
    client_id: 'kubectl',
    response_type: 'code',
    redirect_uri: redirectUri,
    scope: 'email openid',
    code_challenge_method: 'S256',
    state: attempt.state,
    hint: 'a b',
  });
  expect(asked).not.toHaveProperty('prompt');
  rig.nonce = asked.nonce ?? '';
  const tokens = await attempt.exchange({ code: 'good', iss: undefined });
  expect(decodeIdToken(tokens.idToken).sub).toBe('alice');
  expect(tokens.expiresAt).toBe(decodeIdToken(tokens.idToken).exp);
  expect(tokens.refreshToken).toContain('refresh');
  const form = Object.fromEntries(rig.forms[0]!);
  expect(form).toMatchObject({ grant_type: 'authorization_code', code: 'good', redirect_uri: redirectUri });
  const challenge = createHash('sha256')
    .update(form.code_verifier ?? '')
    .digest('base64url');
  expect(challenge).toBe(asked.code_challenge);
});

test('two attempts share no state, nonce or challenge', async () => {
  const provider = await openProvider(optionsFor(rig));
  const [one, two] = [await provider.beginSignIn(redirectUri), await provider.beginSignIn(redirectUri)];
  for (const name of ['state', 'nonce', 'code_challenge'])
    expect(new URL(one.url).searchParams.get(name)).not.toBe(new URL(two.url).searchParams.get(name));
});

test('offline_access asks for a consent, unless the settings have a prompt of their own', async () => {
  const promptFor = async (param: string[]) => {
    const options = optionsFor(rig, { scope: ['offline_access'], 'auth-param': param });
    const attempt = await (await openProvider(options)).beginSignIn(redirectUri);
    return new URL(attempt.url).searchParams.getAll('prompt');
  };
  expect(await promptFor([])).toEqual(['consent']);
  expect(await promptFor(['prompt=login'])).toEqual(['login']);
  expect(guessProvider('https://login.microsoftonline.com/x/v2.0').consentForOffline).toBe(false);
});

test('a refresh is one request when discovery and keys are on disk', async () => {
  const tokens = await signIn(rig);
  expect(rig.requests).toEqual(['GET /.well-known/openid-configuration', 'POST /token', 'GET /jwks']);
  rig.requests.length = 0;
  const outcome = await (await openProvider(optionsFor(rig))).refresh(tokens);
  expect(outcome.kind).toBe('refreshed');
  expect(rig.requests).toEqual(['POST /token']);
});

test('the cache is a private file without secrets', async () => {
  await signIn(rig);
  const folder = join(rig.folder, 'providers');
  const [name = ''] = readdirSync(folder);
  expect(name).toMatch(/^[0-9a-f]{64}\.json$/);
  expect(statSync(join(folder, name)).mode & 0o777).toBe(0o600);
  expect(Object.keys(JSON.parse(readFileSync(join(folder, name), 'utf8'))).sort()).toEqual([
    'fetchedAt',
    'issuer',
    'jwks',
    'jwksFetchedAt',
    'metadata',
    'version',
  ]);
});

test.each([
  ['half a file', '{"version":1,'],
  ['another version', '{"version":2}'],
  ['another issuer', '{"version":1,"issuer":"https://evil.test","fetchedAt":1}'],
  ['a time in the future', 'future'],
  ['a list', '[]'],
])('a cache with %s is ignored and written anew', async (_, text) => {
  const tokens = await signIn(rig);
  const folder = join(rig.folder, 'providers');
  const path = join(folder, readdirSync(folder)[0] ?? '');
  const good = JSON.parse(readFileSync(path, 'utf8'));
  writeFileSync(
    path,
    text === 'future' ? JSON.stringify({ ...good, fetchedAt: good.fetchedAt + 999 }) : text,
  );
  rig.requests.length = 0;
  expect((await (await openProvider(optionsFor(rig))).refresh(tokens)).kind).toBe('refreshed');
  expect(rig.requests).toEqual(['GET /.well-known/openid-configuration', 'POST /token', 'GET /jwks']);
  expect(JSON.parse(readFileSync(path, 'utf8'))).toMatchObject({ version: 1, issuer: rig.issuerUrl });
});

test('a cache of more than a day is discovered anew', async () => {
  const tokens = await signIn(rig);
  const later = () => Math.floor(Date.now() / 1000) + 24 * 3600 + 10;
  rig.plan.claims = { exp: later() + 300, iat: later() };
  rig.requests.length = 0;
  expect((await (await openProvider(optionsFor(rig, {}, { now: later }))).refresh(tokens)).kind).toBe(
    'refreshed',
  );
  expect(rig.requests[0]).toBe('GET /.well-known/openid-configuration');
});

test('a cache that cannot be written costs no token; a folder that is none is refused before anything is asked', async () => {
  const tokens = await signIn(rig);
  const provider = await openProvider(optionsFor(rig));
  rmSync(join(rig.folder, 'providers'), { recursive: true });
  writeFileSync(join(rig.folder, 'providers'), 'in the way', { mode: 0o600 });
  rig.signers = [ecSigner('two')];
  expect((await provider.refresh(tokens)).kind).toBe('refreshed');
  rig.requests.length = 0;
  expect(await failureOf(openProvider(optionsFor(rig)))).toMatchObject({ code: 'refused' });
  expect(rig.requests).toEqual([]);
});

test('an unknown kid is looked up at the provider, a key replaced under its old name too', async () => {
  const tokens = await signIn(rig);
  rig.signers = [ecSigner('two')];
  expect((await (await openProvider(optionsFor(rig))).refresh(tokens)).kind).toBe('refreshed');
  rig.signers = [ecSigner('two')];
  rig.requests.length = 0;
  expect((await (await openProvider(optionsFor(rig))).refresh(tokens)).kind).toBe('refreshed');
  expect(rig.requests).toEqual(['POST /token', 'GET /jwks']);
  rig.requests.length = 0;
  expect((await (await openProvider(optionsFor(rig))).refresh(tokens)).kind).toBe('refreshed');
  expect(rig.requests).toEqual(['POST /token']);
});

test('keys that moved, or fail once, cost no one-time token', async () => {
  const tokens = await signIn(rig);
  rig.signers = [ecSigner('two')];
  rig.plan.discovery = (good) => ({ body: { ...good, jwks_uri: `${rig.issuerUrl}/moved-jwks` } });
  rig.plan.jwks = (body, path) => (path === '/jwks' ? { status: 404, body: '' } : { body });
  rig.requests.length = 0;
  expect((await (await openProvider(optionsFor(rig))).refresh(tokens)).kind).toBe('refreshed');
  expect(rig.requests).toEqual([
    'POST /token',
    'GET /jwks',
    'GET /.well-known/openid-configuration',
    'GET /moved-jwks',
  ]);
  rig.signers = [ecSigner('three')];
  let asked = 0;
  rig.plan.jwks = (body) => (++asked === 1 ? { status: 503, body: '' } : { body });
  expect((await (await openProvider(optionsFor(rig))).refresh(tokens)).kind).toBe('refreshed');
  expect(asked).toBe(2);
});

test('keys that cannot be had are one clear line, and the token endpoint is asked once', async () => {
  const tokens = await signIn(rig);
  rig.signers = [ecSigner('two')];
  rig.plan.discovery = (good) => ({ body: { ...good, jwks_uri: `${rig.issuerUrl}/moved-jwks` } });
  rig.plan.jwks = () => ({ status: 404, body: '' });
  rig.requests.length = 0;
  const provider = await openProvider(optionsFor(rig));
  expect(await failureOf(provider.refresh(tokens))).toMatchObject({ code: 'provider', reason: 'HTTP 404' });
  expect(rig.requests.filter((request) => request === 'POST /token')).toHaveLength(1);
});

test('a token endpoint that moved is looked up again, once', async () => {
  const tokens = await signIn(rig);
  rig.plan.discovery = (good) => ({ body: { ...good, token_endpoint: `${rig.issuerUrl}/moved-token` } });
  rig.plan.token = (form) =>
    rig.requests.at(-1) === 'POST /token'
      ? { status: 404, headers: { 'content-type': 'text/html' }, body: '<p>gone</p>' }
      : { body: goodTokenAnswer(rig, form) };
  rig.requests.length = 0;
  expect((await (await openProvider(optionsFor(rig))).refresh(tokens)).kind).toBe('refreshed');
  expect(rig.requests).toEqual(['POST /token', 'GET /.well-known/openid-configuration', 'POST /moved-token']);
});

test('a 404 at an endpoint that did not move is one clear line', async () => {
  const tokens = await signIn(rig);
  rig.plan.token = () => ({ status: 404, headers: { 'content-type': 'text/html' }, body: '<p>gone</p>' });
  const provider = await openProvider(optionsFor(rig));
  expect(describeFailure(await failureOf(provider.refresh(tokens)))).toContain(
    '/token answered with status 404',
  );
});

test.each([
  ['invalid_grant', 'rejected'],
  ['interaction_required', 'rejected'],
  ['invalid_client', 'failed'],
  ['server_error', 'failed'],
])('a refresh answered with %s is %s', async (error, outcome) => {
  const tokens = await signIn(rig);
  rig.plan.token = () => ({
    status: error === 'invalid_client' ? 401 : 400,
    headers: { 'www-authenticate': 'Basic realm="x"' },
    body: { error, error_description: 'AADSTS50173: whatever' },
  });
  const refreshed = (await openProvider(optionsFor(rig))).refresh(tokens);
  if (outcome === 'rejected')
    expect(await refreshed).toEqual({ kind: 'rejected', reason: `${error}, AADSTS50173` });
  else
    expect(await failureOf(refreshed)).toMatchObject({ code: 'provider', reason: `${error}, AADSTS50173` });
});

test('a provider in trouble or out of reach is a failure, never a rejected login', async () => {
  const tokens = await signIn(rig);
  rig.plan.token = () => ({ status: 503, body: { error: 'invalid_grant' } });
  const provider = await openProvider(optionsFor(rig));
  expect(await failureOf(provider.refresh(tokens))).toMatchObject({ code: 'provider', reason: 'HTTP 503' });
  await rig.stop();
  expect(await failureOf(provider.refresh(tokens))).toMatchObject({
    code: 'provider',
    reason: 'ECONNREFUSED',
  });
  rig = await startHostileProvider();
});

test('the old refresh token stays when the answer has no new one', async () => {
  const tokens = await signIn(rig);
  rig.plan.tokenFields = { refresh_token: undefined };
  const outcome = await (await openProvider(optionsFor(rig))).refresh(tokens);
  expect(outcome).toMatchObject({ kind: 'refreshed', tokens: { refreshToken: tokens.refreshToken } });
});

test('a refresh without ID token wants a sign-in, and is fine for a login by access token', async () => {
  const tokens = await signIn(rig);
  rig.plan.tokenFields = { id_token: undefined, access_token: 'new' };
  expect(await (await openProvider(optionsFor(rig))).refresh(tokens)).toEqual({
    kind: 'rejected',
    reason: 'a refresh brings no new ID token there',
  });
  const outcome = await (await openProvider(optionsFor(rig, { 'token-type': 'access' }))).refresh(tokens);
  expect(outcome).toMatchObject({
    kind: 'refreshed',
    tokens: { idToken: tokens.idToken, accessToken: 'new' },
  });
});

test('acr and max_age are asked for, checked at the sign-in, and kept through refreshes', async () => {
  const options = optionsFor(rig, { 'acr-values': ['mfa', 'phr'], 'max-age': '600' });
  const signedInAt = Math.floor(Date.now() / 1000) - 100;
  rig.plan.claims = { acr: 'phr', auth_time: signedInAt };
  const provider = await openProvider(options);
  const attempt = await provider.beginSignIn(redirectUri);
  expect(Object.fromEntries(new URL(attempt.url).searchParams)).toMatchObject({
    acr_values: 'mfa phr',
    max_age: '600',
  });
  const tokens = await signInAt(rig, provider);
  expect(tokens.authenticatedAt).toBe(signedInAt);
  rig.plan.claims = { acr: 'phr', auth_time: signedInAt + 90 };
  expect(await provider.refresh(tokens)).toMatchObject({ tokens: { authenticatedAt: signedInAt } });
  rig.plan.claims = { acr: 'pwd', auth_time: signedInAt };
  expect((await provider.refresh(tokens)).kind).toBe('rejected');
});

test('logout revokes the refresh token before the access token, and says when it cannot', async () => {
  const tokens = await signIn(rig);
  rig.forms.length = 0;
  const provider = await openProvider(optionsFor(rig));
  expect(await provider.revoke(tokens)).toEqual({ kind: 'revoked' });
  expect(rig.forms.map((form) => [form.get('token_type_hint'), form.get('token')])).toEqual([
    ['refresh_token', tokens.refreshToken],
    ['access_token', tokens.accessToken],
  ]);
  rig.plan.revocation = () => ({ status: 503, body: '' });
  expect(await failureOf(provider.revoke(tokens))).toMatchObject({ code: 'provider', reason: 'HTTP 503' });
  rig.plan.discovery = (good) => ({ body: { ...good, revocation_endpoint: undefined } });
  await discoverProvider(optionsFor(rig));
  expect(await (await openProvider(optionsFor(rig))).revoke(tokens)).toEqual({ kind: 'unsupported' });
});

test.each([
  [['client_secret_basic'], 'header'],
  [['client_secret_post'], 'form'],
  [undefined, 'header'],
])('a client secret goes where %j says: %s', async (methods, where) => {
  rig.plan.discovery = (good) => ({ body: { ...good, token_endpoint_auth_methods_supported: methods } });
  await signIn(rig, optionsFor(rig, {}, { clientSecret: 's3cret' }));
  expect(rig.forms[0]!.get('client_secret')).toBe(where === 'form' ? 's3cret' : null);
});

test('discovery is refused when it names another issuer', async () => {
  rig.plan.discovery = (good) => ({ body: { ...good, issuer: 'https://evil.test' } });
  expect(describeFailure(await failureOf(discoverProvider(optionsFor(rig))))).toContain(
    'names another issuer: https://evil.test',
  );
});

test('a cancelled run ends its request with its own reason', async () => {
  rig.plan.discovery = () => ({ write: () => undefined });
  const controller = new AbortController();
  const opening = failureOf(openProvider(optionsFor(rig, {}, { signal: controller.signal })));
  controller.abort(new Failure('cancelled', 'cancelled by SIGINT'));
  expect(await opening).toMatchObject({ code: 'cancelled', message: 'cancelled by SIGINT' });
});

test('other algorithms that a kube-apiserver takes are accepted', async () => {
  rig.signers = [rsaSigner(undefined)];
  await expect(signIn(rig)).resolves.toBeDefined();
  rig.signers = [ecSigner('e')];
  await expect(signIn(rig)).resolves.toBeDefined();
});

test.each([
  ['says no expires_in', {}, 300],
  ['says expires_in', { expires_in: 77 }, 77],
  ['says one beyond the year 9999', { expires_in: 1e15 }, Number.POSITIVE_INFINITY],
])('a refreshed access token is fresh where the answer has no ID token and %s', async (_, fields, life) => {
  const tokens = await signIn(rig, optionsFor(rig, { 'token-type': 'access' }));
  rig.plan.tokenFields = { id_token: undefined, expires_in: undefined, ...fields };
  const later = tokens.obtainedAt + 100_000;
  const provider = await openProvider(optionsFor(rig, { 'token-type': 'access' }, { now: () => later }));
  const outcome = await provider.refresh(tokens);
  if (outcome.kind !== 'refreshed') return expect.fail(outcome.reason);
  expect(outcome.tokens.accessToken).not.toBe(tokens.accessToken);
  expect(outcome.tokens.accessExpiresAt).toBe(Math.min(later + life, 253_402_300_799));
  const wanted = { tokenType: 'access', maxAgeSeconds: undefined } as const;
  expect(freshness(outcome.tokens, wanted, later).kind).toBe('fresh');
});
