// The order of steps by which a command comes to tokens that are not fresh any more, or were never there.

import { Failure } from '../failure.ts';
import type { RefreshOutcome } from './provider.ts';
import { freshness, type Tokens, type TokenType } from './token.ts';

/** What was wanted of the tokens, and how it came that the stored ones do not do. */
export type ObtainRequest = {
  readonly tokenType: TokenType;
  readonly maxAgeSeconds: number | undefined;
  /** `unless-fresh`: another process may have done the work meanwhile. `refresh`: the API server refused a fresh token. `sign-in`: the person asked for it. */
  readonly want: 'unless-fresh' | 'refresh' | 'sign-in';
  /** What was read before the lock was taken; other tokens inside mean that somebody was faster. */
  readonly seen: Tokens | undefined;
};

export type ObtainDeps = {
  /** Epoch seconds. */
  readonly now: () => number;
  /** One process at a time per login, released on every way out. */
  readonly withLock: <Result>(work: () => Promise<Result>) => Promise<Result>;
  /** The stored tokens, read again. */
  readonly readTokens: () => Promise<Tokens | undefined>;
  /** Never loses a fresh token: says aloud where it went when the first choice failed. */
  readonly writeTokens: (tokens: Tokens) => Promise<void>;
  readonly refresh: (tokens: Tokens) => Promise<RefreshOutcome>;
  /** Fails with `sign-in-required` where nobody is there; `why` is told to the person. */
  readonly signIn: (why: string) => Promise<Tokens>;
  /** A failure of another process that this one waited for or repeats, thrown again (design: one outcome for all who ask at once). */
  readonly throwSharedFailure: () => Promise<void>;
  readonly recordFailure: (failure: Failure) => Promise<void>;
};

/**
 * Tokens that are fresh and stored: lock, read again, refresh, else sign in, store. Fails with what ended it;
 * a network error is never answered by a sign-in, a refused refresh token is.
 */
export function obtainTokens(request: ObtainRequest, deps: ObtainDeps): Promise<Tokens> {
  return deps.withLock(async () => {
    const stored = await deps.readTokens();
    if (stored !== undefined && isAnswered(request, stored, deps.now())) return stored;
    if (request.want !== 'sign-in') await deps.throwSharedFailure();
    try {
      const tokens = await renew(request, stored, deps);
      await deps.writeTokens(tokens);
      judgeUse(request, tokens, deps.now());
      return tokens;
    } catch (error) {
      if (error instanceof Failure) await deps.recordFailure(error);
      throw error;
    }
  });
}

function isAnswered(request: ObtainRequest, stored: Tokens, now: number): boolean {
  if (request.want !== 'unless-fresh' && areSame(stored, request.seen)) return false;
  return freshness(stored, request, now).kind === 'fresh';
}

/** A refresh may leave the ID token as it was, when the provider sends an access token only. */
function areSame(left: Tokens, right: Tokens | undefined): boolean {
  return left.idToken === right?.idToken && left.accessToken === right.accessToken;
}

async function renew(request: ObtainRequest, stored: Tokens | undefined, deps: ObtainDeps): Promise<Tokens> {
  if (request.want === 'sign-in') return deps.signIn('');
  if (stored === undefined) return deps.signIn('nobody is signed in here yet');
  if (freshness(stored, request, deps.now()).kind === 'too-old') {
    return deps.signIn('the last sign-in is longer ago than this cluster accepts');
  }
  if (stored.refreshToken === undefined)
    return deps.signIn('the login has ended and the provider gave no refresh token');
  const outcome = await deps.refresh(stored);
  if (outcome.kind === 'refreshed') return outcome.tokens;
  // Rotation: another machine's copy of our lock may not have held; the winner's tokens are then in the store.
  const again = await deps.readTokens();
  if (again !== undefined && !areSame(again, stored) && isAnswered(request, again, deps.now())) return again;
  return deps.signIn(`the provider ended the session (${outcome.reason})`);
}

/** Tokens that are over on arrival would be asked for again and again: that is a failure to share, not an answer. */
function judgeUse(request: ObtainRequest, tokens: Tokens, now: number): void {
  if (freshness(tokens, request, now).kind === 'fresh') return;
  const wanted = request.tokenType === 'id' ? 'ID token' : 'access token';
  throw new Failure('provider', `the provider gave no ${wanted} that is still valid`, {
    hint: "Compare this machine's clock with the provider's, and look at the client's token lifetime there.",
  });
}
