import { expect, test } from 'vitest';
import { parseRedirectUri } from '../../src/oidc/addresses.ts';
import type { ProviderMetadata } from '../../src/oidc/metadata.ts';
import {
  guessProvider,
  type ProviderName,
  presetOf,
  providerNames,
  scopesToAsk,
} from '../../src/oidc/provider-presets.ts';

test.each<[string, ProviderName]>([
  ['https://dev-1.okta.com/oauth2/default', 'okta'],
  ['https://dev-1.oktapreview.com', 'okta'],
  ['https://login.microsoftonline.com/9188040d-6c67-4c5b-b112-36a304b66dad/v2.0', 'entra'],
  ['https://accounts.google.com', 'google'],
  ['https://sso.example.com/realms/staff', 'keycloak'],
  ['https://sso.example.com/auth/realms/staff', 'keycloak'],
  ['https://dex.example.com', 'dex'],
  ['https://example.com/dex', 'dex'],
  ['https://me.eu.auth0.com/', 'auth0'],
  ['https://cognito-idp.eu-central-1.amazonaws.com/eu-central-1_abc', 'cognito'],
  ['https://gitlab.com', 'gitlab'],
  ['https://gitlab.example.com', 'gitlab'],
  ['https://login.example.com', 'generic'],
  ['https://okta.com.evil.test', 'generic'],
  ['https://accounts.google.com.evil.test', 'generic'],
  ['https://notokta.com', 'generic'],
])('%s looks like %s', (issuer, name) => {
  expect(guessProvider(issuer).name).toBe(name);
});

const announcing = (scopes: string[] | undefined): ProviderMetadata => ({
  issuer: 'https://a.test',
  authorization_endpoint: 'https://a.test/a',
  token_endpoint: 'https://a.test/t',
  jwks_uri: 'https://a.test/k',
  ...(scopes && { scopes_supported: scopes }),
});

test.each<[ProviderName, string[] | undefined, string[]]>([
  ['generic', ['openid', 'email', 'groups', 'offline_access'], ['email', 'groups', 'offline_access']],
  ['generic', undefined, []],
  [
    'dex',
    ['openid', 'email', 'groups', 'profile', 'offline_access'],
    ['email', 'groups', 'offline_access', 'profile'],
  ],
  ['google', ['openid', 'email', 'profile', 'offline_access'], ['email', 'profile']],
  ['gitlab', ['openid', 'email', 'profile', 'read_api', 'offline_access'], ['email', 'profile']],
  ['keycloak', ['openid', 'email', 'profile', 'offline_access'], ['email', 'profile']],
])('%s that announces %j is asked for %j', (name, announced, asked) => {
  expect(scopesToAsk(presetOf(name), announcing(announced))).toEqual(asked);
});

test.each(providerNames)('%s says why it is here, and its redirect address may be used', (name) => {
  const preset = presetOf(name);
  expect(preset.why).toMatch(/\.$/);
  expect(parseRedirectUri(preset.redirectUri)).toBe(preset.redirectUri);
});
