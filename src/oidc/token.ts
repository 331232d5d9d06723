// The login, decided in pure code: settings, tokens, claims, the order of steps. No package, no `node:` module,
// no clock, no network may come in here; effects arrive as functions.

/**
 * What one login holds, verified before it was stored: signature, issuer, audience, nonce were checked when it
 * arrived, which is what lets a reader trust `expiresAt` alone. Points in time are epoch seconds.
 */
export type Tokens = {
  readonly idToken: string;
  readonly accessToken?: string;
  readonly refreshToken?: string;
  /** `exp` of the ID token. */
  readonly expiresAt: number;
  /** End of the access token by `expires_in` (RFC 6749 section 5.1), when the provider says one. */
  readonly accessExpiresAt?: number;
  /** `auth_time` of the ID token: when the person proved who they are (OpenID Connect Core section 2). */
  readonly authenticatedAt?: number;
  readonly obtainedAt: number;
};

/** Where a login is kept. */
export type StorePlace = 'keychain' | 'file';

/** kubectl keeps a credential until `expirationTimestamp` and does not retry after a 401, so the end is told early. */
export const expiryMarginSeconds = 45;

export type TokenType = 'id' | 'access';
export type Freshness =
  | { readonly kind: 'fresh'; readonly token: string; readonly expiresAt: number }
  | { readonly kind: 'stale' }
  /** `max_age` has passed: only a new sign-in helps, a refresh does not renew `auth_time`. */
  | { readonly kind: 'too-old' };

/**
 * Whether these tokens still answer kubectl, and with what. Checks time only; signature and claims were checked
 * before the tokens were stored. `maxAgeSeconds` is counted from `auth_time` (OpenID Connect Core section 3.1.2.1).
 */
export function freshness(
  tokens: Tokens,
  wanted: { readonly tokenType: TokenType; readonly maxAgeSeconds: number | undefined },
  now: number,
): Freshness {
  const { maxAgeSeconds } = wanted;
  const maxAgeEndsAt =
    maxAgeSeconds === undefined ? Number.POSITIVE_INFINITY : (tokens.authenticatedAt ?? 0) + maxAgeSeconds;
  if (now >= maxAgeEndsAt) return { kind: 'too-old' };
  const token = wanted.tokenType === 'id' ? tokens.idToken : tokens.accessToken;
  const tokenEndsAt =
    wanted.tokenType === 'id' ? tokens.expiresAt : (tokens.accessExpiresAt ?? tokens.expiresAt);
  const expiresAt = Math.min(tokenEndsAt - marginOf(tokens, tokenEndsAt), maxAgeEndsAt);
  if (token === undefined || now >= expiresAt) return { kind: 'stale' };
  return { kind: 'fresh', token, expiresAt };
}

/**
 * Whether a refresh while the token is still good is due: in the second half of its life, so that nobody who asks for
 * one costs more than two refreshes a life. Not where `max_age` ends it, which no refresh moves.
 */
export function isDueEarly(tokens: Tokens, wanted: Parameters<typeof freshness>[1], now: number): boolean {
  const end = freshness(tokens, { ...wanted, maxAgeSeconds: undefined }, now);
  const told = freshness(tokens, wanted, now);
  if (end.kind !== 'fresh' || told.kind !== 'fresh' || told.expiresAt !== end.expiresAt) return false;
  return (now - tokens.obtainedAt) * 2 >= end.expiresAt - tokens.obtainedAt;
}

/** Short-lived tokens (a minute) would never count as fresh with the whole margin: a fifth of their life at most. */
function marginOf(tokens: Tokens, tokenEndsAt: number): number {
  return Math.min(expiryMarginSeconds, Math.floor((tokenEndsAt - tokens.obtainedAt) / 5));
}
