// The engine beside the real authorizer: generated clusters, generated questions, no disagreement. A failure names the
// seed and is shrunk to the smallest cluster that still shows it. RBAC_SEED tries other clusters, RBAC_NO_SHRINK shows
// the first failure at once.

import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Access, accessOf, allChains, judge } from '../../src/rbac/access.ts';
import type { Chain } from '../../src/rbac/chain.ts';
import { aggregatedDiscovery, discoveryOf } from '../../src/rbac/discovery-read.ts';
import { previewWrites } from '../../src/rbac/escalation.ts';
import { snapshotOfObjects } from '../../src/rbac/objects.ts';
import { stock } from '../../src/rbac/stock.ts';
import { withImpliedGroups } from '../../src/rbac/subject.ts';
import { type RbacCluster, type Reviewed, startRbacCluster } from './rbac-cluster.ts';
import { invalidObjects } from './rbac-invalid.ts';
import { isForbidden, realRequest, writeRequest } from './rbac-requests.ts';
import {
  clusters,
  grantsFor,
  type Question,
  questionsFor,
  withFreshNames,
  withGranters,
} from './rbac-world.ts';

let cluster: RbacCluster;
beforeAll(async () => {
  cluster = await startRbacCluster();
}, 120_000);
afterAll(() => cluster?.stop());

const seed = Number(process.env.RBAC_SEED ?? 20260105);
const { objects: stocked, discovery } = stock();

/** As manifests are read: with what Kubernetes brings, collected here. */
function offline(objects: readonly object[]): Access {
  return accessOf({ ...snapshotOfObjects([...stocked, ...objects], { aggregated: 'here' }), discovery });
}

/** As the server tells it (rule.go, the describers). */
function serverWords({ subject, binding, role }: Chain): string {
  const of = binding.namespace === '' ? binding.name : `${binding.name}/${binding.namespace}`;
  const to = subject.kind === 'ServiceAccount' ? `${subject.name}/${subject.namespace}` : subject.name;
  return `RBAC: allowed by ${binding.kind} "${of}" of ${role.kind} "${role.name}" to ${subject.kind} "${to}"`;
}

/** What is wrong with our answer beside the server's; undefined where they agree, in the verdict and in the way. */
function disagreement(access: Access, { identity, asked }: Question, server: Reviewed): object | undefined {
  const ours = judge(access, identity, asked);
  const ways = allChains(access, identity, asked).map(serverWords);
  const isKnownWay = server.reason === '' || !server.allowed || ways.includes(server.reason);
  return ours.allowed === server.allowed && isKnownWay ? undefined : { identity, asked, server, ours };
}

/** Shrinking tries other clusters, not other questions; it stops after a while and shows the smallest found. */
const settings = (numRuns: number) => ({
  seed,
  numRuns,
  interruptAfterTimeLimit: 240_000,
  markInterruptAsFailure: true,
  endOnFailure: process.env.RBAC_NO_SHRINK !== undefined,
});
let run = 0;

/** The cluster as generated, loaded into the server. */
async function loaded(generated: readonly object[]): Promise<{ objects: readonly object[]; access: Access }> {
  run += 1;
  const objects = withFreshNames(generated, run);
  const access = offline(objects);
  await cluster.load(objects, access.snapshot);
  return { objects, access };
}

test('the stock that comes with us is what this Kubernetes brings: resources, roles, bindings', async () => {
  await loaded([]);
  const answers = await cluster.client.askAll(
    ['/api', '/apis'].map((path) => ({ path, accept: aggregatedDiscovery })),
  );
  expect(discoveryOf(answers.map(({ body }) => body))).toEqual(discovery);
  const live = await cluster.read();
  const expected = snapshotOfObjects(stocked, { aggregated: 'here' });
  for (const kind of ['roles', 'clusterRoles', 'roleBindings', 'clusterRoleBindings'] as const) {
    const brought = live[kind].filter(({ name }) => name !== 'sentinel');
    expect(brought).toEqual(expected[kind]);
  }
}, 60_000);

test('20,000 questions: the verdict and its reason are SubjectAccessReview’s, from manifests and from LISTs alike', async () => {
  const tally = { asked: 0, allowed: 0 };
  await fc.assert(
    fc.asyncProperty(clusters, fc.nat(), async (generated, questionSeed) => {
      const { objects, access } = await loaded(generated);
      const live = accessOf(await cluster.read());
      const questions = questionsFor(objects, { seed: questionSeed, count: 1000 });
      const answers = await cluster.review(questions);
      for (const by of [access, live]) {
        const wrong = questions.flatMap(
          (question, index) => disagreement(by, question, answers[index]!) ?? [],
        );
        expect(wrong.slice(0, 3)).toEqual([]);
      }
      tally.asked += questions.length;
      tally.allowed += answers.filter(({ allowed }) => allowed).length;
    }),
    settings(20),
  );
  expect(tally.asked).toBeGreaterThanOrEqual(20_000);
  // Neither answer is rare: an engine that always says no would be seen.
  expect(tally.allowed / tally.asked).toBeGreaterThan(0.15);
  expect(tally.allowed / tally.asked).toBeLessThan(0.85);
}, 300_000);

test('1,000 requests are refused by the real server where we say so, and only there (row 3 and 4)', async () => {
  const tally = { asked: 0, refused: 0 };
  await fc.assert(
    fc.asyncProperty(clusters, fc.nat(), async (generated, questionSeed) => {
      const { objects, access } = await loaded(generated);
      const requests = questionsFor(objects, { seed: questionSeed, count: 1500 })
        .flatMap((question) => realRequest(access, question) ?? [])
        .slice(0, 100);
      const answers = await cluster.client.askAll(requests.map(({ request }) => request));
      const wrong = requests.flatMap(({ request, asked }, index) => {
        const verdict = judge(access, withImpliedGroups(request.as), asked);
        const isRefused = isForbidden(answers[index]!);
        return verdict.allowed === isRefused || verdict.unreal !== undefined
          ? { request, asked, verdict, answer: answers[index] }
          : [];
      });
      expect(wrong.slice(0, 3)).toEqual([]);
      tally.asked += requests.length;
      tally.refused += answers.filter(isForbidden).length;
    }),
    settings(12),
  );
  expect(tally.asked).toBeGreaterThanOrEqual(1000);
  expect(tally.refused / tally.asked).toBeGreaterThan(0.2);
  expect(tally.refused / tally.asked).toBeLessThan(0.9);
}, 300_000);

test('500 grants: what the preview refuses is what the server refuses to that caller (rows 25 to 27)', async () => {
  const tally = { asked: 0, refused: 0 };
  await fc.assert(
    fc.asyncProperty(clusters, fc.nat(), async (generated, grantSeed) => {
      const { objects, access } = await loaded(withGranters(generated));
      const grants = grantsFor(objects, { seed: grantSeed, count: 50 });
      const answers = await cluster.client.askAll(
        grants.map(({ caller, write }) => writeRequest(write, caller)),
      );
      const wrong = grants.flatMap((grant, index) => {
        const [preview] = previewWrites(access, withImpliedGroups(grant.caller), [grant.write]);
        const { status, body } = answers[index]!;
        return (preview!.refusals.length === 0) === status < 300
          ? []
          : { ...grant, preview: preview!.refusals, status, body };
      });
      expect(wrong.slice(0, 3)).toEqual([]);
      tally.asked += grants.length;
      tally.refused += answers.filter(({ status }) => status >= 300).length;
    }),
    settings(10),
  );
  expect(tally.asked).toBeGreaterThanOrEqual(500);
  expect(tally.refused / tally.asked).toBeGreaterThan(0.2);
  expect(tally.refused / tally.asked).toBeLessThan(0.9);
}, 300_000);

test('a rule with names allows no POST, but the server-side apply that makes that very object (rows 10 and 12)', async () => {
  const rules = [
    { verbs: ['create', 'patch'], apiGroups: [''], resources: ['configmaps'], resourceNames: ['a'] },
  ];
  const apiVersion = 'rbac.authorization.k8s.io/v1';
  const at = { namespace: 'shop', name: 'named' };
  await loaded([
    { apiVersion, kind: 'Role', metadata: at, rules },
    {
      apiVersion,
      kind: 'RoleBinding',
      metadata: at,
      roleRef: { kind: 'Role', name: 'named' },
      subjects: [{ kind: 'User', name: 'ann' }],
    },
  ]);
  const as = { user: 'ann', groups: [] };
  const path = '/api/v1/namespaces/shop/configmaps';
  const body = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'a' } };
  const apply = { method: 'PATCH', contentType: 'application/apply-patch+yaml', body, as };
  const answers = await cluster.client.askAll([
    { path: `${path}?dryRun=All`, body, as },
    { ...apply, path: `${path}/a?dryRun=All&fieldManager=test` },
    { ...apply, path: `${path}/b?dryRun=All&fieldManager=test`, body: { ...body, metadata: { name: 'b' } } },
  ]);
  expect(answers.map(({ status }) => status)).toEqual([403, 201, 403]);
}, 60_000);

test('what we call invalid is what the server refuses to store (row 16)', async () => {
  const answers = await cluster.client.askAll(
    invalidObjects.map(([, { kind, ...rest }]) => {
      const place = kind.startsWith('Cluster') ? '' : '/namespaces/shop';
      const path = `/apis/rbac.authorization.k8s.io/v1${place}/${kind.toLowerCase()}s?dryRun=All`;
      return { path, body: { kind, ...rest } };
    }),
  );
  const said = answers.map(({ status }, index) => [
    invalidObjects[index]![0],
    status === 201 ? 'stored' : status,
  ]);
  expect(said).toEqual(invalidObjects.map(([kind]) => [kind, kind === 'valid' ? 'stored' : 422]));
}, 60_000);
