import { describe, expect, it } from 'vitest';
import type { Failure } from '../../src/failure.ts';
import { rule } from '../../src/rbac/rule.ts';
import { parseRuleWords, type RuleWish, rulesOfWords } from '../../src/rbac/rule-words.ts';
import { stock } from '../../src/rbac/stock.ts';

const { discovery } = stock();
const wish: RuleWish = { discovery, scope: 'namespace', wildcards: false, namesWithList: false };
const rules = (typed: readonly string[], said: Partial<RuleWish> = {}) =>
  rulesOfWords(typed.map(parseRuleWords), { ...wish, ...said });

describe('rules as people type them', () => {
  it('short names, kinds and groups become what the cluster calls them, one rule a group', () => {
    expect(rules(['get,list po,Service,deploy'])).toEqual([
      rule({ verbs: ['get', 'list'], apiGroups: [''], resources: ['pods', 'services'] }),
      rule({ verbs: ['get', 'list'], apiGroups: ['apps'], resources: ['deployments'] }),
    ]);
  });

  it('verbs and names that differ stay apart', () => {
    expect(rules(['get cm a,b', 'get cm', 'get pods/log'])).toEqual([
      rule({ verbs: ['get'], apiGroups: [''], resources: ['configmaps'], resourceNames: ['a', 'b'] }),
      rule({ verbs: ['get'], apiGroups: [''], resources: ['configmaps', 'pods/log'] }),
    ]);
  });

  it('a namespace itself can be reached in a namespace, a URL in the cluster', () => {
    expect(rules(['get ns'])).toEqual([rule({ verbs: ['get'], apiGroups: [''], resources: ['namespaces'] })]);
    expect(rules(['get /metrics'], { scope: 'cluster' })).toEqual([
      rule({ verbs: ['get'], nonResourceURLs: ['/metrics'] }),
    ]);
  });

  it('names with list and wildcards are given to who asks for them by name', () => {
    expect(rules(['list cm a'], { namesWithList: true })[0]?.resourceNames).toEqual(['a']);
    expect(rules(['* *'], { wildcards: true, scope: 'cluster' })).toEqual([
      rule({ verbs: ['*'], apiGroups: ['*'], resources: ['*'] }),
    ]);
  });

  it('create on a subresource takes a name', () => {
    expect(rules(['create pods/exec web'])[0]?.resourceNames).toEqual(['web']);
  });
});

describe('dead rules are refused with the fix', () => {
  it.each([
    ['get pods/*', 'refused', '"pods/*" gives'],
    ['get *', 'refused', '--dangerous-wildcard'],
    ['* pods', 'refused', '--dangerous-wildcard'],
    ['get pods.core', 'usage', 'There is "pods" in the core group'],
    ['get deployments.v1', 'usage', 'in apps'],
    ['create cm a', 'usage', 'Leave "create" out'],
    ['list cm a', 'usage', '--names-with-list'],
    ['deletecollection cm a', 'usage', '--names-with-list'],
    ['get cm *', 'usage', 'is no pattern'],
    ['get nodes', 'usage', 'Give --cluster'],
    ['list ns', 'usage', 'Give --cluster'],
    ['get /metrics', 'usage', 'Give --cluster'],
    ['GET pods', 'usage', 'Did you mean "get"?'],
    ['watch pods/log', 'usage', 'is no verb of pods/log'],
    ['get podz', 'usage', 'Did you mean "pods"?'],
    ['get pods/logs', 'usage', 'Did you mean "pods/log"?'],
    ['get', 'usage', 'Write VERBS RESOURCES [NAMES]'],
    ['get pods a b', 'usage', 'Write VERBS RESOURCES [NAMES]'],
  ])('%s', (typed, code, words) => {
    const refuse = () => rules([typed]);
    expect(refuse).toThrow(expect.objectContaining({ code }));
    expect(refuse).toThrow(
      expect.toSatisfy((failure: Failure) => `${failure.message} ${failure.hint}`.includes(words)),
    );
  });
});
