import { describe, expect, it } from 'vitest';
import { type GetTokenDeps, parse, run } from '../../src/commands/get-token.ts';
import { Failure } from '../../src/failure.ts';
import type { ApiServer } from '../../src/oidc/approval.ts';
import type { WarmAnswer } from '../../src/oidc/logins.ts';
import type { Tokens } from '../../src/oidc/token.ts';

const now = 1_700_000_000;
const apiServer: ApiServer = {
  server: 'https://a',
  tlsServerName: '',
  caSha256: '',
  insecureSkipTlsVerify: false,
  proxyUrl: '',
};
const fresh: Tokens = { idToken: 'stored', refreshToken: 'r', expiresAt: now + 3600, obtainedAt: now - 100 };
const renewed: Tokens = { idToken: 'renewed', expiresAt: now + 3600, obtainedAt: now };
const request = parse(['--issuer-url=https://idp', '--client-id', 'kubectl'], {});

function answer(tokens: Tokens | undefined, change: Partial<WarmAnswer> = {}): WarmAnswer {
  return {
    login: { approvals: [{ apiServer, environment: {}, approvedAt: 1 }], ...(tokens && { tokens }) },
    indexState: '',
    caller: { kind: 'client', apiServer },
    broughtEnvironment: {},
    ...change,
  };
}

function deps(warm: WarmAnswer, change: Partial<GetTokenDeps> = {}): GetTokenDeps & { calls: string[] } {
  const calls: string[] = [];
  return {
    calls,
    now: () => now,
    readWarm: async () => warm,
    askForApproval: async (verdict) => {
      calls.push(verdict.kind);
      throw new Failure('refused', 'not approved');
    },
    wasRefused: () => false,
    obtain: async (want) => {
      calls.push(want);
      return renewed;
    },
    ...change,
  };
}

const tokenIn = (credential: string): unknown => JSON.parse(credential).status.token;

describe('get-token', () => {
  it('answers a stored fresh token without asking anybody', async () => {
    const real = deps(answer(fresh));
    expect(await run(request, real)).toBe(
      '{"apiVersion":"client.authentication.k8s.io/v1","kind":"ExecCredential","status":{"token":"stored","expirationTimestamp":"2023-11-14T23:12:35Z"}}\n',
    );
    expect(real.calls).toEqual([]);
  });

  it.each([
    ['nothing is stored', undefined],
    ['the stored token has ended', { ...fresh, expiresAt: now }],
  ])('obtains tokens when %s', async (_, tokens) => {
    const real = deps(answer(tokens));
    expect(tokenIn(await run(request, real))).toBe('renewed');
    expect(real.calls).toEqual(['unless-fresh']);
  });

  it('releases nothing to a server that is not approved, and asks no provider for it', async () => {
    const evil = { ...apiServer, server: 'https://evil' };
    const real = deps(answer(fresh, { caller: { kind: 'client', apiServer: evil } }));
    await expect(run(request, real)).rejects.toMatchObject({ code: 'refused' });
    expect(real.calls).toEqual(['unknown-server']);
  });

  it('refreshes once when the API server refused the token, and keeps the old one when the provider is away', async () => {
    const again = deps(answer(fresh), { wasRefused: () => true });
    expect(tokenIn(await run(request, again))).toBe('renewed');
    expect(again.calls).toEqual(['refresh']);
    const away = deps(answer(fresh), {
      wasRefused: () => true,
      obtain: async () => {
        throw new Failure('provider', 'no answer');
      },
    });
    expect(tokenIn(await run(request, away))).toBe('stored');
  });

  it('opens no browser for a refused token that cannot be refreshed', async () => {
    const { refreshToken: _, ...unrefreshable } = fresh;
    const real = deps(answer(unrefreshable), { wasRefused: () => true });
    expect(tokenIn(await run(request, real))).toBe('stored');
    expect(real.calls).toEqual([]);
  });

  it('refreshes ahead of the end when the front wishes it, and bears what a person must mend later', async () => {
    const aging = { ...fresh, obtainedAt: now - 3600, expiresAt: now + 400 };
    const early = { ...request, wishes: { refresh: 'early', askedMs: undefined } } as const;
    const done = deps(answer(aging));
    expect(tokenIn(await run(early, done))).toBe('renewed');
    expect(done.calls).toEqual(['refresh']);
    for (const code of ['provider', 'sign-in-required'] as const) {
      const failed = deps(answer(aging), { obtain: () => Promise.reject(new Failure(code, 'no')) });
      expect(tokenIn(await run(early, failed))).toBe('stored');
    }
    const locked = deps(answer(aging), { obtain: () => Promise.reject(new Failure('keychain', 'no')) });
    await expect(run(early, locked)).rejects.toMatchObject({ code: 'keychain' });
  });

  it('does not refresh a young token ahead of its end, whoever wishes it', async () => {
    const early = { ...request, wishes: { refresh: 'early', askedMs: undefined } } as const;
    const real = deps(answer(fresh), { wasRefused: () => true });
    expect(tokenIn(await run(early, real))).toBe('stored');
    expect(real.calls).toEqual([]);
  });

  it('says so when even the new tokens are over, instead of handing out a dead one', async () => {
    const dead = deps(answer(undefined), { obtain: async () => ({ ...renewed, expiresAt: now - 1 }) });
    await expect(run(request, dead)).rejects.toMatchObject({ code: 'provider' });
  });
});

describe('the words of get-token', () => {
  it('come from flags first, then from variables', () => {
    const environment = {
      KUBECTL_OIDC_CLIENT_ID: 'from-variable',
      KUBECTL_OIDC_ISSUER_URL: 'https://idp',
      KUBECTL_OIDC_SCOPE: 'email groups',
    };
    const { settings } = parse(['--client-id=from-flag'], environment);
    expect([settings.clientId, settings.issuerUrl, settings.scopes]).toEqual([
      'from-flag',
      'https://idp',
      ['email', 'groups', 'openid'],
    ]);
  });

  it.each([
    [{}, { refresh: undefined, askedMs: undefined }],
    [{ KUBECTL_OIDC_REFRESH: 'early' }, { refresh: 'early', askedMs: undefined }],
    [
      { KUBECTL_OIDC_REFRESH: 'refused', KUBECTL_OIDC_ASKED_MS: '1700000000123' },
      { refresh: 'refused', askedMs: 1_700_000_000_123 },
    ],
    [
      { KUBECTL_OIDC_REFRESH: 'always', KUBECTL_OIDC_ASKED_MS: '-1' },
      { refresh: undefined, askedMs: undefined },
    ],
  ])('hold what the front wishes beside them: %j', (environment, wishes) => {
    expect(parse(['--issuer-url=https://idp', '--client-id=a'], environment).wishes).toEqual(wishes);
  });

  it.each([
    [['--issuer=https://idp'], 'get-token cannot be run so: it does not know "--issuer"'],
    [['positional'], 'get-token cannot be run so: it does not know "positional"'],
    [['--client-id=a'], '--issuer-url is missing'],
    [['--issuer-url=https://idp'], '--client-id is missing'],
    [['--issuer-url=http://idp', '--client-id=a'], 'the issuer http://idp is not https'],
    [['--issuer-url=https://idp', '--client-id=a', '--token-store=disk'], '--token-store is "disk"'],
    [['--issuer-url=https://idp', '--client-id=a', '--max-age=soon'], '--max-age is "soon"'],
    [
      ['--issuer-url=https://idp', '--client-id=a', '--redirect-uri=http://evil.test/'],
      '--redirect-uri is http://evil.test/',
    ],
    [
      ['--issuer-url=https://idp', '--client-id=a', '--auth-param=redirect_uri=http://evil'],
      '--auth-param may not set "redirect_uri"',
    ],
  ])('that make no sense are refused in one line: %j', (words, message) => {
    expect(() => parse(words, {})).toThrow(expect.objectContaining({ code: 'usage', message }));
  });
});
