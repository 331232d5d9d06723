// What a login will need of a provider, told by `setup` before anything is written.

import { cleanText } from '../foreign-text.ts';
import { type ProviderMetadata, usableAlgorithms } from './metadata.ts';
import type { ProviderPreset } from './provider-presets.ts';
import type { LoginSettings } from './settings.ts';

/** `problem`: the login cannot work, or only as nobody would want it. `warning`: it works, with this restriction. */
export type Finding = {
  readonly kind: 'problem' | 'warning';
  readonly words: string;
  /** The flag by which a person accepts this problem. */
  readonly accept?: 'accept-no-refresh';
};

/** What `setup` tells before it writes: PKCE, scopes, refresh, algorithms, revocation, client authentication, ACR. Empty = all is well. */
export function whatLoginNeeds(
  metadata: ProviderMetadata,
  settings: LoginSettings,
  preset: ProviderPreset,
): Finding[] {
  const found = [
    ...pkceFindings(metadata),
    ...scopeFindings(metadata, settings),
    ...refreshFindings(metadata, settings, preset),
    ...algorithmFindings(metadata),
  ];
  if (metadata.response_types_supported?.includes('code') === false)
    found.push(problem('the provider does not offer the authorization code flow (response type "code")'));
  if (metadata.revocation_endpoint === undefined)
    found.push(
      warning(
        'the provider has no revocation endpoint: logout deletes the login here and cannot end it there',
      ),
    );
  const unknown = settings.acrValues.filter(
    (value) => metadata.acr_values_supported?.includes(value) === false,
  );
  if (unknown.length > 0)
    found.push(warning(`the provider does not announce these acr values: ${words(unknown)}`));
  const methods = metadata.token_endpoint_auth_methods_supported;
  if (settings.clientSecretFile === undefined && methods?.includes('none') === false)
    found.push(warning('the provider announces no public clients: the client may need --client-secret-file'));
  return found;
}

function pkceFindings(metadata: ProviderMetadata): Finding[] {
  const methods = metadata.code_challenge_methods_supported;
  // Several well-known providers support PKCE and do not announce it, so silence alone is no reason to stop.
  if (methods === undefined)
    return [
      warning(
        'the provider does not announce PKCE; it is sent all the same, and a provider that ignores it protects the code less',
      ),
    ];
  return methods.includes('S256') ? [] : [problem('the provider does not support PKCE with S256 (RFC 7636)')];
}

function scopeFindings(metadata: ProviderMetadata, settings: LoginSettings): Finding[] {
  const unknown = settings.scopes.filter((scope) => metadata.scopes_supported?.includes(scope) === false);
  if (unknown.includes('openid'))
    return [problem('the provider does not offer the scope openid: it is no OpenID provider')];
  if (unknown.length === 0) return [];
  return [
    warning(
      `the provider does not announce these scopes and may refuse the login or ignore them: ${words(unknown)}`,
    ),
  ];
}

function refreshFindings(
  metadata: ProviderMetadata,
  settings: LoginSettings,
  preset: ProviderPreset,
): Finding[] {
  // Without a list the default of Discovery section 3 names no refresh_token, yet most such providers give one.
  if (metadata.grant_types_supported?.includes('refresh_token') === false)
    return [
      {
        ...problem('the provider gives no refresh tokens, and the browser opens each time the ID token ends'),
        accept: 'accept-no-refresh',
      },
    ];
  const announced = metadata.scopes_supported?.includes('offline_access') === true;
  if (preset.offlineAccess === 'never' || !announced || settings.scopes.includes('offline_access')) return [];
  return [
    warning(
      'offline_access is not among the scopes: the provider may give no refresh token, and the browser opens each time the ID token ends',
    ),
  ];
}

function algorithmFindings(metadata: ProviderMetadata): Finding[] {
  const usable = usableAlgorithms(metadata);
  if (usable.length === 0)
    return [
      problem(
        `no kube-apiserver accepts the algorithms of this provider's ID tokens: ${words(metadata.id_token_signing_alg_values_supported ?? [])}`,
      ),
    ];
  if (usable.includes('RS256')) return [];
  return [
    warning(
      `a kube-apiserver set up by --oidc flags takes RS256 only, this provider offers ${words(usable)}: use an AuthenticationConfiguration file`,
    ),
  ];
}

const problem = (text: string): Finding => ({ kind: 'problem', words: text });
const warning = (text: string): Finding => ({ kind: 'warning', words: text });

function words(list: readonly string[]): string {
  return list.map((each) => cleanText(each, 60)).join(', ');
}
