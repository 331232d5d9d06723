import { expect, test } from 'vitest';
import { whatLoginNeeds } from '../../src/oidc/login-needs.ts';
import {
  discoveryUrl,
  judgeMetadata,
  type ProviderMetadata,
  usableAlgorithms,
} from '../../src/oidc/metadata.ts';
import { presetOf } from '../../src/oidc/provider-presets.ts';
import { parseLoginSettings } from '../../src/oidc/settings.ts';

const issuer = 'https://a.test/x';
const good = {
  issuer,
  authorization_endpoint: 'https://a.test/auth',
  token_endpoint: 'https://a.test/token',
  jwks_uri: 'https://keys.test/jwks',
  revocation_endpoint: 'https://a.test/revoke',
  scopes_supported: ['openid', 'email', 'offline_access'],
  response_types_supported: ['code'],
  grant_types_supported: ['authorization_code', 'refresh_token'],
  code_challenge_methods_supported: ['S256', 'plain'],
  id_token_signing_alg_values_supported: ['RS256', 'HS256'],
};

test('a good document is kept, its unknown fields are dropped', () => {
  expect(judgeMetadata({ ...good, evil: 'x', mtls_endpoint_aliases: {} }, issuer)).toEqual(good);
});

test.each<[string, unknown, string]>([
  ['a list', [], 'is not a JSON object'],
  ['nothing', null, 'is not a JSON object'],
  ['no issuer', { ...good, issuer: undefined }, 'names no issuer'],
  ['another issuer', { ...good, issuer: 'https://b.test' }, 'names another issuer: https://b.test'],
  ['a slash more', { ...good, issuer: `${issuer}/` }, 'names another issuer'],
  ['a template', { ...good, issuer: 'https://a.test/{tenantid}' }, 'names another issuer'],
  ['no token endpoint', { ...good, token_endpoint: undefined }, 'has no token_endpoint'],
  ['no keys', { ...good, jwks_uri: undefined }, 'has no jwks_uri'],
  [
    'a relative endpoint',
    { ...good, authorization_endpoint: '/auth' },
    'authorization_endpoint that is no address',
  ],
  ['http', { ...good, token_endpoint: 'http://a.test/token' }, 'token_endpoint that is not https'],
  [
    'http on loopback',
    { ...good, token_endpoint: 'http://127.0.0.1/token' },
    'token_endpoint that is not https',
  ],
  [
    'a scheme that starts programs',
    { ...good, authorization_endpoint: 'file:///x' },
    'authorization_endpoint that is not https',
  ],
  [
    'a list that is text',
    { ...good, scopes_supported: 'openid' },
    'scopes_supported that is no list of words',
  ],
])('a document with %s is refused', (_, document, words) => {
  expect(() => judgeMetadata(document, issuer)).toThrow(words);
});

test('an issuer on loopback by http may have endpoints there by http, and nowhere else', () => {
  const local = 'http://localhost:5556';
  const document = {
    issuer: local,
    authorization_endpoint: `${local}/a`,
    token_endpoint: `${local}/t`,
    jwks_uri: `${local}/k`,
  };
  expect(judgeMetadata(document, local).token_endpoint).toBe(`${local}/t`);
  expect(() => judgeMetadata({ ...document, token_endpoint: 'http://a.test/t' }, local)).toThrow('not https');
});

test('the document is looked for below the issuer, with or without a final slash', () => {
  expect(discoveryUrl('https://a.test/x')).toBe('https://a.test/x/.well-known/openid-configuration');
  expect(discoveryUrl('https://a.test/')).toBe('https://a.test/.well-known/openid-configuration');
});

test.each<[string, string[] | undefined, string[]]>([
  ['those a kube-apiserver takes', ['HS256', 'none', 'EdDSA', 'ES256', 'PS512'], ['ES256', 'PS512']],
  ['RS256 where none are announced', undefined, ['RS256']],
])('the algorithms are %s', (_, announced, usable) => {
  const { id_token_signing_alg_values_supported, ...rest } = judgeMetadata(good, issuer);
  expect(
    usableAlgorithms(
      announced === undefined ? rest : { ...rest, id_token_signing_alg_values_supported: announced },
    ),
  ).toEqual(usable);
});

const settings = parseLoginSettings({
  'issuer-url': issuer,
  'client-id': 'c',
  scope: ['email', 'offline_access'],
});
const without = (...names: (keyof ProviderMetadata)[]): ProviderMetadata => {
  const copy: Record<string, unknown> = { ...good };
  for (const name of names) delete copy[name];
  return judgeMetadata(copy, issuer);
};
const laid = (fields: object) => judgeMetadata({ ...good, ...fields }, issuer);

test.each<[string, ProviderMetadata, [string, RegExp] | undefined]>([
  ['all is well', laid({}), undefined],
  [
    'PKCE is not announced',
    without('code_challenge_methods_supported'),
    ['warning', /does not announce PKCE/],
  ],
  ['PKCE has no S256', laid({ code_challenge_methods_supported: ['plain'] }), ['problem', /PKCE with S256/]],
  [
    'a scope is unknown',
    laid({ scopes_supported: ['openid', 'offline_access'] }),
    ['warning', /these scopes.*: email/],
  ],
  [
    'openid is unknown',
    laid({ scopes_supported: ['email', 'offline_access'] }),
    ['problem', /no OpenID provider/],
  ],
  [
    'there is no refresh',
    laid({ grant_types_supported: ['authorization_code'] }),
    ['problem', /no refresh tokens/],
  ],
  ['grants are not announced', without('grant_types_supported'), undefined],
  [
    'only HS256',
    laid({ id_token_signing_alg_values_supported: ['HS256'] }),
    ['problem', /no kube-apiserver accepts.*HS256/],
  ],
  [
    'only ES256',
    laid({ id_token_signing_alg_values_supported: ['ES256'] }),
    ['warning', /--oidc flags takes RS256 only/],
  ],
  ['no revocation', without('revocation_endpoint'), ['warning', /no revocation endpoint/]],
  ['no code flow', laid({ response_types_supported: ['id_token'] }), ['problem', /authorization code flow/]],
  [
    'no public clients',
    laid({ token_endpoint_auth_methods_supported: ['client_secret_basic'] }),
    ['warning', /--client-secret-file/],
  ],
])('setup is told when %s', (_, metadata, finding) => {
  const found = whatLoginNeeds(metadata, settings, presetOf('generic'));
  if (finding === undefined) expect(found).toEqual([]);
  else
    expect(found).toEqual([
      expect.objectContaining({ kind: finding[0], words: expect.stringMatching(finding[1]) }),
    ]);
});

test('setup is told when offline_access is on offer and not asked for, unless the provider wants it so', () => {
  const bare = { ...settings, scopes: ['openid'] };
  expect(whatLoginNeeds(laid({}), bare, presetOf('generic'))).toHaveLength(1);
  expect(whatLoginNeeds(laid({}), bare, presetOf('keycloak'))).toEqual([]);
});

test('what the provider calls things does not reach a terminal with escapes', () => {
  const metadata = laid({ id_token_signing_alg_values_supported: ['\u001b[31mHS'] });
  expect(JSON.stringify(whatLoginNeeds(metadata, settings, presetOf('generic')))).not.toContain('u001b');
});
