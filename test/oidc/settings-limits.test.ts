import { expect, test } from 'vitest';
import { describeFailure } from '../../src/failure.ts';
import type { LoginWords } from '../../src/oidc/login-options.ts';
import { parseLoginSettings } from '../../src/oidc/settings.ts';

const parse = (words: LoginWords) =>
  parseLoginSettings({ 'issuer-url': 'https://idp.test', 'client-id': 'a', ...words });
const refusalOf = (words: LoginWords): string => {
  try {
    return JSON.stringify(parse(words));
  } catch (error) {
    return describeFailure(error);
  }
};

test.each([
  ['timeout', '0'],
  ['timeout', '86401'],
  ['timeout', '999999999999'],
  ['max-age', '0'],
  ['max-age', '59'],
  ['max-age', '-60'],
])('--%s is not %s', (flag, value) => {
  expect(refusalOf({ [flag]: value })).toMatch(
    `--${flag} is "${value}". It takes whole seconds, from ${flag === 'timeout' ? 1 : 60} to `,
  );
});

test('a day of time-out and a minute of max-age are taken', () => {
  expect(parse({ timeout: '86400', 'max-age': '60' })).toMatchObject({
    timeoutSeconds: 86_400,
    maxAgeSeconds: 60,
  });
});

test.each([
  ['an escape', '\u001b]0;owned\u0007'],
  ['a new line', '\n'],
  ['a tab', '\t'],
  ['a space', ' '],
  ['a no-break space', '\u00a0'],
  ['a C1 control', '\u009b31m'],
  ['a right-to-left override', '\u202e'],
])('%s in an address is refused, and not repeated', (_, bad) => {
  for (const words of [
    { 'issuer-url': `https://idp.test/${bad}x` },
    { 'issuer-url': `${bad}https://idp.test` },
    { 'redirect-uri': `http://127.0.0.1:8000/${bad}x` },
  ]) {
    const line = refusalOf(words);
    expect(line).toContain('has a space or control character');
    expect(line).not.toMatch(/[\p{Cc}\p{Cf}]/u);
  }
});

test.each(['http://127.0.0.1:1/?a=b', 'http://me:pw@127.0.0.1:1', 'http://127.0.0.1:1/{tenant}'])(
  'an issuer on loopback is judged like any other: %s',
  (issuer) => {
    const words = { 'issuer-url': issuer, 'danger-http-loopback-issuer': true };
    expect(refusalOf(words)).toMatch(/has a query, fragment or password|is a template/);
    expect(refusalOf({ ...words, 'issuer-url': 'http://127.0.0.1:1/x' })).toContain('"issuerUrl"');
  },
);
