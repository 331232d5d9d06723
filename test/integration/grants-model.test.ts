import { afterAll, beforeAll, expect, it } from 'vitest';
import { randomOf } from '../../scripts/parts/random.ts';
import type { WriteDesk } from '../../src/rbac/write-desk.ts';
import { openWriteLab, type WriteLab } from './write-lab.ts';

const operations = 1000;
const namespaces = ['m1', 'm2', 'm3', 'm4'];
const subjects = [
  { group: 'oidc:a' },
  { group: 'oidc:b' },
  { user: 'a' },
  { serviceaccount: 'm1/ci' },
] as const;
const roles = [
  { preset: 'pod-service-reader' },
  { preset: 'log-reader' },
  { rule: 'get,list configmaps' },
  { clusterrole: 'view' },
] as const;
/** What each role is called where it is ours; undefined: it is not. */
const ownRole = [
  'Role pod-service-reader',
  'Role log-reader',
  'Role get-list-configmaps-',
  undefined,
] as const;

let lab: WriteLab;
let desk: WriteDesk;
beforeAll(async () => {
  lab = await openWriteLab();
  desk = await lab.desk(lab.where());
  for (const name of namespaces) {
    await lab.api.ask({
      path: '/api/v1/namespaces',
      body: { apiVersion: 'v1', kind: 'Namespace', metadata: { name } },
    });
  }
}, 120_000);
afterAll(() => lab?.stop(), 60_000);

it(`${operations} grants and revokes in a random order leave exactly what a model says`, async () => {
  const seed = Number(process.env.SEED ?? Date.now() % 1_000_000);
  // Each namespace is a world of its own: one after the other in each, all of them at once.
  await Promise.all(namespaces.map((_, at) => runIn(at, randomOf(seed + at).below, seed)));
}, 240_000);

async function runIn(at: number, random: (below: number) => number, seed: number): Promise<void> {
  /** `namespace subject role`, by their numbers. */
  const model = new Set<string>();
  for (let step = 0; step < operations / namespaces.length; step++) {
    const [who, what] = [random(subjects.length), random(roles.length)];
    const key = `${at} ${who} ${what}`;
    const words = { namespace: namespaces[at], ...subjects[who], 'groups-prefix': '', 'username-prefix': '' };
    const isGrant = random(2) === 0;
    if (isGrant) {
      const outcome = await lab.grant({ ...words, ...roles[what] }, desk);
      expect([seed, step, key, outcome.kind === 'granted' && outcome.steps.length === 0]).toEqual([
        seed,
        step,
        key,
        model.has(key),
      ]);
      model.add(key);
    } else if (random(8) === 0) {
      // Everything of that subject there.
      await lab.revoke(words, desk);
      for (const each of [...model]) if (each.startsWith(`${at} ${who} `)) model.delete(each);
    } else {
      await lab.revoke({ ...words, ...roles[what] }, desk);
      model.delete(key);
    }
    if (step % 50 === 49) await compare(at, model, [seed, step]);
  }
}

async function compare(at: number, model: ReadonlySet<string>, when: readonly number[]): Promise<void> {
  const wanted = [...model].map((key) => key.split(' ').map(Number));
  const usedRoles = new Set(wanted.flatMap(([, , what = 0]) => ownRole[what] ?? []));
  const state = await lab.state(namespaces[at] ?? '');
  const there = state.filter((each) => each.startsWith('Role ')).map(withoutDigest);
  const bound = state
    .filter((each) => each.startsWith('RoleBinding '))
    .map((each) => withoutDigest(each.replace(/^.* -> /, '')));
  const expected = wanted.map(
    ([, who = 0, what = 0]) => `${ownRole[what] ?? 'ClusterRole view'}: ${subjectOf(who)}`,
  );
  expect([when, there, bound.sort()]).toEqual([when, [...usedRoles].sort(), expected.sort()]);
}

function subjectOf(who: number): string {
  return ['Group oidc:a', 'Group oidc:b', 'User a', 'ServiceAccount ci'][who] ?? '';
}

function withoutDigest(words: string): string {
  return words.replace(/(get-list-configmaps-)[a-z0-9]+/, '$1');
}
