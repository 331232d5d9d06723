// The settings that setup writes: what the person said, completed by what is special about the provider and by
// what it announces.

import { Failure } from '../failure.ts';
import type { ClaimMapping } from './cluster-side.ts';
import { type Finding, whatLoginNeeds } from './login-needs.ts';
import type { ProviderMetadata } from './metadata.ts';
import { guessProvider, type ProviderPreset, presetOf, scopesToAsk } from './provider-presets.ts';
import type { LoginSettings } from './settings.ts';
import type { SetupRequest } from './setup-request.ts';

/** `notes`: what the person should know, a line each. */
export type JudgedSetup = {
  readonly settings: LoginSettings;
  readonly preset: ProviderPreset;
  readonly notes: readonly string[];
};

/** The settings to write, judged against what the provider announces. Fails with `provider` when a login cannot work, or only as nobody has accepted it. */
export function judgeSetup(request: SetupRequest, metadata: ProviderMetadata): JudgedSetup {
  const { issuerUrl } = request.settings;
  const preset = request.provider === undefined ? guessProvider(issuerUrl) : presetOf(request.provider);
  const settings = completeSettings(request, preset, metadata);
  const findings = whatLoginNeeds(metadata, settings, preset);
  const isAccepted = ({ accept }: Finding): boolean =>
    accept === 'accept-no-refresh' && request.acceptNoRefresh;
  const problem = findings.find((finding) => finding.kind === 'problem' && !isAccepted(finding));
  if (problem !== undefined) {
    const way =
      problem.accept === undefined
        ? 'Tell who runs the provider.'
        : `--${problem.accept} goes on all the same.`;
    throw new Failure('provider', `${issuerUrl} will not do for a login: ${problem.words}`, {
      hint: `Nothing was changed. ${way}`,
    });
  }
  const special = preset.name === 'generic' ? [] : preset.notes.map((note) => `${preset.title}: ${note}`);
  return { settings, preset, notes: [...findings.map(({ words }) => `Note: ${words}.`), ...special] };
}

/** The person's words always win; scopes that were chosen get at most offline_access added, for a refresh token. */
function completeSettings(
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
