// openid-client's errors in our words, told apart by their codes. Their messages and causes hold codes, tokens and
// whole answers: only fields from a list are looked at, and only words from a list are shown.

import { AuthorizationResponseError, ClientError, ResponseBodyError } from 'openid-client';
import { Failure } from '../../failure.ts';
import { counted } from '../../number-words.ts';
import type { AnswerFacts } from './https.ts';

/** RFC 6749, RFC 7009, RFC 8628, OpenID Connect Core: other words are not shown, they may hold anything. */
const oauthErrors = new Set([
  ...['invalid_request', 'invalid_client', 'invalid_grant', 'unauthorized_client', 'unsupported_grant_type'],
  ...['invalid_scope', 'access_denied', 'server_error', 'temporarily_unavailable', 'unsupported_token_type'],
  ...['interaction_required', 'login_required', 'consent_required', 'account_selection_required'],
  ...['invalid_target', 'slow_down', 'authorization_pending', 'expired_token'],
]);
const oauthHints: Readonly<Record<string, string>> = {
  invalid_client: 'Check --client-id, and whether this client must have a secret (--client-secret-file).',
  unauthorized_client: 'Allow this client the authorization code flow and refresh tokens at the provider.',
  invalid_grant: 'Sign in again: kubectl oidc login.',
  invalid_scope: 'Compare --scope with what the provider offers.',
  server_error: 'The provider is in trouble: try again later.',
  temporarily_unavailable: 'The provider is in trouble: try again later.',
};
const claimNames = new Set([
  'iss',
  'aud',
  'exp',
  'iat',
  'nbf',
  'nonce',
  'azp',
  'sub',
  'auth_time',
  'at_hash',
]);
const tellProvider = 'Sign in again; if it stays, tell who runs the provider.';

/** What was asked, and the facts of the last answer to it. */
export type Asked = {
  readonly doing: string;
  readonly issuerUrl: string;
  readonly answer: AnswerFacts | undefined;
};

/** Foreign error → Failure (`provider`; one of our own goes through). Anything that is neither is a bug and stays what it is. */
export function translateProviderError(error: unknown, asked: Asked): unknown {
  const own = ownFailure(error);
  if (own !== undefined) return own;
  if (error instanceof ResponseBodyError) return refusal(oauthErrorOf(error), asked);
  if (error instanceof AuthorizationResponseError) return refusal(knownError(error.error), asked);
  if (error instanceof ClientError) return ofClientError(error, asked);
  const code = field(error, 'code');
  if (error instanceof TypeError && typeof code === 'string')
    return badToken(asked, 'could not be judged', code);
  return error;
}

/** The OAuth error of a token answer, undefined when the error is something else. */
export function oauthErrorOf(error: unknown): { readonly code: string; readonly detail: string } | undefined {
  if (!(error instanceof ResponseBodyError)) return undefined;
  return { ...knownError(error.error), detail: entraCode(error.error_description) };
}

/** Whether the signature did not fit the key that was found for it: a key may be replaced under its old name. */
export function isBadSignature(error: unknown): boolean {
  const cause = field(field(error, 'cause'), 'cause');
  return typeof cause === 'object' && cause !== null && 'signature' in cause;
}

/** The words for an answer whose time is at fault: a wrong clock of this machine is named when the provider's `Date` shows it. */
export function clockHint(answer: AnswerFacts | undefined): string {
  const ahead = answer?.clockAheadSeconds;
  if (ahead === undefined || Math.abs(ahead) <= 60)
    return "Compare this machine's clock with the provider's.";
  const minutes = Math.max(1, Math.round(Math.abs(ahead) / 60));
  const size = minutes < 120 ? counted(minutes, 'minute') : counted(Math.round(minutes / 60), 'hour');
  return `This machine's clock is ${size} ${ahead > 0 ? 'ahead of' : 'behind'} the provider's: set it right.`;
}

function ofClientError(error: ClientError, asked: Asked): Failure {
  const { answer } = asked;
  switch (error.code) {
    case 'OAUTH_RESPONSE_IS_NOT_CONFORM':
      return statusFailure(asked);
    case 'OAUTH_RESPONSE_IS_NOT_JSON':
    case 'OAUTH_PARSE_ERROR':
      if (answer !== undefined && answer.status !== 200) return statusFailure(asked);
      return answer?.isHtml === true || error.code === 'OAUTH_RESPONSE_IS_NOT_JSON'
        ? notJson(asked)
        : badToken(asked, 'or its ID token is malformed');
    case 'OAUTH_JWT_TIMESTAMP_CHECK_FAILED':
      return timeFailure(error, asked);
    case 'OAUTH_JWT_CLAIM_COMPARISON_FAILED':
      return badToken(asked, `has an ID token that is not for this login: ${claimOf(error)} differs`);
    case 'OAUTH_KEY_SELECTION_FAILED':
      return badToken(asked, 'has an ID token signed with a key that the provider does not publish');
    case 'OAUTH_UNSUPPORTED_OPERATION':
      return badToken(
        asked,
        'has a token of a kind that is not supported (encrypted, or a weak or unknown key)',
      );
    default:
      return badToken(asked, invalidWords(error));
  }
}

function invalidWords(error: ClientError): string {
  if (isBadSignature(error)) return 'has an ID token whose signature is wrong';
  const details = field(field(error, 'cause'), 'cause');
  if (field(details, 'header') !== undefined)
    return 'has an ID token signed with an algorithm that is not accepted';
  const body = field(details, 'body');
  if (typeof body === 'object' && body !== null && !('id_token' in body)) return 'holds no ID token';
  return 'is malformed, or its ID token is';
}

/** A status that is neither success nor an OAuth error; `cause` is `HTTP <status>`. */
export function statusFailure({ doing, answer, issuerUrl }: Asked): Failure {
  const status = answer?.status ?? 0;
  const place = answer?.place ?? issuerUrl;
  const hint =
    status >= 500
      ? 'The provider is in trouble: try again later.'
      : status >= 300 && status < 400
        ? 'It redirects, which is not followed: check --issuer-url.'
        : 'Check --issuer-url; if it is right, tell who runs the provider.';
  return new Failure('provider', `${doing}: ${place} answered with status ${status}`, {
    hint,
    cause: `HTTP ${status}`,
  });
}

/** An answer with status 200 that is no JSON. */
export function notJson({ doing, answer, issuerUrl }: Asked): Failure {
  const what = answer?.isHtml === true ? 'HTML where JSON was expected' : 'something that is not JSON';
  return new Failure('provider', `${doing}: ${answer?.place ?? issuerUrl} answered with ${what}`, {
    hint: 'Check --issuer-url, and whether a proxy or sign-in page of the network stands in between.',
  });
}

function timeFailure(error: ClientError, asked: Asked): Failure {
  const claim = claimOf(error);
  const why =
    claim === 'exp'
      ? 'has ended already'
      : claim === 'nbf'
        ? 'is not valid yet'
        : 'is of a sign-in too long ago';
  return new Failure('provider', `${asked.doing}: the ID token of ${asked.issuerUrl} ${why}`, {
    hint: clockHint(asked.answer),
    cause: claim,
  });
}

function refusal(error: { code: string; detail?: string } | undefined, { doing, issuerUrl }: Asked): Failure {
  const code = error?.code ?? '';
  return new Failure('provider', `${doing}: ${issuerUrl} refused`, {
    hint: oauthHints[code] ?? 'Ask who runs the provider what it wants of this client.',
    cause: [code || 'no known error code', error?.detail ?? ''].filter((part) => part !== '').join(', '),
  });
}

function badToken({ doing, issuerUrl }: Asked, what: string, cause?: string): Failure {
  const subject = what.startsWith('or ') ? what.slice(3) : `the answer ${what}`;
  return new Failure('provider', `${doing} at ${issuerUrl}: ${subject}`, {
    hint: tellProvider,
    ...(cause && { cause }),
  });
}

function knownError(error: string): { readonly code: string } {
  return { code: oauthErrors.has(error) ? error : '' };
}

/** Entra tells everything by number; the number alone is safe to show and can be looked up. */
function entraCode(description: string | undefined): string {
  return /\bAADSTS\d{4,8}\b/.exec(description ?? '')?.[0] ?? '';
}

function claimOf(error: ClientError): string {
  const claim = field(field(field(error, 'cause'), 'cause'), 'claim');
  return typeof claim === 'string' && claimNames.has(claim) ? claim : 'a claim';
}

function ownFailure(error: unknown): Failure | undefined {
  let each = error;
  for (let depth = 0; depth < 5 && each !== undefined; depth++) {
    if (each instanceof Failure) return each;
    each = field(each, 'cause');
  }
  return undefined;
}

function field(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? Reflect.get(value, name) : undefined;
}
