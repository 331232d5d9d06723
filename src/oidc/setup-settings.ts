// The settings that setup writes: what the person said, completed by what is special about the provider and by
// what it announces.

import type { ClaimMapping } from './cluster-side.ts';
import type { ProviderMetadata } from './metadata.ts';
import { type ProviderPreset, scopesToAsk } from './provider-presets.ts';
import type { LoginSettings } from './settings.ts';
import type { SetupRequest } from './setup-request.ts';

/** The person's words always win; scopes that were chosen get at most offline_access added, for a refresh token. */
export function completeSettings(
  { settings, scopesGiven }: SetupRequest,
  preset: ProviderPreset,
  metadata: ProviderMetadata,
): LoginSettings {
  const usual = scopesToAsk(preset, metadata);
  const added = scopesGiven ? usual.filter((scope) => scope === 'offline_access') : usual;
  const given = new Set(settings.authParams.map(([name]) => name));
  const authParams = [...settings.authParams, ...preset.authParams.filter(([name]) => !given.has(name))];
  return {
    ...settings,
    scopes: [...new Set([...settings.scopes, ...added])].sort(),
    authParams: authParams.sort(([left], [right]) => (left < right ? -1 : left > right ? 1 : 0)),
    redirectUri: settings.redirectUri ?? preset.redirectUri,
  };
}

/** Which claims the cluster should read. */
export function claimMappingOf(request: SetupRequest, preset: ProviderPreset): ClaimMapping {
  return {
    usernameClaim: request.usernameClaim ?? preset.usernameClaim,
    usernamePrefix: request.usernamePrefix,
    groupsClaim: request.groupsClaim ?? preset.groupsClaim,
    groupsPrefix: request.groupsPrefix,
  };
}
