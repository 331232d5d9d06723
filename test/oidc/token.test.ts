import { describe, expect, it } from 'vitest';
import { freshness, isDueEarly, type Tokens } from '../../src/oidc/token.ts';

const tokens: Tokens = {
  idToken: 'id',
  accessToken: 'access',
  expiresAt: 4600,
  accessExpiresAt: 2800,
  obtainedAt: 1000,
};
const id = { tokenType: 'id', maxAgeSeconds: undefined } as const;
const access = { tokenType: 'access', maxAgeSeconds: undefined } as const;

describe('freshness', () => {
  it('is told 45 s early, so that kubectl never holds a token past its end', () => {
    expect(freshness(tokens, id, 4554)).toEqual({ kind: 'fresh', token: 'id', expiresAt: 4555 });
    expect(freshness(tokens, id, 4555)).toEqual({ kind: 'stale' });
  });

  it('takes at most a fifth of a short life away', () => {
    expect(freshness({ ...tokens, expiresAt: 1060 }, id, 1000)).toEqual({
      kind: 'fresh',
      token: 'id',
      expiresAt: 1048,
    });
  });

  it('counts the access token by its own end, and the ID token by its own', () => {
    expect(freshness(tokens, access, 2000)).toEqual({ kind: 'fresh', token: 'access', expiresAt: 2755 });
    expect(freshness(tokens, access, 2755)).toEqual({ kind: 'stale' });
    const { accessToken: _, ...withoutAccess } = tokens;
    expect(freshness(withoutAccess, access, 2000)).toEqual({ kind: 'stale' });
  });

  it('ends with max_age after auth_time, and is too old without an auth_time', () => {
    const aged = { ...tokens, authenticatedAt: 900 };
    expect(freshness(aged, { ...id, maxAgeSeconds: 600 }, 1400)).toEqual({
      kind: 'fresh',
      token: 'id',
      expiresAt: 1500,
    });
    expect(freshness(aged, { ...id, maxAgeSeconds: 600 }, 1500)).toEqual({ kind: 'too-old' });
    expect(freshness(tokens, { ...id, maxAgeSeconds: 600 }, 1400)).toEqual({ kind: 'too-old' });
  });
});

describe('a refresh ahead of the end', () => {
  it('is due in the second half of what is told of a life, and not after it', () => {
    const due = [2776, 2777, 4554, 4555].map((now) => isDueEarly(tokens, id, now));
    expect(due).toEqual([false, false, true, false]);
    expect(isDueEarly(tokens, id, 2778)).toBe(true);
    expect(isDueEarly(tokens, access, 1878)).toBe(true);
  });

  it('is not due where max_age ends the life, which no refresh moves', () => {
    const aged = { ...tokens, authenticatedAt: 900 };
    expect(isDueEarly(aged, { ...id, maxAgeSeconds: 3000 }, 3800)).toBe(false);
    expect(isDueEarly(aged, { ...id, maxAgeSeconds: 9000 }, 3800)).toBe(true);
  });
});
