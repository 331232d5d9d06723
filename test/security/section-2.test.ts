import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { openProvider } from '../../src/edge/provider/provider.ts';
import {
  canary,
  goodTokenAnswer,
  type HostileProvider,
  lineOf,
  optionsFor,
  type Plan,
  redirectUri,
  rsaSigner,
  signIn,
  signInAt,
  startHostileProvider,
} from './hostile-provider.ts';

let rig: HostileProvider;
beforeEach(async () => {
  rig = await startHostileProvider();
});
afterEach(() => rig.stop());

describe('what openid-client alone would accept', () => {
  test('section 2: an ID token signed by another key is refused', async () => {
    rig.plan.signer = { ...rsaSigner('one'), jwk: undefined };
    expect(await lineOf(signIn(rig))).toContain('whose signature is wrong');
  });

  test('section 2: a refreshed ID token of another sub is refused', async () => {
    const tokens = await signIn(rig);
    rig.plan.claims = { sub: 'mallory' };
    const provider = await openProvider(optionsFor(rig));
    expect(await lineOf(provider.refresh(tokens))).toContain(
      'refreshed the login of alice into one of mallory',
    );
  });

  test('section 2: a wrong at_hash is refused', async () => {
    rig.plan.claims = { at_hash: 'AAAAAAAAAAAAAAAAAAAAAA' };
    expect(await lineOf(signIn(rig))).toContain('(at_hash)');
  });

  test('section 2: an azp of another client is refused though there is one aud', async () => {
    rig.plan.claims = { azp: 'other-client' };
    expect(await lineOf(signIn(rig))).toContain('issued to another client (azp)');
  });

  test('section 2: a token answer of 50 MB is refused', async () => {
    rig.plan.token = () => ({ body: `{"access_token":"${'x'.repeat(50_000_000)}"}` });
    expect(await lineOf(signIn(rig))).toContain('larger than 1 MiB');
  });
});

describe('what openid-client refuses with secrets in the error', () => {
  test('section 2: a token answer without ID token names no token', async () => {
    rig.plan.tokenFields = { id_token: undefined };
    const line = await lineOf(signIn(rig));
    expect(line).toContain('holds no ID token');
    expect(line).not.toContain(canary);
  });

  test('section 2: a wrong iss names no code', async () => {
    const line = await lineOf(
      signInAt(rig, await openProvider(optionsFor(rig)), { iss: 'https://evil.test' }),
    );
    expect(line).toContain('is from another provider');
    expect(line).not.toContain(canary);
  });
});

const alsoRefused: readonly (readonly [string, Plan, string])[] = [
  [
    'a redirect from the token endpoint',
    { token: () => ({ status: 302, headers: { location: '/else' }, body: '' }) },
    'status 302',
  ],
  ['a missing iss claim', { claims: { iss: undefined } }, 'malformed'],
  ['a wrong iss claim', { claims: { iss: 'https://evil.test' } }, 'iss differs'],
  ['a missing nonce', { claims: { nonce: undefined } }, 'malformed'],
  ['a wrong nonce', { claims: { nonce: 'replayed' } }, 'nonce differs'],
  ['another audience', { claims: { aud: 'grafana' } }, 'aud differs'],
];

test.each(alsoRefused)('section 2: %s is refused', async (_, plan, words) => {
  rig.plan = plan;
  expect(await lineOf(signIn(rig))).toContain(words);
});

test('section 2: redirect_uri is our own constant, whatever the code brings', async () => {
  const provider = await openProvider(optionsFor(rig));
  const attempt = await provider.beginSignIn(redirectUri);
  rig.nonce = new URL(attempt.url).searchParams.get('nonce') ?? '';
  await attempt.exchange({ code: 'x&redirect_uri=https://evil.test/&code=y', iss: undefined });
  expect(rig.forms[0]!.getAll('redirect_uri')).toEqual([redirectUri]);
  expect(rig.forms[0]!.getAll('code')).toEqual(['x&redirect_uri=https://evil.test/&code=y']);
});

test('section 2: a template issuer is refused', async () => {
  const template = `${rig.issuerUrl}/{tenantid}/v2.0`;
  rig.plan.discovery = (good) => ({ body: { ...good, issuer: template } });
  expect(await lineOf(signIn(rig))).toContain('template');
  expect(() => optionsFor(rig, { 'issuer-url': template })).toThrow('is a template');
});

test('section 2: keys are kept with their age: a refresh asks for none, an unknown kid asks once', async () => {
  const tokens = await signIn(rig);
  const jwksRequests = () => rig.requests.filter((request) => request.endsWith('/jwks')).length;
  expect(jwksRequests()).toBe(1);
  await (await openProvider(optionsFor(rig))).refresh(tokens);
  expect(jwksRequests()).toBe(1);
  rig.signers = [rsaSigner('new')];
  await (await openProvider(optionsFor(rig))).refresh(tokens);
  expect(jwksRequests()).toBe(2);
  rig.plan.token = (form) => ({
    body: goodTokenAnswer({ ...rig, plan: { signer: rsaSigner('never') } }, form),
  });
  const provider = await openProvider(optionsFor(rig));
  expect(await lineOf(provider.refresh(tokens))).toContain('a key that the provider does not publish');
  expect(jwksRequests()).toBe(3);
});
