import { describe, expect, it } from 'vitest';
import { Failure } from '../../src/failure.ts';
import { type ObtainDeps, type ObtainRequest, obtainTokens } from '../../src/oidc/obtain.ts';
import type { Tokens } from '../../src/oidc/token.ts';

const now = 1_000_000;
const stale: Tokens = { idToken: 'stale', refreshToken: 'r1', expiresAt: now - 10, obtainedAt: now - 3600 };
const fresh: Tokens = { idToken: 'fresh', refreshToken: 'r2', expiresAt: now + 3600, obtainedAt: now };
const signedIn: Tokens = { idToken: 'signed-in', expiresAt: now + 3600, obtainedAt: now };
const request: ObtainRequest = {
  tokenType: 'id',
  maxAgeSeconds: undefined,
  want: 'unless-fresh',
  seen: undefined,
};

type World = { deps: ObtainDeps; steps: string[] };

function world(stored: readonly (Tokens | undefined)[], change: Partial<ObtainDeps> = {}): World {
  const steps: string[] = [];
  const reads = [...stored];
  const step =
    <Result>(name: string, result: () => Result) =>
    async (..._: unknown[]): Promise<Result> => {
      steps.push(name);
      return result();
    };
  const deps: ObtainDeps = {
    now: () => now,
    withLock: async (work) => {
      steps.push('lock');
      const result = await work();
      steps.push('unlock');
      return result;
    },
    readTokens: step('read', () => (reads.length > 1 ? reads.shift() : reads[0])),
    writeTokens: step('write', () => undefined),
    refresh: step('refresh', () => ({ kind: 'refreshed', tokens: fresh }) as const),
    signIn: async (why) => {
      steps.push(`sign in: ${why}`);
      return signedIn;
    },
    throwSharedFailure: step('share', () => undefined),
    recordFailure: step('record', () => undefined),
    ...change,
  };
  return { deps, steps };
}

describe('obtaining tokens', () => {
  it('reads again inside the lock and asks nobody when another process was faster', async () => {
    const { deps, steps } = world([fresh]);
    expect(await obtainTokens(request, deps)).toBe(fresh);
    expect(steps).toEqual(['lock', 'read', 'unlock']);
  });

  it('refreshes an expired login and stores the answer before anybody gets it', async () => {
    const { deps, steps } = world([stale]);
    expect(await obtainTokens(request, deps)).toBe(fresh);
    expect(steps).toEqual(['lock', 'read', 'share', 'refresh', 'write', 'unlock']);
  });

  it('signs in when nothing is stored, when no refresh token is there, and when it is refused', async () => {
    const { refreshToken: _, ...withoutRefresh } = stale;
    const cases: readonly (readonly [Tokens | undefined, Partial<ObtainDeps>, string])[] = [
      [undefined, {}, 'sign in: nobody is signed in here yet'],
      [withoutRefresh, {}, 'sign in: the login has ended and the provider gave no refresh token'],
      [
        stale,
        { refresh: async () => ({ kind: 'rejected', reason: 'invalid_grant' }) },
        'sign in: the provider ended the session (invalid_grant)',
      ],
    ];
    for (const [stored, change, expected] of cases) {
      const { deps, steps } = world([stored], change);
      expect(await obtainTokens(request, deps)).toBe(signedIn);
      expect(steps).toContain(expected);
    }
  });

  it('takes what another process stored meanwhile when its own refresh token is refused', async () => {
    const { deps, steps } = world([stale, fresh], {
      refresh: async () => ({ kind: 'rejected', reason: 'invalid_grant' }),
    });
    expect(await obtainTokens(request, deps)).toBe(fresh);
    expect(steps.some((step) => step.startsWith('sign in'))).toBe(false);
  });

  it('never answers a network error with a sign-in, and records it for those who wait', async () => {
    const failure = new Failure('provider', 'no answer');
    const { deps, steps } = world([stale], {
      refresh: async () => {
        throw failure;
      },
    });
    await expect(obtainTokens(request, deps)).rejects.toBe(failure);
    expect(steps).toEqual(['lock', 'read', 'share', 'record']);
  });

  it('shares the failure of the process it waited for', async () => {
    const failure = new Failure('sign-in-required', 'nobody answered');
    const { deps, steps } = world([undefined], {
      throwSharedFailure: async () => {
        throw failure;
      },
    });
    await expect(obtainTokens(request, deps)).rejects.toBe(failure);
    expect(steps).toEqual(['lock', 'read']);
  });

  it('refreshes an unexpired token that the API server refused, unless it was replaced meanwhile', async () => {
    const refused = { ...fresh, idToken: 'refused' };
    const want: ObtainRequest = { ...request, want: 'refresh', seen: refused };
    const first = world([refused]);
    await obtainTokens(want, first.deps);
    expect(first.steps).toContain('refresh');
    const second = world([fresh]);
    expect(await obtainTokens(want, second.deps)).toBe(fresh);
    expect(second.steps).not.toContain('refresh');
  });

  it('asks for a new sign-in when max_age has passed, since a refresh does not renew auth_time', async () => {
    const old = { ...fresh, authenticatedAt: now - 601 };
    const { deps, steps } = world([old], {
      signIn: async (why) => {
        steps.push(`sign in: ${why}`);
        return { ...signedIn, authenticatedAt: now };
      },
    });
    await obtainTokens({ ...request, maxAgeSeconds: 600 }, deps);
    expect(steps).toContain('sign in: the last sign-in is longer ago than this cluster accepts');
  });

  it('counts tokens that are over on arrival as a failure, which those who wait share', async () => {
    const { deps, steps } = world([undefined], { signIn: async () => ({ ...signedIn, expiresAt: now - 1 }) });
    await expect(obtainTokens(request, deps)).rejects.toMatchObject({ code: 'provider' });
    expect(steps).toEqual(['lock', 'read', 'share', 'write', 'record']);
  });

  it('signs in anew when the person asked for it, in spite of a fresh token and of an old failure', async () => {
    const { deps, steps } = world([fresh]);
    await obtainTokens({ ...request, want: 'sign-in', seen: fresh }, deps);
    expect(steps).toEqual(['lock', 'read', 'sign in: ', 'write', 'unlock']);
  });
});
