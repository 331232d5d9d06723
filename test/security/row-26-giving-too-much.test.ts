// More than meant: names of Kubernetes itself under any spelling, cluster-admin under any name, wildcards from any source.

import { describe, expect, it } from 'vitest';
import { parseGrant } from '../../src/rbac/grant-request.ts';
import type { Scene } from '../../src/rbac/grant-scene.ts';
import { snapshotOfObjects } from '../../src/rbac/objects.ts';
import type { Preset } from '../../src/rbac/presets.ts';
import { stock } from '../../src/rbac/stock.ts';
import { wantedGrants } from '../../src/rbac/wanted-grants.ts';
import type { TypedWords } from '../../src/typed-words.ts';
import { clusterRole, part, role } from '../rbac/objects.ts';

const { objects, discovery } = stock();
const own = [
  clusterRole('innocent', '* * *'),
  clusterRole('all-of-apps', 'get * apps'),
  {
    apiVersion: 'rbac.authorization.k8s.io/v1',
    kind: 'ClusterRole',
    metadata: { name: 'all-urls' },
    rules: [{ verbs: ['get'], nonResourceURLs: ['/*'] }],
  },
  part('team-all', 'x', '* * *'),
  role('shop/everything', '* * *'),
  { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'shop' } },
];
const scene: Scene = {
  snapshot: snapshotOfObjects([...objects, ...own], { aggregated: 'here' }),
  discovery,
  caller: { user: 'admin', groups: ['system:masters'] },
  claims: undefined,
  namespace: 'shop',
};
const preset = (rules: readonly string[]): Preset => ({
  ...{ name: 'team', about: 'x', warning: '', scope: 'any', names: 'all', binding: 'team', from: 'file' },
  rules,
});
const grantsOf = (words: TypedWords, fromFile: readonly Preset[] = []) =>
  wantedGrants(parseGrant({ namespace: 'shop', ...words }), scene, { fromFile, now: 1_800_000_000 }).grants;

const kubernetesOwn = [
  'system:masters',
  'system:authenticated',
  'system:unauthenticated',
  'system:serviceaccounts',
  'system:serviceaccounts:kube-system',
  'system:nodes',
  'System:Masters',
];
const ways: readonly (readonly [string, (name: string) => TypedWords])[] = [
  ['as a group', (name) => ({ group: name })],
  ['as a group without a prefix', (name) => ({ group: name, 'groups-prefix': '' })],
  ['as a group behind a prefix', (name) => ({ group: name, 'groups-prefix': 'oidc:' })],
  [
    'as a group, half of it in the prefix',
    (name) => ({ group: name.slice(7), 'groups-prefix': name.slice(0, 7) }),
  ],
  ['as a user', (name) => ({ user: name })],
  [
    'as a user, half of it in the prefix',
    (name) => ({ user: name.slice(7), 'username-prefix': name.slice(0, 7) }),
  ],
];

describe('row 26: names of Kubernetes itself', () => {
  for (const [how, words] of ways) {
    it.each(kubernetesOwn)(`${how}: %s is refused, and granted to who insists`, (name) => {
      const asked = { ...words(name), preset: 'viewer' };
      expect(() => grantsOf(asked)).toThrow(
        expect.objectContaining({
          code: 'refused',
          hint: expect.stringContaining('--dangerous-system-subject'),
        }),
      );
      expect(grantsOf({ ...asked, 'dangerous-system-subject': true })).toHaveLength(1);
    });
  }

  it('the user of a service account is granted as what it is, insisting or not', () => {
    const words = {
      user: 'system:serviceaccount:shop:ci',
      preset: 'viewer',
      'dangerous-system-subject': true,
    };
    expect(() => grantsOf(words)).toThrow(
      expect.objectContaining({ hint: 'Give --serviceaccount shop/ci.' }),
    );
  });

  it('a name with characters that cannot be seen is refused', () => {
    for (const name of ['devs\u200b', 'de\u202evs', ' devs', 'devs\n', '\u001b[1mdevs']) {
      expect(() => grantsOf({ group: name, preset: 'viewer' })).toThrow(
        expect.objectContaining({ code: 'usage' }),
      );
    }
  });
});

describe('row 26: everything, and what is to come', () => {
  it.each([
    ['cluster-admin in a namespace', { clusterrole: 'cluster-admin' }, 'cluster-admin'],
    [
      'cluster-admin in the whole cluster',
      { clusterrole: 'cluster-admin', cluster: true, namespace: undefined },
      'cluster-admin',
    ],
    ['the same under another name', { clusterrole: 'innocent' }, 'cluster-admin'],
    ['a Role that holds everything', { role: 'everything' }, 'cluster-admin'],
    ['a ClusterRole with a wildcard', { clusterrole: 'all-of-apps' }, 'wildcard'],
    [
      'a ClusterRole for every path',
      { clusterrole: 'all-urls', namespace: undefined, cluster: true },
      'wildcard',
    ],
    ['a verb that is all verbs', { verb: '*', resource: 'pods' }, 'wildcard'],
    ['a resource that is all', { verb: 'get', resource: '*' }, 'wildcard'],
    ['all of a group', { verb: 'get', resource: '*.apps' }, 'wildcard'],
    ['a subresource of any', { rule: 'get */scale' }, 'wildcard'],
    ['in the second of two rules', { rule: ['get pods', '* services'] }, 'wildcard'],
  ] as const)('%s is refused, and granted to who insists', (_, words, danger) => {
    expect(() => grantsOf({ group: 'devs', ...words })).toThrow(
      expect.objectContaining({ code: 'refused', hint: expect.stringContaining(`--dangerous-${danger}`) }),
    );
    expect(grantsOf({ group: 'devs', ...words, [`dangerous-${danger}`]: true })).toHaveLength(1);
  });

  it("a team's presets are judged like typed rules", () => {
    expect(() => grantsOf({ group: 'devs', preset: 'team' }, [preset(['* pods'])])).toThrow(
      expect.objectContaining({ code: 'refused' }),
    );
    expect(grantsOf({ group: 'devs', preset: 'team' }, [preset(['get pods'])])).toHaveLength(1);
  });

  it('one danger is no leave for another', () => {
    const words = { group: 'system:authenticated', clusterrole: 'cluster-admin' };
    for (const danger of ['dangerous-system-subject', 'dangerous-cluster-admin', 'dangerous-wildcard']) {
      expect(() => grantsOf({ ...words, [danger]: true })).toThrow(
        expect.objectContaining({ code: 'refused' }),
      );
    }
  });

  it('secret-reader without names is refused: it would be every Secret', () => {
    expect(() => grantsOf({ group: 'devs', preset: 'secret-reader' })).toThrow(
      expect.objectContaining({ hint: expect.stringContaining('--name') }),
    );
    const [grant] = grantsOf({ group: 'devs', preset: 'secret-reader', name: 'db,cache' });
    expect(grant?.role.kind === 'own' && grant.role.rules[0]?.resourceNames).toEqual(['db', 'cache']);
  });
});
