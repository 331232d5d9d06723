// The settings of one login: what an exec entry's arguments and `KUBECTL_OIDC_…` variables say, parsed once into
// a value that cannot be wrong, and back again.

import { Failure } from '../failure.ts';
import { parseIssuer, parseRedirectUri } from './addresses.ts';
import { type LoginFlag, type LoginWords, loginOptions, variableOf } from './login-options.ts';
import type { TokenType } from './token.ts';

export type TokenStorePreference = 'auto' | 'keychain' | 'file' | 'none';
export type LoginPolicy = 'auto' | 'never';
export type CertificateAuthority =
  | { readonly kind: 'system' }
  | { readonly kind: 'file'; readonly path: string }
  /** `base64` is the PEM bundle as kubeconfigs carry it. */
  | { readonly kind: 'data'; readonly base64: string };

export type LoginSettings = {
  readonly issuerUrl: string;
  readonly clientId: string;
  /** Sorted, without duplicates, `openid` always among them. */
  readonly scopes: readonly string[];
  /** Which of several people at one provider; '' is the only one. */
  readonly account: string;
  /** Extra parameters of the authorization request, sorted by name. */
  readonly authParams: readonly (readonly [name: string, value: string])[];
  readonly certificateAuthority: CertificateAuthority;
  /** A fixed loopback address for providers that compare the port; undefined = any free port. */
  readonly redirectUri: string | undefined;
  readonly tokenType: TokenType;
  readonly clientSecretFile: string | undefined;
  /** In order of preference (OpenID Connect Core section 3.1.2.1). */
  readonly acrValues: readonly string[];
  readonly maxAgeSeconds: number | undefined;
  readonly tokenStore: TokenStorePreference;
  readonly timeoutSeconds: number;
  readonly login: LoginPolicy;
  readonly allowHttpLoopbackIssuer: boolean;
};

// Parameters that the login sets itself: an extra one would redirect the code or switch a check off.
const reservedParams = new Set([
  'client_id',
  'redirect_uri',
  'response_type',
  'response_mode',
  'scope',
  'state',
  'nonce',
  'code_challenge',
  'code_challenge_method',
  'request',
  'request_uri',
  'acr_values',
  'max_age',
  'client_secret',
  'audience',
  'id_token_hint',
]);

/** Words → settings. Fails with `usage`, naming the flag and what it takes. Files are not read here. */
export function parseLoginSettings(words: LoginWords): LoginSettings {
  const allowHttpLoopbackIssuer = words['danger-http-loopback-issuer'] === true;
  const audience = single(words, 'audience');
  const authParams = list(words, 'auth-param').map(parseAuthParam);
  if (audience !== undefined) authParams.push(['audience', audience]);
  return {
    issuerUrl: parseIssuer(required(words, 'issuer-url'), allowHttpLoopbackIssuer),
    clientId: required(words, 'client-id'),
    scopes: [...new Set(['openid', ...list(words, 'scope').flatMap((scope) => scope.split(/[\s,]+/))])]
      .filter((scope) => scope !== '')
      .sort(),
    account: single(words, 'account') ?? '',
    authParams: authParams.sort(([left], [right]) => (left < right ? -1 : left > right ? 1 : 0)),
    certificateAuthority: parseCertificateAuthority(words),
    redirectUri: parseRedirectUri(single(words, 'redirect-uri')),
    tokenType: choice(words, 'token-type', 'id'),
    clientSecretFile: single(words, 'client-secret-file'),
    acrValues: list(words, 'acr-values')
      .flatMap((value) => value.split(/\s+/))
      .filter((value) => value !== ''),
    maxAgeSeconds: seconds(words, 'max-age', { least: 60, most: 999_999_999 }),
    tokenStore: choice(words, 'token-store', 'auto'),
    timeoutSeconds: seconds(words, 'timeout', { least: 1, most: 86_400 }) ?? 180,
    login: choice(words, 'login', 'auto'),
    allowHttpLoopbackIssuer,
  };
}

/** The arguments after `get-token` that parse back to the same settings; defaults are left out. */
export function formatLoginSettings(settings: LoginSettings): string[] {
  const { certificateAuthority: ca } = settings;
  const word = (flag: LoginFlag, value: string | undefined): string[] =>
    value === undefined ? [] : [`--${flag}=${value}`];
  const unless = (usual: string, value: string): string | undefined => (value === usual ? undefined : value);
  return [
    ...word('issuer-url', settings.issuerUrl),
    ...word('client-id', settings.clientId),
    ...settings.scopes.filter((scope) => scope !== 'openid').flatMap((scope) => word('scope', scope)),
    ...word('account', unless('', settings.account)),
    ...settings.authParams.flatMap(([name, value]) =>
      name === 'audience' ? word('audience', value) : word('auth-param', `${name}=${value}`),
    ),
    ...word('certificate-authority', ca.kind === 'file' ? ca.path : undefined),
    ...word('certificate-authority-data', ca.kind === 'data' ? ca.base64 : undefined),
    ...word('redirect-uri', settings.redirectUri),
    ...word('token-type', unless('id', settings.tokenType)),
    ...word('client-secret-file', settings.clientSecretFile),
    ...settings.acrValues.flatMap((value) => word('acr-values', value)),
    ...word('max-age', settings.maxAgeSeconds?.toString()),
    ...word('token-store', unless('auto', settings.tokenStore)),
    ...word('timeout', unless('180', settings.timeoutSeconds.toString())),
    ...word('login', unless('auto', settings.login)),
    ...(settings.allowHttpLoopbackIssuer ? ['--danger-http-loopback-issuer'] : []),
  ];
}

function list(words: LoginWords, flag: LoginFlag): string[] {
  const value = words[flag];
  if (value === undefined || typeof value === 'boolean') return [];
  return typeof value === 'string' ? [value] : [...value];
}

function single(words: LoginWords, flag: LoginFlag): string | undefined {
  const values = list(words, flag);
  if (values.length > 1)
    throw new Failure('usage', `--${flag} was given ${values.length} times`, { hint: 'Give it once.' });
  return values[0] === '' ? undefined : values[0];
}

function required(words: LoginWords, flag: LoginFlag): string {
  const value = single(words, flag);
  if (value !== undefined) return value;
  throw new Failure('usage', `--${flag} is missing`, {
    hint: `Give --${flag} or set ${variableOf(flag)}; "kubectl oidc setup --help" shows an example.`,
  });
}

function choice<Flag extends 'token-type' | 'token-store' | 'login'>(
  words: LoginWords,
  flag: Flag,
  otherwise: (typeof loginOptions)[Flag]['choices'][number],
): (typeof loginOptions)[Flag]['choices'][number] {
  const value = single(words, flag);
  const choices: readonly (typeof loginOptions)[Flag]['choices'][number][] = loginOptions[flag].choices;
  const found = value === undefined ? otherwise : choices.find((each) => each === value);
  if (found === undefined) {
    throw new Failure('usage', `--${flag} is "${value}"`, {
      hint: `It takes one of: ${choices.join(', ')}.`,
    });
  }
  return found;
}

function seconds(
  words: LoginWords,
  flag: LoginFlag,
  { least, most }: { readonly least: number; readonly most: number },
): number | undefined {
  const value = single(words, flag);
  if (value === undefined) return undefined;
  const number = /^\d{1,9}$/.test(value) ? Number(value) : Number.NaN;
  if (!(number >= least && number <= most)) {
    throw new Failure('usage', `--${flag} is "${value}"`, {
      hint: `It takes whole seconds, from ${least} to ${most}.`,
    });
  }
  return number;
}

function parseAuthParam(text: string): [string, string] {
  const at = text.indexOf('=');
  if (at < 1) throw new Failure('usage', `--auth-param is "${text}"`, { hint: 'Write it as name=value.' });
  const name = text.slice(0, at);
  if (reservedParams.has(name)) {
    throw new Failure('usage', `--auth-param may not set "${name}"`, {
      hint: name === 'audience' ? 'Use --audience.' : 'The login sets it itself.',
    });
  }
  return [name, text.slice(at + 1)];
}

function parseCertificateAuthority(words: LoginWords): CertificateAuthority {
  const path = single(words, 'certificate-authority');
  const base64 = single(words, 'certificate-authority-data');
  if (path !== undefined && base64 !== undefined) {
    throw new Failure('usage', '--certificate-authority and --certificate-authority-data were both given', {
      hint: 'Give one of them.',
    });
  }
  if (path !== undefined) return { kind: 'file', path };
  if (base64 === undefined) return { kind: 'system' };
  if (!/^[A-Za-z0-9+/\s]+={0,2}\s*$/.test(base64)) {
    throw new Failure('usage', '--certificate-authority-data is not base64', {
      hint: 'Encode the PEM file: base64 -w0 ca.pem.',
    });
  }
  return { kind: 'data', base64: base64.replaceAll(/\s/g, '') };
}
