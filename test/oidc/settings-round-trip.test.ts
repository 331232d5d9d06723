import fc from 'fast-check';
import { expect, test } from 'vitest';
import { parse } from '../../src/commands/get-token.ts';
import { formatLoginSettings, parseLoginSettings } from '../../src/oidc/settings.ts';

const value = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 12 });
const scope = fc.stringMatching(/^[a-z:/._-]{1,8}$/);
const param = fc
  .tuple(fc.stringMatching(/^x_[a-z]{1,6}$/), fc.string({ maxLength: 8 }))
  .map(([name, text]) => `${name}=${text}`);

const words = fc.record(
  {
    'issuer-url': fc.constantFrom('https://a.test', 'https://a.test/', 'https://b.test:8443/x'),
    'client-id': value,
    scope: fc.array(scope, { maxLength: 4 }),
    account: value,
    audience: value,
    'auth-param': fc.uniqueArray(param, { maxLength: 3, selector: (each) => each.split('=')[0] }),
    'certificate-authority': value,
    'redirect-uri': fc.constantFrom('http://127.0.0.1:8000/', 'http://localhost'),
    'token-type': fc.constantFrom('id', 'access'),
    'client-secret-file': value,
    'acr-values': fc.array(scope, { maxLength: 2 }),
    'max-age': fc.integer({ min: 60, max: 100_000 }).map(String),
    'token-store': fc.constantFrom('auto', 'keychain', 'file', 'none'),
    timeout: fc.integer({ min: 1, max: 900 }).map(String),
    login: fc.constantFrom('auto', 'never'),
  },
  { requiredKeys: ['issuer-url', 'client-id'] },
);

test('settings written as arguments are read back as the same settings', () => {
  fc.assert(
    fc.property(words, (typed) => {
      const settings = parseLoginSettings(typed);
      expect(parse(formatLoginSettings(settings), {}).settings).toEqual(settings);
    }),
    { numRuns: 500 },
  );
});
