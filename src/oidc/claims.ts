// What an ID token says, and whether it says what this login needs (OpenID Connect Core sections 2, 3.1.3.7 and
// 12.2). Signatures are checked where the token arrives, in `edge/provider.ts`, before anything here is believed.

import { Failure } from '../failure.ts';
import { cleanText } from '../foreign-text.ts';
import { isFields } from '../json-fields.ts';
import type { IdTokenClaims } from './provider.ts';

/** Seconds by which the provider's clock may differ before a point in time counts as wrong. */
export const clockToleranceSeconds = 30;

/** The end of the year 9999: a later point in time can't be written down for kubectl (RFC 3339 section 1). */
export const latestTime = 253_402_300_799;

// Where providers put groups when nothing else is said; the first that is there wins.
const groupClaims = ['groups', 'cognito:groups', 'groups_direct'];

/** The claims as they stand in the token. Fails with `provider` when it is no ID token. Checks no signature: for tokens that were verified, or for show. */
export function decodeIdToken(idToken: string): IdTokenClaims {
  const parts = idToken.split('.');
  const claims = parts.length === 3 ? jsonOf(parts[1] ?? '') : undefined;
  if (!isFields(claims)) throw malformed('it is not a signed JWT');
  const { iss, sub, aud, exp, iat } = claims;
  if (typeof iss !== 'string' || typeof sub !== 'string' || sub === '')
    throw malformed('iss or sub is missing');
  if (!isAudience(aud)) throw malformed('aud is missing');
  if (!isTime(exp) || !isTime(iat)) throw malformed('exp or iat is missing or no point in time');
  return { ...optionalClaims(claims), iss, sub, aud, exp, iat };
}

/** `alg` of the token's header (RFC 7515 section 4.1.1), '' when there is none. */
export function algorithmOf(idToken: string): string {
  const header = jsonOf(idToken.split('.')[0] ?? '');
  return isFields(header) && typeof header.alg === 'string' ? header.alg : '';
}

/** `exp` of a JWT access token; undefined for opaque tokens, whose end only `expires_in` tells. */
export function endOfAccessToken(accessToken: string): number | undefined {
  const claims = jsonOf(accessToken.split('.')[1] ?? '');
  return isFields(claims) && isTime(claims.exp) ? claims.exp : undefined;
}

export type IdTokenExpectation = {
  readonly clientId: string;
  /** Left half of the access token's digest, base64url; undefined = the token's algorithm has none. */
  readonly accessTokenHash: string | undefined;
  /** One of these must be `acr`; none asked = any. */
  readonly acrValues: readonly string[];
  readonly maxAgeSeconds: number | undefined;
  readonly now: number;
};

export type IdTokenVerdict =
  | { readonly kind: 'accepted' }
  /** `claim` is at fault; `time`: a wrong clock may be the reason. */
  | {
      readonly kind: 'refused';
      readonly claim: string;
      readonly why: string;
      readonly about: 'time' | 'content';
    };

/**
 * The checks of section 3.1.3.7 that openid-client leaves to its caller: azp, at_hash, acr, iat and auth_time.
 * Does not repeat iss, aud, exp and nonce, which it always compares.
 */
export function judgeIdToken(claims: IdTokenClaims, expected: IdTokenExpectation): IdTokenVerdict {
  const refuse = (claim: string, why: string, about: 'time' | 'content' = 'content'): IdTokenVerdict => ({
    kind: 'refused',
    claim,
    why,
    about,
  });
  if (claims.azp === undefined && Array.isArray(claims.aud) && claims.aud.length > 1)
    return refuse('azp', 'it is for several audiences and does not say to whom it was issued');
  if (claims.azp !== undefined && claims.azp !== expected.clientId)
    return refuse('azp', 'it was issued to another client');
  if (claims.at_hash !== undefined && claims.at_hash !== expected.accessTokenHash)
    return refuse('at_hash', 'it belongs to another access token');
  if (claims.iat > expected.now + clockToleranceSeconds)
    return refuse('iat', `it was issued ${claims.iat - expected.now} seconds in the future`, 'time');
  return judgeAuthentication(claims, expected, refuse);
}

function judgeAuthentication(
  claims: IdTokenClaims,
  { acrValues, maxAgeSeconds, now }: IdTokenExpectation,
  refuse: (claim: string, why: string, about?: 'time') => IdTokenVerdict,
): IdTokenVerdict {
  if (acrValues.length > 0 && (claims.acr === undefined || !acrValues.includes(claims.acr)))
    return refuse(
      'acr',
      `it does not say that the person signed in with ${acrValues.map((value) => cleanText(value)).join(' or ')}`,
    );
  // Whether max_age is set or not: a sign-in that is still to come would never grow too old.
  if (claims.auth_time !== undefined && claims.auth_time > now + clockToleranceSeconds)
    return refuse(
      'auth_time',
      `it says that the person signs in ${claims.auth_time - now} seconds from now`,
      'time',
    );
  if (maxAgeSeconds === undefined) return { kind: 'accepted' };
  if (claims.auth_time === undefined) return refuse('auth_time', 'it does not say when the person signed in');
  if (claims.auth_time + maxAgeSeconds < now - clockToleranceSeconds)
    return refuse(
      'auth_time',
      `the person signed in ${now - claims.auth_time} seconds ago, at most ${maxAgeSeconds} are allowed`,
      'time',
    );
  return { kind: 'accepted' };
}

export type RefreshVerdict =
  | { readonly kind: 'same' }
  | { readonly kind: 'other-person'; readonly before: string; readonly after: string }
  | { readonly kind: 'other-claim'; readonly claim: 'iss' | 'aud' | 'azp' };

/** Whether a refreshed ID token is still the stored login's: iss, sub, aud (in any order) and azp (section 12.2). */
export function judgeRefreshed(before: IdTokenClaims, after: IdTokenClaims): RefreshVerdict {
  if (before.iss !== after.iss) return { kind: 'other-claim', claim: 'iss' };
  if (before.sub !== after.sub)
    return { kind: 'other-person', before: cleanText(before.sub), after: cleanText(after.sub) };
  const audience = ({ aud }: IdTokenClaims) =>
    JSON.stringify(typeof aud === 'string' ? [aud] : [...aud].sort());
  if (audience(before) !== audience(after)) return { kind: 'other-claim', claim: 'aud' };
  if (before.azp !== after.azp) return { kind: 'other-claim', claim: 'azp' };
  return { kind: 'same' };
}

/** Who an ID token is about, cleaned for a terminal. */
export type Person = {
  readonly name: string;
  readonly subject: string;
  readonly groups: readonly string[];
  /** The provider left the groups out because there are too many (`_claim_names`): a kube-apiserver answers 401 then. */
  readonly groupsLeftOut: boolean;
  readonly expiresAt: number;
};

/** For show only: no check. `groupsClaim` undefined = where providers usually put groups. Fails with `provider` when it is no ID token. */
export function describePerson(idToken: string, groupsClaim?: string): Person {
  const claims = decodeIdToken(idToken);
  const names = [claims.preferred_username, claims.email, claims.name, claims.sub];
  const name = names
    .map((each) => (typeof each === 'string' ? cleanText(each) : ''))
    .find((each) => each !== '');
  const candidates = groupsClaim === undefined ? groupClaims : [groupsClaim];
  const claim = candidates.find((each) => claims[each] !== undefined);
  const elsewhere = claims._claim_names;
  return {
    name: name ?? '',
    subject: cleanText(claims.sub),
    groups: groupsOf(claim === undefined ? undefined : claims[claim]),
    groupsLeftOut: isFields(elsewhere) && candidates.some((each) => Object.hasOwn(elsewhere, each)),
    expiresAt: claims.exp,
  };
}

/** A kube-apiserver takes a list or one string. */
function groupsOf(value: unknown): string[] {
  const list: readonly unknown[] = Array.isArray(value) ? value : [value];
  return list.filter((each) => typeof each === 'string').map((each) => cleanText(each));
}

/** The claims whose type the checks rely on: a wrong type is a malformed token, not an absent claim. */
function optionalClaims(claims: Record<string, unknown>): Record<string, unknown> {
  const isText = (value: unknown) => typeof value === 'string';
  const rules = [
    ['azp', isText],
    ['acr', isText],
    ['at_hash', isText],
    ['auth_time', isTime],
  ] as const;
  for (const [claim, isRight] of rules) {
    if (claims[claim] !== undefined && !isRight(claims[claim])) throw malformed(`${claim} has a wrong type`);
  }
  return claims;
}

function jsonOf(base64url: string): unknown {
  try {
    const bytes = Uint8Array.from(atob(base64url.replaceAll('-', '+').replaceAll('_', '/')), (each) =>
      each.charCodeAt(0),
    );
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch {
    return undefined;
  }
}

function isTime(value: unknown): value is number {
  return typeof value === 'number' && value >= 0 && value <= latestTime;
}

function isAudience(value: unknown): value is string | readonly string[] {
  if (typeof value === 'string') return value !== '';
  return Array.isArray(value) && value.length > 0 && value.every((each) => typeof each === 'string');
}

function malformed(why: string): Failure {
  return new Failure('provider', `the ID token is malformed: ${why}`, {
    hint: 'Sign in again; if it stays, tell who runs the provider.',
  });
}
