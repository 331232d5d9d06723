// A token answer whose signature openid-client has verified → tokens that may be stored: the checks that it leaves
// to its caller are made here, by the rules of `oidc/claims.ts`.

import { createHash } from 'node:crypto';
import type { TokenEndpointResponse } from 'openid-client';
import { Failure } from '../../failure.ts';
import {
  algorithmOf,
  decodeIdToken,
  endOfAccessToken,
  judgeIdToken,
  judgeRefreshed,
  latestTime,
} from '../../oidc/claims.ts';
import type { IdTokenClaims } from '../../oidc/provider.ts';
import type { Tokens } from '../../oidc/token.ts';
import type { Access } from './provider-connection.ts';
import { clockHint } from './provider-failure.ts';

/** The claims, after openid-client has checked signature, iss, aud, exp and nonce: now what it leaves out. Fails with `provider`, `refused`. */
export function verifiedClaims(
  access: Access,
  { idToken, answer, before }: { idToken: string; answer: TokenEndpointResponse; before?: IdTokenClaims },
): IdTokenClaims {
  const { settings, now } = access.options;
  const { issuerUrl, clientId, acrValues, maxAgeSeconds } = settings;
  const claims = decodeIdToken(idToken);
  if (before !== undefined) pinToAccount(before, claims, issuerUrl);
  const verdict = judgeIdToken(claims, {
    clientId,
    accessTokenHash: accessTokenHash(algorithmOf(idToken), answer.access_token),
    // A refresh proves no sign-in (OpenID Connect Core section 12.2): acr is judged by its caller, auth_time by its age.
    acrValues: before === undefined ? acrValues : [],
    maxAgeSeconds: before === undefined ? maxAgeSeconds : undefined,
    now: now(),
  });
  if (verdict.kind === 'accepted') return claims;
  throw new Failure('provider', `the ID token of ${issuerUrl} is refused: ${verdict.why}`, {
    hint:
      verdict.about === 'time'
        ? clockHint(access.https.lastAnswer())
        : 'Sign in again; if it stays, tell who runs the provider.',
    cause: verdict.claim,
  });
}

function pinToAccount(before: IdTokenClaims, after: IdTokenClaims, issuerUrl: string): void {
  const verdict = judgeRefreshed(before, after);
  if (verdict.kind === 'same') return;
  const hint =
    'Nothing was stored. Sign in again: kubectl oidc login; if it stays, tell who runs the provider.';
  if (verdict.kind === 'other-claim')
    throw new Failure('refused', `${issuerUrl} refreshed the login into one with another ${verdict.claim}`, {
      hint,
    });
  const { before: was, after: is } = verdict;
  throw new Failure('refused', `${issuerUrl} refreshed the login of ${was} into one of ${is}`, {
    hint,
    cause: 'sub',
  });
}

export function tokensOf(
  access: Access,
  answer: TokenEndpointResponse,
  { idToken, claims, previous }: { idToken: string; claims: IdTokenClaims; previous?: Tokens },
): Tokens {
  const now = access.options.now();
  // A refresh is no new sign-in, whatever auth_time it brings.
  const authenticatedAt = previous?.authenticatedAt ?? claims.auth_time;
  return {
    idToken,
    ...besidesIdToken(answer, previous, now),
    expiresAt: claims.exp,
    ...(authenticatedAt !== undefined && { authenticatedAt }),
    obtainedAt: now,
  };
}

/**
 * A refresh without an ID token: all but that is new. Where nothing tells the end of the new access token, it is taken
 * to live as long as the one before did, whose end says nothing about it.
 */
export function withNewAccessToken(previous: Tokens, answer: TokenEndpointResponse, now: number): Tokens {
  const { idToken, expiresAt, authenticatedAt } = previous;
  const lifeSeconds = (previous.accessExpiresAt ?? expiresAt) - previous.obtainedAt;
  return {
    idToken,
    expiresAt,
    accessExpiresAt: Math.min(now + lifeSeconds, latestTime),
    ...(authenticatedAt !== undefined && { authenticatedAt }),
    ...besidesIdToken(answer, previous, now),
    obtainedAt: now,
  };
}

/** A provider that does not rotate sends no new refresh token: the old one stays good (RFC 6749 section 6). */
function besidesIdToken(answer: TokenEndpointResponse, previous: Tokens | undefined, now: number) {
  const refreshToken = answer.refresh_token ?? previous?.refreshToken;
  const { access_token: accessToken, expires_in: expiresIn } = answer;
  const accessExpiresAt =
    expiresIn === undefined ? endOfAccessToken(accessToken) : Math.min(now + expiresIn, latestTime);
  return {
    accessToken,
    ...(accessExpiresAt !== undefined && { accessExpiresAt }),
    ...(refreshToken !== undefined && { refreshToken }),
  };
}

/** OpenID Connect Core section 3.1.3.6: the left half of the digest that goes with the token's algorithm. */
function accessTokenHash(algorithm: string, accessToken: string): string | undefined {
  const size = /^(?:RS|ES|PS)(256|384|512)$/.exec(algorithm)?.[1];
  if (size === undefined) return undefined;
  const digest = createHash(`sha${size}`).update(accessToken, 'ascii').digest();
  return digest.subarray(0, digest.length / 2).toString('base64url');
}
