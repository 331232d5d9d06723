import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Failure } from '../../src/failure.ts';
import { hasCookie, isSameSecret, judgeCallback, judgePastedAddress } from '../../src/oidc/callback.ts';

const state = 'Kp3-the-right-state_0';

describe('an answer at the redirect address', () => {
  test.each([
    ['code and state', `code=abc&state=${state}`, { code: 'abc', iss: undefined }],
    [
      'code, state and issuer',
      `state=${state}&iss=https%3A%2F%2Fa.test&code=abc`,
      { code: 'abc', iss: 'https://a.test' },
    ],
    [
      'parameters nobody knows',
      `code=abc&state=${state}&session_state=x&session_state=y`,
      { code: 'abc', iss: undefined },
    ],
  ])('%s is taken', (_, query, answer) => {
    expect(judgeCallback(query, state)).toEqual({ kind: 'code', answer });
  });

  test.each([
    ['nothing', ''],
    ['a code without state', 'code=abc'],
    ['another state', 'code=abc&state=other'],
    ['the beginning of the state', `code=abc&state=${state.slice(0, -1)}`],
    ['the state and more', `code=abc&state=${state}x`],
    ['the state twice', `code=abc&state=${state}&state=${state}`],
    ['a right and a wrong state', `code=abc&state=${state}&state=other`],
    ['a bare error', 'error=access_denied'],
    ['an error with another state', 'error=access_denied&state=other'],
  ])('%s is not ours', (_, query) => {
    expect(judgeCallback(query, state)).toEqual({ kind: 'not-ours' });
  });

  test('nothing is ours while no state is expected, an empty one neither', () => {
    expect(judgeCallback('code=abc&state=', '')).toEqual({ kind: 'not-ours' });
  });

  test.each([
    ['code=a&code=b', 'it gives "code" twice'],
    ['code=a&iss=b&iss=c', 'it gives "iss" twice'],
    ['error=a&error=b', 'it gives "error" twice'],
    ['code=', 'it holds no code'],
    ['iss=https%3A%2F%2Fa.test', 'it holds no code'],
  ])('our state with %s ends the login as malformed', (query, why) => {
    const failure = endOf(`${query}&state=${state}`);
    expect(failure).toMatchObject({
      code: 'provider',
      message: `the provider's answer to the sign-in is malformed: ${why}`,
    });
  });

  test('a refusal ends the login with its code as the cause and a next step', () => {
    const failure = endOf(`error=access_denied&error_description=You+said+no.&state=${state}&code=abc`);
    expect(failure).toMatchObject({
      code: 'provider',
      message: 'the provider refused the sign-in: "You said no"',
      reason: 'access_denied',
      hint: 'Sign in again and agree, or ask who runs the provider whether you may use this client.',
    });
  });

  test('an error code that names a property of every object is no hint', () => {
    expect(endOf(`error=constructor&state=${state}`).hint).toBe(
      'Ask who runs the provider what it wants of this client.',
    );
  });

  test('without the state no query is ever taken', () => {
    fc.assert(
      fc.property(fc.webQueryParameters(), (query) => {
        expect(judgeCallback(query, state)).toEqual({ kind: 'not-ours' });
      }),
    );
  });
});

describe('a pasted address', () => {
  const expected = { redirectUri: 'http://127.0.0.1:4711/', state };
  const good = `http://127.0.0.1:4711/?code=abc&state=${state}`;

  test.each([
    ['as it is', good],
    ['with blanks', `  ${good}\r`],
    ['in quotes', `"${good}"`],
    ['in brackets', `<${good}>`],
  ])('%s is taken', (_, line) => {
    expect(judgePastedAddress(line, expected)).toEqual({
      kind: 'code',
      answer: { code: 'abc', iss: undefined },
    });
  });

  test.each([
    ['a bare code', 'abc'],
    ['a bare query', `?code=abc&state=${state}`],
    ['another port', good.replace('4711', '4712')],
    ['another host', good.replace('127.0.0.1', 'evil.test')],
    ['another path', good.replace('/?', '/x?')],
    ['another state', good.replace(state, 'other')],
    ['the parameters in the fragment', good.replace('?', '#')],
  ])('%s is not ours', (_, line) => {
    expect(judgePastedAddress(line, expected)).toEqual({ kind: 'not-ours' });
  });

  test('of a refusal ends the login', () => {
    const verdict = judgePastedAddress(`http://127.0.0.1:4711/?error=access_denied&state=${state}`, expected);
    expect(verdict.kind).toBe('ended');
  });
});

test('two texts are the same secret exactly when they are equal and not empty', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), fc.string({ unit: 'binary' }), (left, right) => {
      expect(isSameSecret(left, right)).toBe(left === right && right !== '');
      expect(isSameSecret(left, left)).toBe(left !== '');
    }),
  );
  expect(isSameSecret('abc\u0000', 'abc')).toBe(false);
  expect(isSameSecret('abc', 'abc\u0000')).toBe(false);
});

test.each<[string, boolean]>([
  ['mark=right', true],
  ['a=b; mark=right; c=d', true],
  ['mark=wrong; mark=right', true],
  ['', false],
  ['mark', false],
  ['mark=', false],
  ['mark=righ', false],
  ['mark=rightx', false],
  ['mark="right"', false],
  ['MARK=right', false],
  ['xmark=right', false],
  ['a=mark=right', false],
  ['a=b, mark=right', false],
])('a Cookie header "%s" holds the cookie mark=right: %s', (header, holds) => {
  expect(hasCookie(header, { name: 'mark', value: 'right' })).toBe(holds);
});

test('a cookie that is not yet known is held by no header', () => {
  expect(hasCookie('mark=', { name: 'mark', value: '' })).toBe(false);
});

function endOf(query: string): Failure {
  const verdict = judgeCallback(query, state);
  if (verdict.kind !== 'ended') throw new Error(`expected the end of the login, got ${verdict.kind}`);
  expect(verdict.failure).toBeInstanceOf(Failure);
  return verdict.failure;
}
