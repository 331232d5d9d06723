import fc from 'fast-check';
import { expect, test } from 'vitest';
import { loginKey } from '../../src/oidc/login-key.ts';
import type { LoginWords } from '../../src/oidc/login-options.ts';
import { parseLoginSettings } from '../../src/oidc/settings.ts';

const word = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 12 });
const scope = fc.stringMatching(/^[a-z:/._-]{1,8}$/);

/** What makes two logins different, as a person may type it. */
type Identity = {
  issuer: string;
  client: string;
  scopes: string[];
  audience: string;
  account: string;
  ca: string;
};
const identity: fc.Arbitrary<Identity> = fc.record({
  issuer: fc.constantFrom(
    'https://a.test',
    'https://a.test/',
    'https://a.test/x',
    'https://b.test',
    'https://a.test:8443',
  ),
  client: word,
  scopes: fc.uniqueArray(scope, { maxLength: 3 }),
  audience: fc.oneof(fc.constant(''), word),
  account: fc.oneof(fc.constant(''), word),
  ca: fc.constantFrom('', 'a'.repeat(64), 'b'.repeat(64)),
});

const keyOf = ({ issuer, client, scopes, audience, account, ca }: Identity): string => {
  const words: LoginWords = { 'issuer-url': issuer, 'client-id': client, scope: scopes, audience, account };
  return loginKey(parseLoginSettings(words), ca);
};
const canonical = (each: Identity): string =>
  JSON.stringify({ ...each, scopes: [...new Set(['openid', ...each.scopes])].sort() });

test('row 11: two logins share tokens exactly when issuer, client, scopes, audience, account and CA are the same', () => {
  fc.assert(
    fc.property(identity, identity, (one, two) => {
      expect(keyOf(one) === keyOf(two)).toBe(canonical(one) === canonical(two));
    }),
    { numRuns: 500 },
  );
});

test('row 11: changing any one of them changes the key', () => {
  fc.assert(
    fc.property(identity, identity, (one, two) => {
      const fields = ['issuer', 'client', 'scopes', 'audience', 'account', 'ca'] as const;
      for (const field of fields) {
        const changed = { ...one, [field]: two[field] };
        expect(keyOf(one) === keyOf(changed)).toBe(canonical(one) === canonical(changed));
      }
    }),
  );
});

test('row 11: the order in which scopes and parameters are given makes no difference', () => {
  fc.assert(
    fc.property(
      fc.shuffledSubarray(['email', 'groups', 'profile'], { minLength: 3 }),
      fc.shuffledSubarray(['a=1', 'b=2', 'c=3'], { minLength: 3 }),
      (scopes, params) => {
        const words = { 'issuer-url': 'https://a.test', 'client-id': 'c' };
        const given = parseLoginSettings({ ...words, scope: scopes, 'auth-param': params });
        const usual = parseLoginSettings({
          ...words,
          scope: 'email,groups profile',
          'auth-param': ['a=1', 'b=2', 'c=3'],
        });
        expect(loginKey(given, '')).toBe(loginKey(usual, ''));
      },
    ),
  );
});

test('row 11: a value that looks like another field is still a value', () => {
  const key = (words: LoginWords) =>
    loginKey(parseLoginSettings({ 'issuer-url': 'https://a.test', 'client-id': 'c', ...words }), '');
  expect(key({ account: 'x&ca=y' })).not.toBe(`${key({ account: 'x' })}&ca=y`);
  expect(key({ 'client-id': 'c&scope=openid' })).not.toBe(key({}));
  expect(key({ 'auth-param': ['a=1', 'b=2'] })).not.toBe(key({ 'auth-param': ['a=1&param.b=2'] }));
});
