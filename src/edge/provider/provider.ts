// The identity provider for real: sign-in, refresh and revocation by openid-client, with the checks that it leaves
// to its caller (`verified-tokens.ts`). No token leaves this file unverified.

import * as oidc from 'openid-client';
import { Failure } from '../../failure.ts';
import { decodeIdToken } from '../../oidc/claims.ts';
import { judgeResponseIssuer, type ProviderMetadata } from '../../oidc/metadata.ts';
import type { Provider, RefreshOutcome, RevocationOutcome, SignInAttempt } from '../../oidc/provider.ts';
import { guessProvider } from '../../oidc/provider-presets.ts';
import type { Tokens } from '../../oidc/token.ts';
import {
  type Access,
  type Connection,
  configure,
  connect,
  discover,
  grant,
  openAccess,
  type ProviderOptions,
} from './provider-connection.ts';
import { oauthErrorOf, translateProviderError } from './provider-failure.ts';
import { tokensOf, verifiedClaims, withNewAccessToken } from './verified-tokens.ts';

export type { ProviderOptions } from './provider-connection.ts';

/** The discovery document, asked for now, judged and kept. For `setup`. Fails with `provider`. */
export async function discoverProvider(options: ProviderOptions): Promise<ProviderMetadata> {
  return (await discover(openAccess(options), undefined)).known.metadata;
}

/** The provider of these settings; its metadata comes from disk when that is younger than a day. Fails with `provider`, `refused`, `usage`. */
export async function openProvider(options: ProviderOptions): Promise<Provider> {
  const access = openAccess(options);
  let connection = await connect(access);
  const { issuerUrl } = options.settings;
  /** Endpoints that moved since they were written down are looked up again, once. */
  const ask = async <Result>(
    doing: string,
    work: (connection: Connection) => Promise<Result>,
  ): Promise<Result> => {
    const attempt = async () => {
      try {
        return await work(connection);
      } catch (error) {
        throw translateProviderError(error, { doing, issuerUrl, answer: access.https.lastAnswer() });
      }
    };
    try {
      return await attempt();
    } catch (error) {
      if (!connection.isFromDisk || !mayHaveMoved(error)) throw error;
      const { known } = connection;
      // A token endpoint that has answered used up the code or a one-time token: asking again would end the login.
      if (access.https.hasAnswered(known.metadata.token_endpoint)) throw error;
      connection = await discover(access, known);
      if (JSON.stringify(connection.known.metadata) === JSON.stringify(known.metadata)) throw error;
      return attempt();
    }
  };
  return {
    issuerUrl,
    beginSignIn: async (redirectUri) => {
      // The browser can't tell us that the sign-in page moved, so it is looked up again.
      if (connection.isFromDisk) connection = await discover(access, connection.known);
      return beginSignIn(access, connection, { redirectUri, ask });
    },
    refresh: (previous) => ask('refreshing the login', (current) => refresh(access, current, previous)),
    revoke: (tokens) => ask('revoking the login', (current) => revoke(access, current, tokens)),
  };
}

type Ask = <Result>(doing: string, work: (connection: Connection) => Promise<Result>) => Promise<Result>;

/** Not a moved endpoint: time-outs and server trouble, where asking more would only make it worse. */
function mayHaveMoved(error: unknown): boolean {
  if (!(error instanceof Failure) || error.reason === undefined) return false;
  return /^(HTTP (3\d\d|404|405|410|501)|ENOTFOUND|ECONNREFUSED)$/.test(error.reason);
}

async function beginSignIn(
  access: Access,
  connection: Connection,
  { redirectUri, ask }: { redirectUri: string; ask: Ask },
): Promise<SignInAttempt> {
  const { settings } = access.options;
  const verifier = oidc.randomPKCECodeVerifier();
  const state = oidc.randomState();
  const nonce = oidc.randomNonce();
  const config = configure(access, connection.known, access.https.fetch);
  const url = oidc.buildAuthorizationUrl(config, {
    ...consentPrompt(settings),
    ...Object.fromEntries(settings.authParams),
    redirect_uri: redirectUri,
    scope: settings.scopes.join(' '),
    state,
    nonce,
    code_challenge: await oidc.calculatePKCECodeChallenge(verifier),
    code_challenge_method: 'S256',
    ...(settings.acrValues.length > 0 && { acr_values: settings.acrValues.join(' ') }),
    ...(settings.maxAgeSeconds !== undefined && { max_age: String(settings.maxAgeSeconds) }),
  });
  const exchange: SignInAttempt['exchange'] = ({ code, iss }) =>
    ask('finishing the sign-in', async (current) => {
      judgeResponseIssuer(iss, current.known.metadata);
      // From our own constant: what a Host header says never gets into redirect_uri.
      const callback = new URL(redirectUri);
      callback.search = new URLSearchParams({ code, state, ...(iss !== undefined && { iss }) }).toString();
      const answer = await grant(access, current, (grantConfig) =>
        oidc.authorizationCodeGrant(grantConfig, callback, {
          pkceCodeVerifier: verifier,
          expectedState: state,
          expectedNonce: nonce,
          idTokenExpected: true,
          ...(settings.maxAgeSeconds !== undefined && { maxAge: settings.maxAgeSeconds }),
        }),
      );
      const idToken = answer.id_token ?? '';
      return tokensOf(access, answer, { idToken, claims: verifiedClaims(access, { idToken, answer }) });
    });
  return { url: url.href, state, exchange };
}

/** OpenID Connect Core section 11 wants a consent for offline_access; a `prompt` in the settings says otherwise, and so do presets. */
function consentPrompt(settings: ProviderOptions['settings']): { prompt?: string } {
  const wants =
    settings.scopes.includes('offline_access') && guessProvider(settings.issuerUrl).consentForOffline;
  return wants ? { prompt: 'consent' } : {};
}

const onlyASignInHelps = ['invalid_grant', 'interaction_required', 'login_required', 'consent_required'];

async function refresh(access: Access, connection: Connection, previous: Tokens): Promise<RefreshOutcome> {
  const { settings, now } = access.options;
  const { refreshToken } = previous;
  if (refreshToken === undefined) return { kind: 'rejected', reason: 'there is no refresh token' };
  let answer: oidc.TokenEndpointResponse;
  try {
    answer = await grant(access, connection, (config) => oidc.refreshTokenGrant(config, refreshToken));
  } catch (error) {
    const refused = oauthErrorOf(error);
    if (refused === undefined || !onlyASignInHelps.includes(refused.code)) throw error;
    return {
      kind: 'rejected',
      reason: [refused.code, refused.detail].filter((word) => word !== '').join(', '),
    };
  }
  if (answer.id_token === undefined) {
    if (settings.tokenType === 'id')
      return { kind: 'rejected', reason: 'a refresh brings no new ID token there' };
    return { kind: 'refreshed', tokens: withNewAccessToken(previous, answer, now()) };
  }
  const idToken = answer.id_token;
  const claims = verifiedClaims(access, { idToken, answer, before: decodeIdToken(previous.idToken) });
  if (settings.acrValues.length > 0 && !settings.acrValues.includes(claims.acr ?? ''))
    return {
      kind: 'rejected',
      reason: 'the refreshed ID token does not show the sign-in that was asked for (acr)',
    };
  return { kind: 'refreshed', tokens: tokensOf(access, answer, { idToken, claims, previous }) };
}

async function revoke(access: Access, connection: Connection, tokens: Tokens): Promise<RevocationOutcome> {
  const { known } = connection;
  if (known.metadata.revocation_endpoint === undefined) return { kind: 'unsupported' };
  const config = configure(access, known, access.https.fetch);
  const { refreshToken, accessToken } = tokens;
  // The refresh token first: should the second call fail, what could bring new tokens is gone.
  if (refreshToken !== undefined)
    await oidc.tokenRevocation(config, refreshToken, { token_type_hint: 'refresh_token' });
  if (accessToken !== undefined)
    await revokeAccessToken(config, { accessToken, isLast: refreshToken === undefined });
  return { kind: 'revoked' };
}

/** Some providers revoke refresh tokens only, and end what came from them with it (RFC 7009 sections 2.1 and 2.2.1). */
async function revokeAccessToken(
  config: oidc.Configuration,
  { accessToken, isLast }: { accessToken: string; isLast: boolean },
): Promise<void> {
  try {
    await oidc.tokenRevocation(config, accessToken, { token_type_hint: 'access_token' });
  } catch (error) {
    if (isLast || oauthErrorOf(error)?.code !== 'unsupported_token_type') throw error;
  }
}
