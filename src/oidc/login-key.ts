// The name under which a login's tokens are kept: everything that makes them differ, nothing else.

import type { LoginSettings } from './settings.ts';

/**
 * The readable canonical name of a login: equal for two entries exactly when they may share tokens. `caSha256` is
 * the digest (hex) of the provider's CA as given, '' for the system's CAs. The order never depends on how flags were typed.
 */
export function loginKey(settings: LoginSettings, caSha256: string): string {
  const fields: readonly (readonly [string, string])[] = [
    ['issuer', settings.issuerUrl],
    ['client', settings.clientId],
    ['scope', settings.scopes.join(' ')],
    ['account', settings.account],
    ...settings.authParams.map(([name, value]) => [`param.${name}`, value] as const),
    ['acr', settings.acrValues.join(' ')],
    ['max-age', settings.maxAgeSeconds?.toString() ?? ''],
    ['secret-file', settings.clientSecretFile ?? ''],
    ['ca', caSha256],
  ];
  // encodeURIComponent keeps a separator inside a value from forging another field.
  return fields
    .filter(([, value]) => value !== '')
    .map(([name, value]) => `${encodeURIComponent(name)}=${encodeURIComponent(value)}`)
    .join('&');
}
