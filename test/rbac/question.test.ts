import { describe, expect, it } from 'vitest';
import { type Question, resolveQuestion } from '../../src/rbac/question.ts';
import { resourceAttributes } from '../../src/rbac/rule.ts';
import { parseRuleWords, rulesOfWords } from '../../src/rbac/rule-words.ts';
import { stock } from '../../src/rbac/stock.ts';

const { discovery } = stock();
const around = { discovery, namespaces: { kind: 'default' }, namespace: 'shop' } as const;
const inShop = { ...around, namespaces: { kind: 'one', namespace: 'shop' } } as const;

function resolve(line: string, where: Parameters<typeof resolveQuestion>[1] = around): Question {
  const [verb = '', target = '', name = ''] = line.split(' ');
  return resolveQuestion({ verb, target, name }, where);
}

describe('what no discovery lists and RBAC is asked about all the same', () => {
  const authentication = 'authentication.k8s.io';
  it.each([
    ['impersonate users ann', { resource: 'users', name: 'ann' }],
    ['impersonate groups', { resource: 'groups' }],
    ['impersonate:user-info users', { group: authentication, resource: 'users' }],
    [
      'impersonate userextras/scopes',
      { group: authentication, resource: 'userextras', subresource: 'scopes' },
    ],
    ['impersonate uids.authentication.k8s.io', { group: authentication, resource: 'uids' }],
    ['approve signers', { group: 'certificates.k8s.io', resource: 'signers' }],
    ['get nodes/metrics', { resource: 'nodes', subresource: 'metrics' }],
  ])('%s is a question', (line, said) => {
    const [verb = ''] = line.split(' ');
    expect(resolve(line)).toEqual({
      asked: resourceAttributes({ verb, ...said }),
      scope: { kind: 'cluster' },
    });
  });

  it('a service account is impersonated in its namespace', () => {
    expect(resolve('impersonate sa').scope).toEqual({ kind: 'namespace', namespace: 'shop' });
  });

  it.each([
    ['get users', 'no resource "users"'],
    ['approve users', 'no resource "users"'],
    ['get nodes/metrcs', 'no subresource "metrcs"'],
  ])('%s is none', (line, message) => {
    expect(() => resolve(line)).toThrow(message);
  });

  it('can be granted', () => {
    const wish = { discovery, scope: 'cluster', wildcards: false, namesWithList: false } as const;
    expect(rulesOfWords([parseRuleWords('impersonate users bob')], wish)).toEqual([
      {
        verbs: ['impersonate'],
        apiGroups: [''],
        resources: ['users'],
        resourceNames: ['bob'],
        nonResourceURLs: [],
      },
    ]);
  });
});

describe('to bind a ClusterRole', () => {
  it('is asked in the namespace of the binding', () => {
    const { asked, scope } = resolve('bind clusterroles view', inShop);
    expect(scope).toEqual({ kind: 'namespace', namespace: 'shop' });
    expect(asked).toMatchObject({ resource: 'clusterroles', namespace: 'shop', name: 'view' });
  });

  it('is a question about the cluster where no namespace is named', () => {
    expect(resolve('bind clusterroles view').scope).toEqual({ kind: 'cluster' });
  });

  it('is no reason to get them there', () => {
    expect(() => resolve('get clusterroles view', inShop)).toThrow('in no namespace');
  });
});

it.each([
  ['gte pods', 'Did you mean "get"?'],
  ['lsit pods', 'Did you mean "list"?'],
  ['get posd', 'Did you mean "pods"?'],
])('%s: two letters that changed places are one mistake', (line, hint) => {
  expect(() => resolve(line)).toThrow(expect.objectContaining({ hint }));
});
