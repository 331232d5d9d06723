import { expect, test } from 'vitest';
import { rulesIn } from '../../src/rbac/rule.ts';
import {
  describeAttributes,
  describeChain,
  describeGap,
  describeRule,
  describeSubject,
} from '../../src/rbac/words.ts';
import { access, asked, binding, collecting, part, ruleOf, verdict } from './objects.ts';

test.each([
  ['get,list pods,pods/log', 'get, list on pods, pods/log'],
  ['get deployments,deployments/scale apps', 'get on deployments.apps, deployments.apps/scale'],
  ['* * *', 'every verb on every resource'],
  ['get *', 'get on every resource of the core group'],
  ['get * apps', 'get on *.apps'],
  ['get */scale *', 'get on */scale of any group'],
  ['get secrets [a,b]', 'get on secrets named "a" or named "b"'],
  ['create secrets []', 'create on secrets without a name'],
  ['get /metrics,/m*', 'get on /metrics, /m*'],
])('the rule %s reads: %s', (words, expected) => {
  expect(rulesIn([ruleOf(words)]).map(describeRule)).toEqual([expected]);
});

test.each([
  [asked('get pods/log', { name: 'a', namespace: 'shop' }), 'get pods/log named "a" in namespace shop'],
  [asked('list deployments.apps'), 'list deployments.apps'],
  [asked('get /metrics'), 'get /metrics'],
])('the question reads: %#', (question, expected) => {
  expect(describeAttributes(question)).toBe(expected);
});

test('a chain reads from the person to the rule', () => {
  const by = access(
    collecting('edit', 'to-edit'),
    part('pods', 'to-edit', 'get pods'),
    binding('shop/devs', 'clusterrole:edit', 'group:oidc:devs'),
  );
  const found = verdict(by, 'group:oidc:devs', asked('get pods', { namespace: 'shop' })).by;
  expect(found?.kind === 'chain' && describeChain(found.chain)).toBe(
    'group "oidc:devs" → RoleBinding shop/devs → ClusterRole edit → ClusterRole pods → get on pods',
  );
});

test('groups that nobody names are told', () => {
  expect(describeSubject({ kind: 'Group', name: 'system:authenticated' })).toContain(
    'everybody who is authenticated',
  );
  expect(describeSubject({ kind: 'Group', name: 'system:serviceaccounts:shop' })).toContain(
    'of that namespace',
  );
});

test('names lose what a terminal would obey', () => {
  const hostile = 'a\u001b[31mb\u202e\n';
  const said = [
    describeSubject({ kind: 'User', name: hostile }),
    describeRule(
      rulesIn([
        { verbs: [hostile], apiGroups: [hostile], resources: [hostile], resourceNames: [hostile] },
      ])[0]!,
    ),
    describeRule(rulesIn([{ verbs: ['get'], nonResourceURLs: [hostile] }])[0]!),
    describeAttributes(asked('get pods', { name: hostile, namespace: hostile })),
    describeGap({ what: 'roles', namespace: hostile, reason: hostile }),
  ];
  for (const each of said) expect(each).not.toMatch(/[\u001b\u202e\n]/);
});
