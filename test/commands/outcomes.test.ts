import { describe, expect, it } from 'vitest';
import * as login from '../../src/commands/login.ts';
import * as logout from '../../src/commands/logout.ts';
import * as status from '../../src/commands/status.ts';
import { Failure } from '../../src/failure.ts';
import type { KnownLogin, LoggedOut } from '../../src/oidc/logins.ts';

const now = 1_700_000_000;
const claims = {
  iss: 'https://idp',
  sub: 'u1',
  aud: 'kubectl',
  exp: now + 3600,
  iat: now,
  email: 'alice@example.com',
  groups: ['devs', 'evil\u001b]0;x\u0007'],
};
const encode = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');
const idToken = `${encode({ alg: 'RS256' })}.${encode(claims)}.sig`;
const known = (change: Partial<KnownLogin> = {}): KnownLogin => ({
  issuerUrl: 'https://idp',
  clientId: 'kubectl',
  account: '',
  place: 'keychain',
  contexts: ['prod'],
  read: async () => ({
    approvals: [],
    tokens: { idToken, refreshToken: 'r', expiresAt: now + 3600, obtainedAt: now },
  }),
  ...change,
});
const table = { output: 'table', kubeconfig: undefined } as const;

describe('status', () => {
  it('says who is signed in where, until when, and where the tokens are, without terminal escapes', async () => {
    const logins = await status.run({ knownLogins: async () => [known()] }, now);
    expect(status.describe(logins, table, now)).toBe(
      [
        'https://idp: signed in as alice@example.com',
        '  client    kubectl',
        '  groups    devs, evil',
        '  until     2023-11-14 23:13 UTC (in 60 minutes)',
        '  renewal   without asking',
        '  kept in   the OS keychain',
        '  contexts  prod',
        '',
      ].join('\n'),
    );
  });

  it.each([
    ['locked', 'the keychain is locked, or the entry was removed there'],
    ['absent', 'signed out'],
  ] as const)('tells a login that is %s', async (outcome, words) => {
    const logins = await status.run({ knownLogins: async () => [known({ read: async () => outcome })] }, now);
    expect(status.describe(logins, table, now)).toContain(`https://idp: ${words}\n`);
  });

  it('has a versioned JSON form, an empty list included', async () => {
    const json = { output: 'json', kubeconfig: undefined } as const;
    expect(JSON.parse(status.describe([], json, now))).toEqual({
      apiVersion: 'kubectl-oidc/v1',
      kind: 'LoginStatusList',
      items: [],
    });
    const [item] = await status.run({ knownLogins: async () => [known()] }, now);
    expect(item).toMatchObject({
      state: 'signed-in',
      groups: ['devs', 'evil'],
      expiresAt: now + 3600,
      store: 'keychain',
    });
  });
});

describe('logout', () => {
  const ended = (revocation: LoggedOut['revocation']) => [
    { issuerUrl: 'https://idp', name: 'alice', revocation },
  ];

  it('says what was proven: deleted here, and what the provider did', () => {
    expect(logout.describe(ended('revoked'))).toBe(
      'Signed alice out of https://idp: tokens deleted here and revoked at the provider.\n',
    );
    expect(logout.describe(ended('unsupported'))).toContain('stays valid until it expires');
    expect(logout.describe([])).toBe('Nobody was signed in.\n');
  });

  it('fails when a provider did not revoke, after saying what is deleted', () => {
    expect(() => logout.insistOnRevocation(ended('revoked'))).not.toThrow();
    expect(() => logout.insistOnRevocation(ended({ failed: 'no answer' }))).toThrow(
      '1 of 1 login could not be revoked',
    );
  });

  it('takes one context or all, not both', () => {
    expect(logout.parse({ all: true }).choice).toEqual({ kind: 'all' });
    expect(() => logout.parse({ all: true, context: 'prod' })).toThrow('--context and --all were both given');
  });
});

describe('login', () => {
  it('says who, which groups, until when, where stored, for which contexts', () => {
    const person = {
      name: 'alice',
      subject: 'u1',
      groups: ['devs'],
      groupsLeftOut: false,
      expiresAt: now + 3600,
    };
    const signedIn = {
      issuerUrl: 'https://idp',
      person,
      expiresAt: now + 3600,
      refreshable: true,
      place: 'file',
      contexts: ['prod', 'dev'],
    } as const;
    expect(login.describe({ signedIn: [signedIn] }, now)).toBe(
      [
        'Signed in to https://idp as alice',
        '  groups    devs',
        '  until     2023-11-14 23:13 UTC (in 60 minutes), then renewed without asking',
        '  kept in   a file that only you can read',
        '  contexts  prod, dev',
        '',
      ].join('\n'),
    );
  });

  it.each([
    ['--context', { context: ['a', 'b'] }],
    ['--kubeconfig', { kubeconfig: ['a', 'b'] }],
  ])('takes %s once', (flag, words) => {
    expect(() => login.parse(words)).toThrow(`${flag} was given 2 times`);
    expect(() => logout.parse(words)).toThrow(`${flag} was given 2 times`);
  });

  it('goes on past a context that cannot be read, and fails for it in the end', () => {
    const failure = new Failure('usage', 'the exec entry for get-token cannot be read', {
      hint: 'Write it anew.',
    });
    const outcome = { signedIn: [], unreadable: [{ context: 'old', failure }] };
    expect(() => login.insistOnAll(outcome)).toThrow('context "old" was left out');
    expect(() => login.insistOnAll({ signedIn: [], unreadable: [] })).not.toThrow();
  });
});
