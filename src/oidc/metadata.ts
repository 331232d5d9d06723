// The provider's discovery document (OpenID Connect Discovery section 3, RFC 8414), judged once.

import { Failure } from '../failure.ts';
import { cleanText } from '../foreign-text.ts';
import { isFields } from '../json-fields.ts';

/** Names as in the document. Every address is https, or http on loopback where the issuer itself is. */
export type ProviderMetadata = {
  readonly issuer: string;
  readonly authorization_endpoint: string;
  readonly token_endpoint: string;
  readonly jwks_uri: string;
  readonly revocation_endpoint?: string;
  readonly end_session_endpoint?: string;
  readonly device_authorization_endpoint?: string;
  readonly scopes_supported?: string[];
  readonly response_types_supported?: string[];
  readonly grant_types_supported?: string[];
  readonly code_challenge_methods_supported?: string[];
  readonly id_token_signing_alg_values_supported?: string[];
  readonly token_endpoint_auth_methods_supported?: string[];
  readonly acr_values_supported?: string[];
  readonly claims_supported?: string[];
  readonly authorization_response_iss_parameter_supported?: boolean;
};

/** What a kube-apiserver verifies (structured authentication; with flags RS256 alone), never HS or none. */
export const acceptedAlgorithms: readonly string[] = ['RS', 'ES', 'PS'].flatMap((family) =>
  ['256', '384', '512'].map((size) => `${family}${size}`),
);

const requiredEndpoints = ['authorization_endpoint', 'token_endpoint', 'jwks_uri'] as const;
const optionalEndpoints = [
  'revocation_endpoint',
  'end_session_endpoint',
  'device_authorization_endpoint',
] as const;
const lists = [
  'scopes_supported',
  'response_types_supported',
  'grant_types_supported',
  'code_challenge_methods_supported',
  'id_token_signing_alg_values_supported',
  'token_endpoint_auth_methods_supported',
  'acr_values_supported',
  'claims_supported',
] as const;

/**
 * The document as a value that cannot be wrong. Fails with `provider`: another issuer (compared letter by letter,
 * Discovery section 4.3), a template, a missing or plain http endpoint. Unknown fields are dropped.
 */
export function judgeMetadata(document: unknown, issuerUrl: string): ProviderMetadata {
  if (!isFields(document)) throw unusable(issuerUrl, 'is not a JSON object');
  if (document.issuer !== issuerUrl) throw otherIssuer(issuerUrl, document.issuer);
  const [authorization_endpoint, token_endpoint, jwks_uri] = [
    endpoint(document, 'authorization_endpoint', issuerUrl),
    endpoint(document, 'token_endpoint', issuerUrl),
    endpoint(document, 'jwks_uri', issuerUrl),
  ];
  for (const name of lists) {
    const value = document[name];
    if (value !== undefined && !isTextList(value))
      throw unusable(issuerUrl, `has a ${name} that is no list of words`);
  }
  return {
    ...Object.fromEntries(
      lists.filter((name) => document[name] !== undefined).map((name) => [name, document[name]]),
    ),
    ...Object.fromEntries(
      optionalEndpoints
        .filter((name) => document[name] !== undefined)
        .map((name) => [name, endpoint(document, name, issuerUrl)]),
    ),
    ...(document.authorization_response_iss_parameter_supported === true && {
      authorization_response_iss_parameter_supported: true,
    }),
    issuer: issuerUrl,
    authorization_endpoint,
    token_endpoint,
    jwks_uri,
  };
}

/** The address of an issuer's discovery document (Discovery section 4). */
export function discoveryUrl(issuerUrl: string): string {
  return `${issuerUrl.replace(/\/$/, '')}/.well-known/openid-configuration`;
}

/** Algorithms for ID tokens that the provider uses and a kube-apiserver takes; RS256 where it does not say (Discovery section 3). */
export function usableAlgorithms(metadata: ProviderMetadata): string[] {
  const offered = metadata.id_token_signing_alg_values_supported ?? ['RS256'];
  return offered.filter((algorithm) => acceptedAlgorithms.includes(algorithm));
}

/**
 * Whether the issuer that came with the code is ours (RFC 9207 section 2.4): compared whenever it is there, required
 * when the metadata announces it. Fails with `refused`.
 */
export function judgeResponseIssuer(iss: string | undefined, metadata: ProviderMetadata): void {
  if (iss === undefined && metadata.authorization_response_iss_parameter_supported !== true) return;
  if (iss === metadata.issuer) return;
  const who =
    iss === undefined
      ? 'does not say which provider it is from'
      : `is from another provider: ${cleanText(iss)}`;
  throw new Failure('refused', `the answer to the sign-in at ${metadata.issuer} ${who}`, {
    hint: 'Sign in again; if it stays, somebody may be mixing up providers (RFC 9207): tell who runs this one.',
  });
}

function endpoint(
  document: Record<string, unknown>,
  name: (typeof requiredEndpoints)[number] | (typeof optionalEndpoints)[number],
  issuerUrl: string,
): string {
  const value = document[name];
  if (value === undefined) throw unusable(issuerUrl, `has no ${name}`);
  if (typeof value !== 'string' || !URL.canParse(value))
    throw unusable(issuerUrl, `has a ${name} that is no address`);
  const url = new URL(value);
  const isLoopback = ['127.0.0.1', '[::1]', 'localhost'].includes(url.hostname);
  const isFit =
    url.protocol === 'https:' || (url.protocol === 'http:' && isLoopback && issuerUrl.startsWith('http:'));
  if (!isFit) throw unusable(issuerUrl, `has a ${name} that is not https`);
  return value;
}

function otherIssuer(issuerUrl: string, named: unknown): Failure {
  const name = typeof named === 'string' ? cleanText(named) : '';
  if (name === '') return unusable(issuerUrl, 'names no issuer');
  const isTemplate = /[{}]/.test(name);
  return new Failure('provider', `the discovery document of ${issuerUrl} names another issuer: ${name}`, {
    hint: isTemplate
      ? 'That is a template for many tenants, and Kubernetes needs one issuer: give the address with the tenant id.'
      : 'Give exactly what it names as --issuer-url (letter by letter, with or without the final slash) if you trust it.',
  });
}

function unusable(issuerUrl: string, what: string): Failure {
  return new Failure('provider', `the discovery document of ${issuerUrl} ${what}`, {
    hint: 'Check --issuer-url, or tell who runs the provider.',
  });
}

function isTextList(value: unknown): value is string[] {
  return Array.isArray(value) && value.every((each) => typeof each === 'string');
}
