// What the login needs of an identity provider, as plain values and functions; `edge/provider.ts` fulfils it.

import type { Tokens } from './token.ts';

/** The claims of a verified ID token (OpenID Connect Core section 2), foreign text still uncleaned. */
export type IdTokenClaims = {
  readonly iss: string;
  readonly sub: string;
  readonly aud: string | readonly string[];
  readonly exp: number;
  readonly iat: number;
  readonly azp?: string;
  readonly acr?: string;
  readonly auth_time?: number;
  readonly [claim: string]: unknown;
};

/** A sign-in that was begun: the address for the browser, and what only this process knows of it. */
export type SignInAttempt = {
  readonly url: string;
  readonly state: string;
  /** Judges the code's answer and verifies the ID token. Fails with `provider`, or `refused` when it came from another issuer. `code` and `iss` as they came back (RFC 6749 section 4.1.2, RFC 9207). */
  readonly exchange: (answer: { readonly code: string; readonly iss: string | undefined }) => Promise<Tokens>;
};

export type RefreshOutcome =
  | { readonly kind: 'refreshed'; readonly tokens: Tokens }
  /** The provider refuses this refresh token (RFC 6749 section 5.2 `invalid_grant`): a sign-in may help. Network trouble never ends here. */
  | { readonly kind: 'rejected'; readonly reason: string };

export type RevocationOutcome = { readonly kind: 'revoked' } | { readonly kind: 'unsupported' };

/** One provider, its discovery document judged. Every function fails with `provider` and one line on network trouble or a bad answer. */
export type Provider = {
  readonly issuerUrl: string;
  /** PKCE S256 parameters, state and nonce are made here, once an attempt. */
  readonly beginSignIn: (redirectUri: string) => Promise<SignInAttempt>;
  /** `previous`: the stored tokens; the new ID token must have the same iss, sub, aud and azp, else it fails with `refused`. */
  readonly refresh: (previous: Tokens) => Promise<RefreshOutcome>;
  /** RFC 7009. */
  readonly revoke: (tokens: Tokens) => Promise<RevocationOutcome>;
};
