// How this client says who it is at the token endpoint.

import * as oidc from 'openid-client';
import type { ProviderMetadata } from '../../oidc/metadata.ts';

/** None for a public client; else HTTP Basic, or the body where the provider announces that alone (OpenID Connect Core section 9). */
export function clientAuthentication(
  metadata: Pick<ProviderMetadata, 'token_endpoint_auth_methods_supported'>,
  secret: string | undefined,
): oidc.ClientAuth {
  if (secret === undefined) return oidc.None();
  const methods = metadata.token_endpoint_auth_methods_supported ?? ['client_secret_basic'];
  const usesPost = methods.includes('client_secret_post') && !methods.includes('client_secret_basic');
  return usesPost ? oidc.ClientSecretPost(secret) : oidc.ClientSecretBasic(secret);
}
