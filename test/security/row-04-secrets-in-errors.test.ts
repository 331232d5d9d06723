import { inspect } from 'node:util';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { openProvider } from '../../src/edge/provider/provider.ts';
import { describeFailure, Failure } from '../../src/failure.ts';
import {
  type Answer,
  canary,
  goodTokenAnswer,
  type HostileProvider,
  noSigner,
  optionsFor,
  type Plan,
  rsaSigner,
  signIn,
  startHostileProvider,
} from './hostile-provider.ts';

let rig: HostileProvider;
beforeEach(async () => {
  rig = await startHostileProvider();
});
afterEach(() => rig.stop());

const html: Answer = { headers: { 'content-type': 'text/html' }, body: `<html>${canary}</html>` };
const refusal = (status: number): Answer => ({
  status,
  headers: { 'www-authenticate': `Bearer error="${canary}", error_description="${canary}"` },
  body: { error: `${canary}_error`, error_description: canary, error_uri: `https://${canary}.test` },
});

const failing: readonly (readonly [string, Plan])[] = [
  ['a discovery document in HTML', { discovery: () => html }],
  ['a discovery document cut short', { discovery: () => ({ body: `{"issuer":"${canary}` }) }],
  ['a discovery document that is an error', { discovery: () => refusal(400) }],
  [
    'a discovery document with a bad endpoint',
    { discovery: (good) => ({ body: { ...good, jwks_uri: `http://${canary}` } }) },
  ],
  ['a token answer in HTML', { token: () => html }],
  ['a token answer cut short', { token: () => ({ body: `{"access_token":"${canary}` }) }],
  ['an unknown OAuth error', { token: () => refusal(400) }],
  ['a 401 with a challenge', { token: () => refusal(401) }],
  [
    'a known OAuth error with a description',
    { token: () => ({ status: 400, body: { error: 'invalid_client', error_description: canary } }) },
  ],
  ['a 500 with a body', { token: () => ({ status: 500, body: { error: canary } }) }],
  [
    'a redirect with a location',
    { token: () => ({ status: 307, headers: { location: `https://${canary}.test` }, body: '' }) },
  ],
  ['a token answer without ID token', { tokenFields: { id_token: undefined } }],
  ['a token answer without access token', { tokenFields: { access_token: undefined } }],
  ['an odd token type', { tokenFields: { token_type: canary } }],
  ['an odd expires_in', { tokenFields: { expires_in: canary } }],
  ['an ID token that is none', { tokenFields: { id_token: `${canary}.${canary}.${canary}` } }],
  ['an encrypted ID token', { tokenFields: { id_token: `${canary}.a.b.c.d` } }],
  ['an ID token without signature', { signer: noSigner }],
  ['an ID token of a foreign key', { signer: rsaSigner('foreign') }],
  ['an ID token with a wrong signature', { signer: rsaSigner('one') }],
  ['another issuer in the ID token', { claims: { iss: `https://${canary}` } }],
  ['another audience', { claims: { aud: canary } }],
  ['another nonce', { claims: { nonce: canary } }],
  ['another azp', { claims: { azp: canary } }],
  ['another at_hash', { claims: { at_hash: canary } }],
  ['an ended ID token', { claims: { exp: 1 } }],
  ['a claim of a wrong type', { claims: { acr: { canary }, exp: canary } }],
  ['keys in HTML', { jwks: () => html }],
  [
    'keys that are none',
    { jwks: () => ({ body: { keys: [{ kty: 'RSA', kid: 'one', n: canary, e: canary, alg: 'RS256' }] } }) },
  ],
  ['keys behind an error', { jwks: () => refusal(403) }],
];

test.each(failing)('row 4: %s leaves no secret in the failure', async (_, plan) => {
  rig.plan = plan;
  await expectNoSecret(signIn(rig));
});

test.each(
  failing.filter(
    ([, plan]) => plan.claims?.nonce === undefined && plan.discovery === undefined && plan.jwks === undefined,
  ),
)('row 4: %s leaves no secret in the failure of a refresh', async (_, plan) => {
  const tokens = await signIn(rig);
  rig.plan = plan;
  const outcome = await (await openProvider(optionsFor(rig)))
    .refresh(tokens)
    .catch((error: unknown) => error);
  expect(inspect(outcome, { depth: 10 })).not.toContain(canary);
  if (outcome instanceof Error) expect(outcome).toBeInstanceOf(Failure);
});

test('row 4: a refused revocation leaves no secret in the failure', async () => {
  const tokens = await signIn(rig);
  rig.plan.revocation = () => refusal(400);
  await expectNoSecret((await openProvider(optionsFor(rig))).revoke(tokens));
});

async function expectNoSecret(work: Promise<unknown>): Promise<void> {
  const error = await work.then(
    () => expect.fail('should have failed'),
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(Failure);
  // The object too, with its stack and every field: a debug print must be as silent as the message.
  for (const text of [describeFailure(error), inspect(error, { depth: 10, showHidden: true })]) {
    expect(text).not.toContain(canary);
    expect(text).not.toContain('eyJ');
  }
}

test('row 4: the canary is in what a good provider answers', () => {
  expect(JSON.stringify(goodTokenAnswer(rig, new URLSearchParams()))).toContain(canary);
});
