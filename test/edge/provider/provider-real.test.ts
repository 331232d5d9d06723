import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { makeCertificateAuthority } from '../../../scripts/parts/certificates.ts';
import { startIdentityProvider } from '../../../scripts/parts/identity-provider.ts';
import { signInAs } from '../../../scripts/parts/person.ts';
import { listen } from '../../../src/edge/person/loopback.ts';
import { discoverProvider, openProvider, type ProviderOptions } from '../../../src/edge/provider/provider.ts';
import { describePerson } from '../../../src/oidc/claims.ts';
import { whatLoginNeeds } from '../../../src/oidc/login-needs.ts';
import { guessProvider } from '../../../src/oidc/provider-presets.ts';
import { parseLoginSettings } from '../../../src/oidc/settings.ts';
import type { Tokens } from '../../../src/oidc/token.ts';

const folder = mkdtempSync(join(tmpdir(), 'provider-'));
const idp = await startIdentityProvider({
  certificates: await makeCertificateAuthority(),
  people: [{ subject: 'alice', email: 'alice@example.com', groups: ['devs'] }],
});
afterAll(async () => {
  await idp.stop();
  rmSync(folder, { recursive: true });
});

const settings = parseLoginSettings({
  'issuer-url': idp.issuerUrl,
  'client-id': idp.clientId,
  scope: ['email', 'groups', 'offline_access'],
});
const options: ProviderOptions = {
  settings,
  caPem: idp.caPem,
  clientSecret: undefined,
  folder: join(folder, 'home'),
  environment: {},
  now: () => Math.floor(Date.now() / 1000),
  signal: new AbortController().signal,
};

async function signIn(): Promise<Tokens> {
  const provider = await openProvider(options);
  const loopback = await listen({ redirectUri: undefined });
  const attempt = await provider.beginSignIn(loopback.redirectUri);
  const answer = loopback.expect(attempt.state, 'any-browser');
  const [, tokens] = await Promise.all([
    signInAs(attempt.url, 'alice', { caPem: idp.caPem }),
    answer.then(attempt.exchange).finally(() => loopback.close('signed-in')),
  ]);
  return tokens;
}

test('a real provider has what a login needs', async () => {
  expect(whatLoginNeeds(await discoverProvider(options), settings, guessProvider(idp.issuerUrl))).toEqual([]);
});

test('a person signs in, is refreshed by one request with a rotated token, and is signed out at the provider', async () => {
  const tokens = await signIn();
  expect(describePerson(tokens.idToken)).toMatchObject({ subject: 'alice', groups: ['devs'] });
  const before = { ...idp.requests };
  const outcome = await (await openProvider(options)).refresh(tokens);
  if (outcome.kind !== 'refreshed') return expect.fail(outcome.reason);
  expect(idp.requests).toEqual({ ...before, token: before.token + 1 });
  expect(outcome.tokens.refreshToken).not.toBe(tokens.refreshToken);
  const provider = await openProvider(options);
  expect(await provider.revoke(outcome.tokens)).toEqual({ kind: 'revoked' });
  expect(await provider.refresh(outcome.tokens)).toEqual({ kind: 'rejected', reason: 'invalid_grant' });
});
