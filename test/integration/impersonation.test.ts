// Acting as somebody else on a real server, in the old way and in the constrained modes of Kubernetes 1.36 (rows 28, 29).

import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { isFields } from '../../src/json-fields.ts';
import { accessOf } from '../../src/rbac/access.ts';
import { impersonationOf } from '../../src/rbac/impersonation.ts';
import { snapshotOfObjects } from '../../src/rbac/objects.ts';
import { textIn } from '../../src/rbac/raw.ts';
import { resourceAttributes } from '../../src/rbac/rule.ts';
import { stock } from '../../src/rbac/stock.ts';
import { withImpliedGroups } from '../../src/rbac/subject.ts';
import { type RbacCluster, startRbacCluster } from './rbac-cluster.ts';

let cluster: RbacCluster;
beforeAll(async () => {
  cluster = await startRbacCluster();
}, 120_000);
afterAll(() => cluster?.stop());

const apiVersion = 'rbac.authorization.k8s.io/v1';
const some = (from: readonly string[], maxLength = 3) =>
  fc.uniqueArray(fc.constantFrom(...from), { minLength: 1, maxLength });
const modes = ['user-info', 'serviceaccount', 'arbitrary-node'];
const rule = fc.oneof(
  fc.record({
    verbs: some(['impersonate', ...modes.map((mode) => `impersonate:${mode}`)], 4),
    apiGroups: some(['', 'authentication.k8s.io'], 2),
    resources: some(['users', 'groups', 'serviceaccounts', 'nodes', '*']),
    resourceNames: fc.constantFrom([], [], ['bob', 'devs', 'ci', 'n1'], ['bob']),
  }),
  fc.record({
    verbs: some(
      [...modes.map((mode) => `impersonate-on:${mode}:list`), 'impersonate-on:user-info:*', '*'],
      2,
    ),
    apiGroups: fc.constantFrom([''], ['*']),
    resources: some(['pods', 'secrets'], 2),
  }),
);
/** Everybody has a role of their own, bound in `shop` or everywhere: the server remembers who was let through. */
const rights = fc.array(
  fc.record({
    rules: fc.array(rule, { minLength: 3, maxLength: 7 }),
    isEverywhere: fc.constantFrom(true, true, false),
  }),
  { minLength: 30, maxLength: 30, size: 'max' },
);

const wanted = [
  { user: 'bob', groups: [] },
  { user: 'eve', groups: [] },
  { user: 'bob', groups: ['devs'] },
  { user: 'bob', groups: ['devs', 'ops'] },
  { user: 'bob', groups: ['system:masters'] },
  { user: 'system:serviceaccount:shop:ci', groups: [] },
  { user: 'system:serviceaccount:dev:ci', groups: [] },
  { user: 'system:serviceaccount:shop:ci', groups: ['devs'] },
  { user: 'system:node:n1', groups: [] },
];

test('600 requests as somebody else pass the server’s impersonation where we say so, and only there', async () => {
  const people = fc.sample(rights, { seed: 7, numRuns: 1 })[0]!;
  const objects = people.flatMap(({ rules, isEverywhere }, index) => [
    { apiVersion, kind: 'ClusterRole', metadata: { name: `i${index}` }, rules },
    {
      apiVersion,
      kind: isEverywhere ? 'ClusterRoleBinding' : 'RoleBinding',
      metadata: { name: `i${index}`, ...(!isEverywhere && { namespace: 'shop' }) },
      roleRef: { kind: 'ClusterRole', name: `i${index}` },
      subjects: [{ kind: 'User', name: `caller-${index}` }],
    },
  ]);
  const access = accessOf(snapshotOfObjects([...stock().objects, ...objects], { aggregated: 'here' }));
  await cluster.load(objects, access.snapshot);
  const tally = { asked: 0, passed: 0, constrained: 0 };
  for (const [index] of people.entries()) {
    const user = `caller-${index}`;
    const client = await cluster.clientOf(user);
    const questions = wanted.flatMap((as) =>
      ['pods', 'secrets', 'configmaps'].map((resource) => ({ as, resource })),
    );
    const answers = await client.askAll(
      questions.map(({ as, resource }) => ({ path: `/api/v1/namespaces/shop/${resource}`, as })),
    );
    client.close();
    for (const [at, { as, resource }] of questions.entries()) {
      const doing = resourceAttributes({ verb: 'list', resource, namespace: 'shop' });
      const way = impersonationOf(access, withImpliedGroups({ user, groups: [] }), { wanted: as, doing });
      const { status, body } = answers[at]!;
      const isStopped = status === 403 && isFields(body) && textIn(body.message).includes(`User "${user}"`);
      expect({ index, as, resource, isStopped, body: isStopped ? body : status }).toMatchObject({
        isStopped: way === undefined,
      });
      tally.asked += 1;
      tally.passed += way === undefined ? 0 : 1;
      tally.constrained += way === undefined || way.mode === 'legacy' ? 0 : 1;
    }
  }
  expect(tally.asked).toBeGreaterThan(600);
  expect(tally.passed).toBeGreaterThan(50);
  expect(tally.constrained).toBeGreaterThan(10);
}, 120_000);
