// The cluster's side of a login: what a kube-apiserver must be told so that it takes these tokens, always with
// prefixes, never with names of the system's own. Objects here; who prints them serialises them.

import { Failure } from '../failure.ts';
import { shellQuoted } from '../shell-quote.ts';
import type { EditValue } from './kubeconfig-plan.ts';
import type { LoginSettings } from './settings.ts';

/** Which claims become the name and the groups, and what the cluster puts before them. */
export type ClaimMapping = {
  readonly usernameClaim: string;
  readonly usernamePrefix: string;
  /** undefined: the provider's tokens hold no groups. */
  readonly groupsClaim: string | undefined;
  readonly groupsPrefix: string;
};

export type ClusterSide = {
  readonly issuerUrl: string;
  readonly audiences: readonly string[];
  /** The provider's CA, undefined when the system's CAs know it. */
  readonly caPem: string | undefined;
  readonly mapping: ClaimMapping;
};

/** v1: Kubernetes 1.34 and later; v1beta1: 1.30 to 1.33. */
export type AuthenticationApi = 'v1' | 'v1beta1';

/**
 * A prefix that no claim can turn into a name of the system's own: not empty, not "-" (which switches it off for
 * --oidc flags), and neither the beginning of "system:" nor longer than it. Fails with `usage`.
 */
export function parsePrefix(flag: string, text: string): string {
  const isFit = text !== '' && text !== '-' && !'system:'.startsWith(text) && !text.startsWith('system:');
  if (isFit) return text;
  throw new Failure('usage', `--${flag} is "${text}"`, {
    hint: 'Without a prefix the provider decides who is "admin" or "system:masters" in the cluster: give one such as "oidc:".',
  });
}

/** Who the token is for: an access token is for the audience that was asked for, an ID token for the client. */
export function audiencesOf(settings: LoginSettings): readonly string[] {
  const asked = settings.authParams.filter(([name]) => name === 'audience').map(([, value]) => value);
  return settings.tokenType === 'access' && asked.length > 0 ? asked : [settings.clientId];
}

/** A complete AuthenticationConfiguration (apiserver.config.k8s.io), ready to be serialised. */
export function authenticationConfiguration(side: ClusterSide, api: AuthenticationApi): EditValue {
  const { issuerUrl, audiences, caPem, mapping } = side;
  const { usernameClaim, usernamePrefix, groupsClaim, groupsPrefix } = mapping;
  const groups: Record<string, EditValue> =
    groupsClaim === undefined ? {} : { groups: { claim: groupsClaim, prefix: groupsPrefix } };
  return {
    apiVersion: `apiserver.config.k8s.io/${api}`,
    kind: 'AuthenticationConfiguration',
    jwt: [
      {
        issuer: {
          url: issuerUrl,
          audiences,
          ...(audiences.length > 1 ? { audienceMatchPolicy: 'MatchAny' } : {}),
          ...(caPem === undefined ? {} : { certificateAuthority: caPem }),
        },
        ...(usernameClaim === 'email' ? { claimValidationRules: [verifiedEmail] } : {}),
        claimMappings: { username: { claim: usernameClaim, prefix: usernamePrefix }, ...groups },
        userValidationRules: [noSystemName, noSystemGroup],
      },
    ],
  };
}

// Some providers let people set their own address: unverified, it would be a name that anybody can take.
const verifiedEmail = {
  expression: 'claims.?email_verified.orValue(false) == true',
  message: 'the email address is not verified by the provider',
};
const noSystemName = {
  expression: "!user.username.startsWith('system:')",
  message: "names that begin with 'system:' belong to Kubernetes",
};
const noSystemGroup = {
  expression: "user.groups.all(group, !group.startsWith('system:'))",
  message: "groups that begin with 'system:' belong to Kubernetes",
};

/** The same as flags of a kube-apiserver before 1.30, each quoted for a POSIX shell. They take RS256 and one audience only. */
export function apiServerFlags({ issuerUrl, audiences, caPem, mapping }: ClusterSide): readonly string[] {
  const { usernameClaim, usernamePrefix, groupsClaim, groupsPrefix } = mapping;
  return [
    `--oidc-issuer-url=${issuerUrl}`,
    `--oidc-client-id=${audiences[0] ?? ''}`,
    `--oidc-username-claim=${usernameClaim}`,
    `--oidc-username-prefix=${usernamePrefix}`,
    ...(groupsClaim === undefined
      ? []
      : [`--oidc-groups-claim=${groupsClaim}`, `--oidc-groups-prefix=${groupsPrefix}`]),
    ...(caPem === undefined ? [] : ['--oidc-ca-file=/etc/kubernetes/pki/oidc-ca.pem']),
  ].map(shellQuoted);
}

/** What a person gives to the cluster, as text: the configuration file, or flags for servers older than 1.30. */
export function formatClusterSide(
  side: ClusterSide,
  form: AuthenticationApi | 'flags',
  yamlOf: (value: ReturnType<typeof authenticationConfiguration>) => string,
): string {
  if (form === 'flags') {
    return `# Flags for kube-apiserver before Kubernetes 1.30\n${apiServerFlags(side).join('\n')}\n`;
  }
  const head = "# The cluster's side: give this file to kube-apiserver as --authentication-config";
  return `${head}\n${yamlOf(authenticationConfiguration(side, form))}`;
}
