// Raw terminal escapes in what a cluster holds, and what the commands that write access print of it.

import { describe, expect, it } from 'vitest';
import { describe as describeGrant, type GrantDeps, run as runGrant } from '../../src/commands/grant.ts';
import { describe as describeGrants, run as runGrants } from '../../src/commands/grants.ts';
import { describe as describePresets, run as runPresets } from '../../src/commands/presets.ts';
import { describe as describePrune, run as runPrune } from '../../src/commands/prune.ts';
import { describe as describeRevoke, run as runRevoke } from '../../src/commands/revoke.ts';
import { manifestYaml } from '../../src/edge/access/manifest-yaml.ts';
import { describeFailure } from '../../src/failure.ts';
import { parseGrant, parseRevoke } from '../../src/rbac/grant-request.ts';
import type { Scene } from '../../src/rbac/grant-scene.ts';
import { managedByLabel, presetLabel } from '../../src/rbac/managed.ts';
import { snapshotOfObjects } from '../../src/rbac/objects.ts';
import { stock } from '../../src/rbac/stock.ts';
import type { WriteDesk } from '../../src/rbac/write-desk.ts';

const attacks: readonly (readonly [string, string])[] = [
  ['a window title', '\u001b]0;owned\u0007'],
  ['a carriage return over the line', '\r'],
  ['a right-to-left override', '\u202e'],
  ['a C1 control sequence', '\u009b31m'],
  ['a new line that fakes our own', '\nkubectl-oidc: approved'],
];
const unsafe = /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]/;

const { discovery } = stock();
const apiVersion = 'rbac.authorization.k8s.io/v1';
const roleRef = (name: string) => ({ kind: 'ClusterRole', name });

/** Everything that a stranger may write into a cluster's RBAC. */
function hostileScene(attack: string): Scene {
  const bad = `x${attack}y`;
  const annotations = {
    'kubectl-oidc/reason': bad,
    'kubectl-oidc/requested-by': bad,
    'kubectl-oidc/expires-at': '2020-01-01T00:00:00Z',
    'kubectl-oidc/about': bad,
    'kubectl-oidc/granted': JSON.stringify({ subject: { kind: 'Group', name: bad }, roleRef: roleRef(bad) }),
  };
  const labels = { [managedByLabel]: 'kubectl-oidc', [presetLabel]: bad };
  const rules = [
    {
      verbs: [bad, 'get', 'list', 'watch'],
      apiGroups: ['', bad],
      resources: ['pods', bad],
      resourceNames: [],
    },
  ];
  const subjects = [
    { kind: 'Group', name: bad },
    { kind: 'Group', name: 'devs' },
    { kind: 'ServiceAccount', namespace: bad, name: bad },
  ];
  const objects = [
    { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'shop' } },
    { apiVersion, kind: 'ClusterRole', metadata: { name: bad, labels, annotations }, rules },
    {
      apiVersion,
      kind: 'RoleBinding',
      metadata: { namespace: 'shop', name: bad, labels, annotations },
      roleRef: roleRef(bad),
      subjects,
    },
    {
      apiVersion,
      kind: 'RoleBinding',
      metadata: { namespace: 'shop', name: `foreign${attack}` },
      roleRef: roleRef(bad),
      subjects,
    },
    {
      apiVersion,
      kind: 'RoleBinding',
      metadata: { namespace: 'shop', name: `viewer${attack}` },
      roleRef: roleRef('none'),
      subjects,
    },
    { apiVersion, kind: 'ClusterRoleBinding', metadata: { name: bad }, roleRef: roleRef(bad), subjects },
  ];
  return {
    snapshot: snapshotOfObjects(objects, { aggregated: 'as written' }),
    discovery,
    caller: { user: bad, groups: ['system:masters'] },
    claims: undefined,
    namespace: 'shop',
  };
}

describe.each(attacks)('row 24: %s in roles, bindings and their annotations', (_, attack) => {
  const scene = hostileScene(attack);
  const said: string[] = [];
  const person = { say: (line: string) => void said.push(line), ask: async () => 'yes' as const };
  const desk: WriteDesk = {
    name: 'the cluster',
    read: async () => scene,
    mayI: async () => true,
    write: async () => 'done',
  };
  const now = 1_800_000_000;
  const expectClean = (text: string): void => {
    for (const each of [...said.splice(0), text]) {
      expect(each).not.toMatch(unsafe);
      expect(each).not.toMatch(/^kubectl-oidc: approved/m);
    }
  };
  const failing = async (work: Promise<unknown>): Promise<string> => work.then(() => '', describeFailure);

  it('is not printed by grants, as a table or as JSON', async () => {
    const source = {
      ...{ name: 'x', namespace: 'shop', live: undefined },
      discovery: async () => discovery,
      read: async () => scene.snapshot,
    };
    for (const output of ['table', 'json'] as const) {
      const request = { where: { kind: 'snapshot', path: '' }, wish: { kind: 'default' }, output } as const;
      const text = describeGrants(await runGrants(request, { source }), request, now);
      expect(text).toContain('shop');
      expectClean(text);
    }
  });

  it('is not printed by presets of the cluster', async () => {
    const where = {
      kind: 'live',
      kubeconfig: undefined,
      context: undefined,
      impersonate: undefined,
      saveTo: undefined,
    } as const;
    const request = { name: undefined, file: undefined, where, output: 'table' } as const;
    const source = {
      ...{ name: 'x', namespace: 'shop', live: undefined },
      discovery: async () => discovery,
      read: async () => scene.snapshot,
    };
    expectClean(
      describePresets(
        await runPresets(request, { presetsIn: () => [], source: async () => source }),
        request,
      ),
    );
  });

  it('is not printed by grant, its plan or its manifests', async () => {
    const deps: GrantDeps = { desk, presetsIn: () => [], person, yamlOf: manifestYaml, now };
    const words = { group: 'ops', 'groups-prefix': '', namespace: 'shop' };
    const dry = await runGrant(parseGrant({ ...words, preset: 'viewer', 'dry-run': true }), deps);
    expectClean(describeGrant(dry));
    const bound = parseGrant({ ...words, clusterrole: `x${attack}y`, 'dry-run': true });
    expectClean(describeGrant(await runGrant(bound, deps)));
    expectClean(
      await failing(runGrant(parseGrant({ ...words, clusterrole: `z${attack}z`, yes: true }), deps)),
    );
    expectClean(await failing(runGrant(parseGrant({ ...words, preset: `v${attack}` }), deps)));
  });

  it('is not printed by revoke and prune', async () => {
    for (const more of [{}, { adopt: true }]) {
      const request = parseRevoke({
        group: 'devs',
        'groups-prefix': '',
        namespace: 'shop',
        'dry-run': true,
        ...more,
      });
      expectClean(describeRevoke(await runRevoke(request, { desk, person })));
    }
    const place = { kind: 'everywhere' } as const;
    const where = {
      kind: 'live',
      kubeconfig: undefined,
      context: undefined,
      impersonate: undefined,
      saveTo: undefined,
    } as const;
    const pruned = await runPrune(
      { kind: 'prune', where, place, dryRun: true, yes: false },
      { desk: async () => desk, person, yamlOf: manifestYaml, now },
    );
    const text = describePrune(pruned, now);
    expect(text).toContain('Expired: RoleBinding shop/x');
    expectClean(text);
  });
});
