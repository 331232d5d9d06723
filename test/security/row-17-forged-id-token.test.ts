import { createPublicKey } from 'node:crypto';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { openProvider } from '../../src/edge/provider/provider.ts';
import {
  ecSigner,
  edSigner,
  goodTokenAnswer,
  type HostileProvider,
  hmacSigner,
  lineOf,
  noSigner,
  optionsFor,
  rsaSigner,
  signIn,
  startHostileProvider,
} from './hostile-provider.ts';

let rig: HostileProvider;
beforeEach(async () => {
  rig = await startHostileProvider();
});
afterEach(() => rig.stop());

test('row 17: alg none, HS256 with the public key, and EdDSA are refused though the provider announces them', async () => {
  const jwk = rig.signers[0]!.jwk!;
  const publicKey = createPublicKey({ key: jwk, format: 'jwk' }).export({ type: 'spki', format: 'pem' });
  const ed = edSigner('ed');
  rig.signers.push(ed);
  for (const signer of [noSigner, hmacSigner(publicKey.toString()), ed]) {
    rig.plan.signer = signer;
    expect([signer.alg, await lineOf(signIn(rig))]).toEqual([
      signer.alg,
      expect.stringContaining('algorithm that is not accepted'),
    ]);
  }
});

test('row 17: a token whose header names an algorithm that its key is not for is refused', async () => {
  rig.plan.signer = { ...ecSigner('one'), kid: 'one' };
  expect(await lineOf(signIn(rig))).toContain('a key that the provider does not publish');
});

test('row 17: claims changed after signing are refused', async () => {
  rig.plan.token = (form) => {
    const good = goodTokenAnswer({ ...rig, plan: {} }, form);
    const [header, payload, signature] = String(good.id_token).split('.');
    const claims = JSON.parse(Buffer.from(payload ?? '', 'base64url').toString());
    const forged = Buffer.from(JSON.stringify({ ...claims, groups: ['admins'] })).toString('base64url');
    return { body: { ...good, id_token: `${header}.${forged}.${signature}` } };
  };
  expect(await lineOf(signIn(rig))).toContain('whose signature is wrong');
});

test.each([
  ['several audiences without azp', { aud: ['kubectl', 'grafana'] }, 'aud'],
  [
    'an azp of another client among several audiences',
    { aud: ['kubectl', 'grafana'], azp: 'grafana' },
    'azp',
  ],
  ['an azp of another client', { azp: 'grafana' }, 'azp'],
  ['an at_hash of another access token', { at_hash: 'AAAA' }, 'at_hash'],
  ['no acr', {}, 'acr'],
  ['another acr', { acr: 'pwd' }, 'acr'],
  ['no auth_time', { acr: 'mfa' }, 'malformed'],
  ['a sign-in of long ago', { acr: 'mfa', auth_time: 1_700_000_000 }, 'auth_time'],
])('row 17: %s is refused', async (_, claims, word) => {
  const wantsMore = ['acr', 'malformed', 'auth_time'].includes(word);
  rig.plan.claims = {
    ...(wantsMore && word === 'acr' && { auth_time: Math.floor(Date.now() / 1000) }),
    ...claims,
  };
  const words = wantsMore ? { 'acr-values': ['mfa'], 'max-age': '3600' } : {};
  expect(await lineOf(signIn(rig, optionsFor(rig, words)))).toContain(word);
});

test.each([
  ['iss', { iss: 'https://evil.test' }],
  ['sub', { sub: 'mallory' }],
  ['aud', { aud: ['kubectl', 'grafana'], azp: 'kubectl' }],
  ['azp', { azp: 'kubectl' }],
])('row 17: a refresh that changes %s is refused', async (claim, claims) => {
  const tokens = await signIn(rig);
  rig.plan.claims = claims;
  expect(await lineOf((await openProvider(optionsFor(rig))).refresh(tokens))).toContain(claim);
});

test('row 17: a refreshed token is verified like the first one', async () => {
  const tokens = await signIn(rig);
  for (const signer of [{ ...rsaSigner('one'), jwk: undefined }, noSigner, hmacSigner('x')]) {
    rig.plan.signer = signer;
    expect(await lineOf((await openProvider(optionsFor(rig))).refresh(tokens))).toMatch(
      /signature is wrong|not accepted/,
    );
  }
});
