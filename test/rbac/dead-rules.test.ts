import { describe, expect, it } from 'vitest';
import { deadFindings } from '../../src/rbac/dead-findings.ts';
import { deadParts, deadSubject } from '../../src/rbac/dead-rules.ts';
import { rulesIn } from '../../src/rbac/rule.ts';
import { stock } from '../../src/rbac/stock.ts';
import { nameableResources } from '../../src/rbac/virtual-resources.ts';
import { describeDead } from '../../src/rbac/words.ts';
import { accessWith, binding, clusterRole, role, ruleOf } from './objects.ts';

const { discovery } = stock();
const resources = nameableResources(discovery);
const dead = (words: string, scope: 'namespace' | 'cluster' = 'cluster') =>
  rulesIn([ruleOf(words)]).flatMap((rule) => deadParts(rule, { scope, resources }));

describe('a dead rule is told with the fix', () => {
  it.each([
    ['get pods/*', 'star-after-slash', 'Write "pods/attach" or'],
    ['get pods core2', 'unknown-group', 'Take it out'],
    ['get deployments app', 'unknown-group', 'Write "apps"'],
    ['get pods v1', 'group-with-version', 'Write "" for the core group.'],
    ['get deployments apps/v1', 'group-with-version', 'Write "apps"'],
    ['create configmaps [a]', 'name-with-create', 'a rule of its own'],
    ['get,list configmaps [a]', 'name-with-list', 'Leave it if that is meant'],
    ['get configmaps [*]', 'name-star', 'Leave resourceNames out'],
    ['GET pods', 'verb-case', 'Write "get"'],
    ['lsit pods', 'unknown-verb', 'Write "list"'],
    ['bind pods', 'unknown-verb', ''],
    ['get podz', 'unknown-resource', 'Write "pods"'],
    ['get po', 'unknown-resource', 'Write "pods"'],
    ['get Deployment apps', 'unknown-resource', 'Write "deployments"'],
    ['get deployments', 'resource-of-other-group', 'Write "apps"'],
    ['get pods/logs', 'unknown-subresource', 'Write "pods/log"'],
    ['update */scales apps', 'unknown-subresource', 'Write "*/scale"'],
    ['list /metrics', 'url-verb', 'Write "get"'],
    ['GET /metrics', 'url-verb', 'Write "get"'],
  ])('%s: %s', (words, kind, fix) => {
    const parts = dead(words);
    expect(parts.map((each) => each.kind)).toEqual([kind]);
    expect(describeDead(parts[0]!).fix).toContain(fix);
  });

  it('group "core" is written as nothing', () => {
    const [part] = deadParts(rulesIn([{ ...ruleOf('get pods'), apiGroups: ['core'] }])[0]!, {
      scope: 'cluster',
      resources,
    });
    expect(part).toEqual({ kind: 'group-with-version', word: 'core', instead: [''], dead: true });
  });

  it.each([
    ['get nodes', 'cluster-resource-in-namespace'],
    ['list namespaces', 'cluster-resource-in-namespace'],
    ['impersonate users', 'cluster-resource-in-namespace'],
    ['escalate clusterroles rbac.authorization.k8s.io', 'cluster-resource-in-namespace'],
    ['get /metrics', 'url-in-namespace'],
  ])('%s in a namespace: %s', (words, kind) => {
    expect(dead(words, 'namespace').map((each) => each.kind)).toEqual([kind]);
    expect(dead(words)).toEqual([]);
  });
});

describe('a rule that can act is left in peace', () => {
  it.each([
    'get,list,watch pods,services,configmaps',
    'get,create pods,pods/log,pods/exec',
    'create pods/exec [p1]',
    'get,update configmaps [a]',
    '* *',
    '* * *',
    'get *',
    'update */scale apps',
    'get */status apps',
    'get pods,deployments core,apps',
    'bind,escalate clusterroles rbac.authorization.k8s.io',
    'bind clusterroles rbac.authorization.k8s.io [view]',
    'impersonate serviceaccounts',
    'impersonate users,groups',
    'impersonate userextras/scopes authentication.k8s.io',
    'impersonate:user-info users,groups authentication.k8s.io',
    'impersonate-on:user-info:get pods',
    'approve,sign signers certificates.k8s.io [x.io/y]',
    'get nodes/metrics,nodes/stats',
    'update deployments/finalizers apps',
    'use configmaps',
    'get,head /metrics,/healthz/*',
  ])('%s', (words) => {
    expect(dead(words)).toEqual([]);
  });

  it.each(['get namespaces', 'bind clusterroles rbac.authorization.k8s.io', 'get pods,nodes'])(
    '%s in a namespace, but for what has none',
    (words) => {
      expect(dead(words, 'namespace').map(({ word }) => word)).toEqual(
        words.includes('nodes') ? ['nodes'] : [],
      );
    },
  );

  it('a name with create and update may be made by server-side apply: told, not dead', () => {
    expect(dead('create,update configmaps [a]')).toEqual([
      { kind: 'name-with-create', word: 'create', instead: [], dead: false },
    ]);
  });

  it('without discovery only what is wrong on every cluster is told', () => {
    const kinds = (words: string) =>
      deadParts(rulesIn([ruleOf(words)])[0]!, { scope: 'cluster', resources: undefined }).map(
        (each) => each.kind,
      );
    expect(kinds('gte podz some.io')).toEqual([]);
    expect(kinds('get pods/* apps/v1')).toEqual(['star-after-slash', 'group-with-version']);
  });
});

it.each([
  [{ kind: 'Group', name: 'devs' }, ['oidc:devs']],
  [{ kind: 'Group', name: 'oidc:devs' }, undefined],
  [{ kind: 'Group', name: 'system:masters' }, undefined],
  [{ kind: 'User', name: 'ann' }, undefined],
  [{ kind: 'ServiceAccount', namespace: 'shop', name: 'ci' }, undefined],
] as const)('row 30: %j on a cluster whose groups begin with oidc:', (subject, instead) => {
  expect(deadSubject(subject, { user: '', group: 'oidc:' })?.instead).toEqual(instead);
});

it('a snapshot’s dead rules are told where they are written, and where a binding makes them so', () => {
  const found = deadFindings(
    accessWith(
      { discovery },
      role('shop/r', 'get pods/*'),
      clusterRole('mixed', 'get pods,nodes'),
      binding('shop/b', 'clusterrole:mixed', 'user:ann'),
      binding('c', 'clusterrole:mixed', 'user:ann'),
    ),
  );
  expect(found).toMatchObject([
    {
      role: { kind: 'Role', namespace: 'shop', name: 'r' },
      part: { kind: 'star-after-slash' },
      binding: undefined,
    },
    {
      role: { kind: 'ClusterRole', name: 'mixed' },
      part: { kind: 'cluster-resource-in-namespace', word: 'nodes' },
      binding: { kind: 'RoleBinding', namespace: 'shop', name: 'b' },
    },
  ]);
});

it('Kubernetes’ own roles are nobody’s to mend', () => {
  expect(
    deadFindings(
      accessWith(
        { discovery },
        ...stock().objects.filter((each) => typeof each === 'object' && each !== null),
      ),
    ),
  ).toEqual([]);
});
