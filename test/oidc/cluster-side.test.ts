import { describe, expect, it } from 'vitest';
import {
  apiServerFlags,
  audiencesOf,
  authenticationConfiguration,
  type ClaimMapping,
  parsePrefix,
} from '../../src/oidc/cluster-side.ts';
import { compareWithCluster } from '../../src/oidc/seen-by-cluster.ts';
import { parseLoginSettings } from '../../src/oidc/settings.ts';

const mapping: ClaimMapping = {
  usernameClaim: 'email',
  usernamePrefix: 'oidc:',
  groupsClaim: 'groups',
  groupsPrefix: 'team:',
};
const side = { issuerUrl: 'https://id.example', audiences: ['kube'], caPem: 'PEM\n', mapping };

describe('authenticationConfiguration', () => {
  it('is complete, with prefixes, refuses the system names and wants a verified email address', () => {
    expect(authenticationConfiguration(side, 'v1')).toEqual({
      apiVersion: 'apiserver.config.k8s.io/v1',
      kind: 'AuthenticationConfiguration',
      jwt: [
        {
          issuer: { url: 'https://id.example', audiences: ['kube'], certificateAuthority: 'PEM\n' },
          claimValidationRules: [
            {
              expression: 'claims.?email_verified.orValue(false) == true',
              message: 'the email address is not verified by the provider',
            },
          ],
          claimMappings: {
            username: { claim: 'email', prefix: 'oidc:' },
            groups: { claim: 'groups', prefix: 'team:' },
          },
          userValidationRules: [
            {
              expression: "!user.username.startsWith('system:')",
              message: "names that begin with 'system:' belong to Kubernetes",
            },
            {
              expression: "user.groups.all(group, !group.startsWith('system:'))",
              message: "groups that begin with 'system:' belong to Kubernetes",
            },
          ],
        },
      ],
    });
  });

  it('leaves out what does not apply: CA, groups, email', () => {
    const plain = {
      ...side,
      caPem: undefined,
      mapping: { ...mapping, usernameClaim: 'sub', groupsClaim: undefined },
    };
    const text = JSON.stringify(authenticationConfiguration(plain, 'v1beta1'));
    expect(text).toContain('apiserver.config.k8s.io/v1beta1');
    expect(text).not.toMatch(/certificateAuthority|"groups"|claimValidationRules/);
  });

  it('has an access token be for the audience that was asked for', () => {
    const words = { 'issuer-url': 'https://id.example', 'client-id': 'kube', audience: 'https://api' };
    expect(audiencesOf(parseLoginSettings(words))).toEqual(['kube']);
    expect(audiencesOf(parseLoginSettings({ ...words, 'token-type': 'access' }))).toEqual(['https://api']);
  });
});

describe('apiServerFlags', () => {
  it('says the same for older servers, quoted for a shell', () => {
    const odd = {
      ...side,
      audiences: ["ku'be; rm -rf ~"],
      mapping: { ...mapping, groupsClaim: 'https://x/groups' },
    };
    expect(apiServerFlags(odd)).toEqual([
      '--oidc-issuer-url=https://id.example',
      "'--oidc-client-id=ku'\\''be; rm -rf ~'",
      '--oidc-username-claim=email',
      '--oidc-username-prefix=oidc:',
      '--oidc-groups-claim=https://x/groups',
      '--oidc-groups-prefix=team:',
      '--oidc-ca-file=/etc/kubernetes/pki/oidc-ca.pem',
    ]);
  });
});

describe('parsePrefix', () => {
  it.each(['', '-', 's', 'sys', 'system:', 'system:serviceaccount:'])('refuses %j', (text) => {
    expect(() => parsePrefix('groups-prefix', text)).toThrow(expect.objectContaining({ code: 'usage' }));
  });
  it.each(['oidc:', 'okta-', 'https://id.example#', 'systems:'])('takes %j', (text) => {
    expect(parsePrefix('groups-prefix', text)).toBe(text);
  });
});

describe('compareWithCluster', () => {
  const claims = {
    iss: 'https://id.example',
    sub: '42',
    aud: 'kube',
    exp: 1,
    iat: 0,
    email: 'ann@example.com',
    groups: ['devs', 'ops'],
  };
  const seen = (username: string, groups: readonly string[]) => ({ username, groups, uid: '' });
  const both = ['team:devs', 'team:ops', 'system:authenticated'];

  it('finds no difference when the cluster sees the prefixed name and groups', () => {
    expect(compareWithCluster(mapping, claims, seen('oidc:ann@example.com', both))).toEqual({
      expected: { username: 'oidc:ann@example.com', groups: ['team:devs', 'team:ops'] },
      differences: [],
    });
  });

  it.each([
    ['ann@example.com', both, 'it puts no prefix before user names'],
    ['x:ann@example.com', both, 'its prefix for user names is "x:"'],
    ['https://id.example#42', both, 'it takes the name from the claim "sub"'],
    ['oidc:ann@example.com', ['devs', 'ops'], 'puts no prefix before groups: it sees "devs", "ops"'],
    ['oidc:ann@example.com', ['system:authenticated'], 'its groups claim is another, or none is set'],
    ['oidc:ann@example.com', ['team:devs'], 'does not see the groups "team:ops"'],
    ['oidc:ann@example.com', [...both, 'extra'], 'also sees the groups "extra"'],
  ])('names the likely reason when it sees %s in %j', (username, groups, words) => {
    const { differences } = compareWithCluster(mapping, claims, seen(username, groups));
    expect(differences).toHaveLength(1);
    expect(differences[0]).toContain(words);
  });

  it('says so when the token lacks the claim', () => {
    const { differences } = compareWithCluster({ ...mapping, usernameClaim: 'upn' }, claims, seen('x', both));
    expect(differences[0]).toContain('the token has no claim "upn"');
  });
});
