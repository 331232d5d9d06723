import { expect, test } from 'vitest';
import { describeFailure, Failure } from '../../src/failure.ts';
import { cleanText } from '../../src/foreign-text.ts';
import { judgeCallback } from '../../src/oidc/callback.ts';
import { describePerson } from '../../src/oidc/claims.ts';
import { type SignInDeps, signIn } from '../../src/oidc/sign-in.ts';

const attacks: readonly (readonly [string, string])[] = [
  ['a window title', '\u001b]0;owned\u0007'],
  ['a clipboard write', '\u001b]52;c;b3duZWQ=\u001b\\'],
  ['a hyperlink', '\u001b]8;;https://evil.test\u001b\\click\u001b]8;;\u001b\\'],
  ['a cleared screen', '\u001b[2J\u001b[H'],
  ['a carriage return over the line', 'bad\rgood'],
  ['a right-to-left override', '\u202egnp.exe'],
  ['an isolate', '\u2066x\u2069'],
  ['a C1 control sequence', '\u009b31mred'],
  ['a C1 operating system command', '\u009d0;owned\u009c'],
  ['a bell and a backspace', '\u0007\u0008'],
  ['new lines that fake our own', 'x\nkubectl-oidc: approved'],
  ['a zero-width space and a tag', 'a\u200bb\u{e0041}'],
];
const unsafe = /[\u0000-\u001f\u007f-\u009f\u200b-\u200f\u2028-\u202e\u2060-\u206f]|[\u{e0000}-\u{e007f}]/u;

test.each(attacks)('row 24: %s in what the provider says does not reach the terminal', (_, attack) => {
  const query = new URLSearchParams({
    error: `x${attack}`,
    error_description: `no ${attack}`,
    state: 'right',
  });
  const verdict = judgeCallback(query.toString(), 'right');
  if (verdict.kind !== 'ended') throw new Error('a refusal ends the login');
  const line = describeFailure(verdict.failure);
  expect(line).not.toMatch(unsafe);
  expect(line).not.toMatch(/owned|evil/);
});

test.each(attacks)('row 24: %s in a claim is gone after cleaning, and the name is one line', (_, attack) => {
  const cleaned = cleanText(`Ada ${attack} Lovelace`);
  expect(cleaned).not.toMatch(unsafe);
  expect(cleaned).toMatch(/^Ada .*Lovelace$/);
});

test.each(attacks)(
  'row 24: %s in the claims of an ID token is gone from what is said of the person',
  (_, attack) => {
    const claims = { iss: 'https://idp.test', sub: `s${attack}`, aud: 'kubectl', exp: 2000, iat: 1000 };
    const names = {
      name: `n${attack}`,
      email: `e${attack}`,
      preferred_username: `p${attack}`,
      groups: [`g${attack}`],
    };
    const payload = Buffer.from(JSON.stringify({ ...claims, ...names })).toString('base64url');
    const person = describePerson(`e30.${payload}.c2ln`);
    const said = [person].flatMap((value) => Object.values(value).flat());
    expect(said.length).toBeGreaterThan(2);
    for (const words of said) expect(String(words)).not.toMatch(unsafe);
  },
);

test.each(attacks)('row 24: %s on the way of a sign-in does not reach the terminal', async (_, attack) => {
  const said: string[] = [];
  const failure = await signInThatSays(attack, (line) => said.push(line));
  for (const line of [...said, describeFailure(failure)]) {
    expect(line.replaceAll('\n', '')).not.toMatch(unsafe);
    expect(line).not.toMatch(/\nkubectl-oidc: approved/);
  }
  expect(said.length).toBeGreaterThan(1);
});

test('row 24: a huge description is cut', () => {
  const query = new URLSearchParams({
    error: 'e'.repeat(5000),
    error_description: 'd'.repeat(50_000),
    state: 'right',
  });
  const verdict = judgeCallback(query.toString(), 'right');
  if (verdict.kind !== 'ended') throw new Error('a refusal ends the login');
  expect(describeFailure(verdict.failure).length).toBeLessThan(600);
});

async function signInThatSays(attack: string, say: (line: string) => void): Promise<unknown> {
  const deps: SignInDeps = {
    listen: async () => ({
      redirectUri: 'http://127.0.0.1:4711/',
      oneTimeAddress: 'http://127.0.0.1:4711/one-time',
      openedTwice: Promise.withResolvers<never>().promise,
      expect: () => Promise.withResolvers<never>().promise,
      close: async () => undefined,
    }),
    beginSignIn: async () => ({
      url: `https://idp.test/${attack}?x=${attack}#${attack}`,
      state: 'right',
      exchange: () => Promise.reject(new Failure('provider', 'not reached')),
    }),
    openBrowser: async () => ({ kind: 'no-browser', reason: attack }),
    pastedLines: async function* () {
      yield `http://127.0.0.1:4711/?error=no&error_description=${encodeURIComponent(attack)}&state=right`;
    },
    say,
    deadlineIn: () => new AbortController().signal,
  };
  const request = {
    issuerUrl: `https://idp.test/${attack}`,
    redirectUri: undefined,
    presence: { kind: 'browser', mayPaste: true },
    timeoutSeconds: 1,
    why: `the provider ended the session (${attack})`,
    howToSignIn: 'Run "kubectl oidc login".',
    cancel: new AbortController().signal,
  } as const;
  return signIn(request, deps).catch((error: unknown) => error);
}
