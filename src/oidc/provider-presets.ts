// What is special about well-known providers, as data with the reason beside it. Used by `setup`, which writes the
// outcome into the kubeconfig, and for the one rule that get-token needs: whether offline_access wants a consent.

import type { ProviderMetadata } from './metadata.ts';

export const providerNames = [
  'okta',
  'entra',
  'google',
  'keycloak',
  'dex',
  'auth0',
  'cognito',
  'gitlab',
  'generic',
] as const;
export type ProviderName = (typeof providerNames)[number];

export type ProviderPreset = {
  readonly name: ProviderName;
  readonly title: string;
  /** Why this provider has a preset. */
  readonly why: string;
  /** Whether an issuer looks like this provider; a guess that `--provider` overrules. */
  readonly matches: (issuer: URL) => boolean;
  /** To ask for besides openid, as far as the provider announces them. */
  readonly scopes: readonly string[];
  /** Whether the scope offline_access is asked for where it is announced. */
  readonly offlineAccess: 'when-announced' | 'never';
  /** Whether `prompt=consent` goes with offline_access (OpenID Connect Core section 11). */
  readonly consentForOffline: boolean;
  readonly authParams: readonly (readonly [name: string, value: string])[];
  /** undefined = any free port on 127.0.0.1. */
  readonly redirectUri: string | undefined;
  readonly usernameClaim: string;
  /** undefined = no groups in its ID tokens. */
  readonly groupsClaim: string | undefined;
  /** What `setup` tells the person. */
  readonly notes: readonly string[];
};

const usual = {
  scopes: ['profile', 'email', 'groups'],
  offlineAccess: 'when-announced',
  consentForOffline: false,
  authParams: [],
  redirectUri: undefined,
  usernameClaim: 'sub',
  groupsClaim: 'groups',
  notes: [],
} as const;

const presets: Readonly<Record<ProviderName, Omit<ProviderPreset, 'name'>>> = {
  okta: {
    ...usual,
    title: 'Okta',
    why: 'It compares the redirect address with its port, and gives groups by a filter of the application.',
    matches: ({ hostname }) => /(^|\.)(okta|oktapreview|okta-emea|okta-gov)\.com$/.test(hostname),
    redirectUri: 'http://127.0.0.1:8000/',
    usernameClaim: 'email',
    notes: [
      'Register exactly http://127.0.0.1:8000/ as sign-in redirect address of a native application.',
      'The org authorization server puts groups into the ID token only by the groups claim filter of the application, and at most 100 of them.',
    ],
  },
  entra: {
    ...usual,
    title: 'Microsoft Entra ID',
    why: 'The port is free only for http://localhost; groups are ids, and above 200 they are left out.',
    matches: ({ hostname }) =>
      /^(login\.microsoftonline\.(com|us)|login\.partner\.microsoftonline\.cn|sts\.windows\.net)$/.test(
        hostname,
      ),
    scopes: ['profile', 'email'],
    redirectUri: 'http://localhost',
    usernameClaim: 'oid',
    notes: [
      'Register http://localhost under "Mobile and desktop applications", which leaves the port free.',
      'Groups come as object ids: bind those. A person in more than 200 groups gets none, and the cluster answers 401: send only "groups assigned to the application".',
      'The username is the object id (oid): addresses and names can be given to somebody else there.',
    ],
  },
  google: {
    ...usual,
    title: 'Google',
    why: 'It has no groups and no offline_access scope: refresh tokens come with access_type=offline and a consent.',
    matches: ({ hostname }) => hostname === 'accounts.google.com',
    scopes: ['profile', 'email'],
    offlineAccess: 'never',
    authParams: [
      ['access_type', 'offline'],
      ['prompt', 'consent'],
    ],
    usernameClaim: 'email',
    groupsClaim: undefined,
    notes: [
      'Google puts no groups into ID tokens: bind users, or put Dex in between.',
      'A desktop client there has a "secret" that is none; its token endpoint wants it all the same: save it and give --client-secret-file.',
    ],
  },
  keycloak: {
    ...usual,
    title: 'Keycloak',
    why: 'Its refresh tokens come without offline_access, which would make a session that never ends; group names are paths.',
    matches: ({ pathname }) => /\/realms\/[^/]+\/?$/.test(pathname),
    offlineAccess: 'never',
    usernameClaim: 'preferred_username',
    notes: [
      'Register http://127.0.0.1/* as valid redirect address: any port of it is accepted.',
      'Groups need a "Group Membership" mapper; its "Full group path" is on by default and makes them /team-a.',
    ],
  },
  dex: {
    ...usual,
    title: 'Dex',
    why: 'It refuses scopes it does not know, and gives refresh tokens for offline_access without a consent.',
    matches: ({ hostname, pathname }) => /(^|\.)dex\./.test(hostname) || /\/dex\/?$/.test(pathname),
    usernameClaim: 'email',
    notes: [
      'Register the client with "public: true" and without redirectURIs: any loopback port is accepted.',
      'With refresh token rotation set reuseInterval to some seconds, so that a lost answer does not end the login.',
    ],
  },
  auth0: {
    ...usual,
    title: 'Auth0',
    why: 'It compares the redirect address with its port, and a claim named groups is reserved there.',
    matches: ({ hostname }) => /(^|\.)auth0\.com$/.test(hostname),
    scopes: ['profile', 'email'],
    redirectUri: 'http://127.0.0.1:8000/',
    groupsClaim: undefined,
    notes: [
      'Register exactly http://127.0.0.1:8000/ as allowed callback address of a native application.',
      'Groups need an action that sets a claim with a namespace of yours, e.g. https://example.com/groups; name it as the groups claim of the cluster.',
    ],
  },
  cognito: {
    ...usual,
    title: 'Amazon Cognito',
    why: 'It takes http for localhost alone, compares the port, and names its groups claim cognito:groups.',
    matches: ({ hostname }) => /^cognito-idp\.[a-z0-9-]+\.amazonaws\.com(\.cn)?$/.test(hostname),
    scopes: ['profile', 'email'],
    offlineAccess: 'never',
    redirectUri: 'http://localhost:8000/',
    usernameClaim: 'cognito:username',
    groupsClaim: 'cognito:groups',
    notes: [
      'Register exactly http://localhost:8000/ as callback address of a public app client.',
      'Its access tokens have no audience: keep --token-type id.',
    ],
  },
  gitlab: {
    ...usual,
    title: 'GitLab',
    why: 'Asking it for offline_access is an error, and direct memberships are in the claim groups_direct.',
    matches: ({ hostname }) => /^gitlab\./.test(hostname),
    scopes: ['profile', 'email'],
    offlineAccess: 'never',
    groupsClaim: 'groups_direct',
    notes: [
      'Register the application without "Confidential", with the scopes openid, profile and email.',
      'The username is the numeric id (sub): a user name can be changed there and taken by somebody else.',
    ],
  },
  generic: {
    ...usual,
    title: 'an OpenID Connect provider',
    why: 'What the standards say, for every provider that needs nothing special.',
    matches: () => true,
    consentForOffline: true,
  },
};

/** The preset of that name. */
export function presetOf(name: ProviderName): ProviderPreset {
  return { name, ...presets[name] };
}

/** The provider that an issuer looks like, `generic` when like none. The issuer is an address that was parsed before. */
export function guessProvider(issuerUrl: string): ProviderPreset {
  const issuer = new URL(issuerUrl);
  return presetOf(providerNames.find((name) => presets[name].matches(issuer)) ?? 'generic');
}

/** The scopes that `setup` writes besides openid: the preset's as far as they are announced, and offline_access by its rule. */
export function scopesToAsk(preset: ProviderPreset, metadata: ProviderMetadata): string[] {
  const announced = metadata.scopes_supported;
  const known = announced === undefined ? [] : preset.scopes.filter((scope) => announced.includes(scope));
  const isOffline =
    preset.offlineAccess === 'when-announced' && announced?.includes('offline_access') === true;
  return [...known, ...(isOffline ? ['offline_access'] : [])].sort();
}
