import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import { atomsOf, covers, uncovered } from '../../src/rbac/covers.ts';
import {
  allows,
  type ResourceAttributes,
  type Rule,
  rule,
  ruleManifest,
  rulesIn,
} from '../../src/rbac/rule.ts';
import { asked, ruleOf } from './objects.ts';

const one = (words: string): Rule => rulesIn([ruleOf(words)])[0]!;

describe('allows', () => {
  it.each<[string, string, string, Partial<ResourceAttributes>, boolean]>([
    ['row 5: * is every verb', '* pods', 'escalate pods', {}, true],
    ['row 5: verbs are case-sensitive', 'GET pods', 'get pods', {}, false],
    ['row 6: * is every group', 'get pods *', 'get pods.apps', {}, true],
    ['row 6: core is the empty group', 'get pods core', 'get pods', {}, true],
    ['row 6: "v1" is no group', 'get pods v1', 'get pods', {}, false],
    ['row 7: * is every resource', 'get *', 'get pods', {}, true],
    ['row 7: * is every subresource too', 'get *', 'get pods/log', {}, true],
    ['row 7: a resource is not its subresource', 'get pods', 'get pods/log', {}, false],
    ['row 7: a subresource is not its parent', 'get pods/log', 'get pods', {}, false],
    ['row 7: */sub is of any parent', 'get */scale apps', 'get deployments.apps/scale', {}, true],
    ['row 7: */sub is not the parent', 'get */scale apps', 'get deployments.apps', {}, false],
    [
      'row 7: */sub is no part of a longer name',
      'get */scale apps',
      'get deployments.apps/upscale',
      {},
      false,
    ],
    ['row 7: res/* is no pattern', 'get pods/*', 'get pods/log', {}, false],
    ['row 8: a name is exact', 'get pods [a]', 'get pods', { name: 'a' }, true],
    ['row 8: another name is not it', 'get pods [a]', 'get pods', { name: 'b' }, false],
    ['row 8: * is no name for all', 'get pods [*]', 'get pods', { name: 'a' }, false],
    ['row 8: * is the name *', 'get pods [*]', 'get pods', { name: '*' }, true],
    ['row 9: a plain list has no name', 'list configmaps [cm1]', 'list configmaps', {}, false],
    [
      'row 9: a list with the field selector has',
      'list configmaps [cm1]',
      'list configmaps',
      { name: 'cm1' },
      true,
    ],
    ['row 10: create has no name', 'create configmaps [a]', 'create configmaps', {}, false],
    [
      'row 10: create of a subresource has',
      'create pods/exec [p1]',
      'create pods/exec',
      { name: 'p1' },
      true,
    ],
    ['row 13: * is every URL', 'get /x,*', 'get /metrics', {}, true],
    ['row 13: a star at the end is a prefix', 'get /foo*', 'get /foobar', {}, true],
    ['row 13: /foo/* is not /foo', 'get /healthz/*', 'get /healthz', {}, false],
    ['row 13: /foo/* is /foo/', 'get /healthz/*', 'get /healthz/', {}, true],
    ['row 13: an inner star is a star', 'get /a/*/c', 'get /a/b/c', {}, false],
    ['row 13: two stars are one', 'get /a**', 'get /ab', {}, true],
    ['row 14: the method is in lower case', 'GET /metrics', 'get /metrics', {}, false],
    ['row 15: the cross product', 'get pods,deployments core,apps', 'get pods.apps', {}, true],
    ['a URL rule allows no resource', 'get /pods', 'get pods', {}, false],
    ['a resource rule allows no URL', '* *', 'get /metrics', {}, false],
  ])('%s', (_, words, question, more, expected) => {
    expect(allows(one(words), asked(question, more))).toBe(expected);
  });

  it('row 11: the empty name matches exactly the nameless requests', () => {
    const named = rule({
      verbs: ['create', 'get'],
      apiGroups: [''],
      resources: ['configmaps'],
      resourceNames: [''],
    });
    expect(allows(named, asked('create configmaps'))).toBe(true);
    expect(allows(named, asked('get configmaps', { name: 'a' }))).toBe(false);
  });
});

test('rules are read from anything that JSON can hold, and written without empty lists', () => {
  expect(rulesIn(null)).toEqual([]);
  expect(rulesIn([null, 7, { verbs: ['get', 3], resources: null, apiGroups: 'x' }])).toEqual([
    rule({ verbs: ['get'] }),
  ]);
  expect(ruleManifest(one('get pods'))).toEqual({ verbs: ['get'], apiGroups: [''], resources: ['pods'] });
});

describe('covers', () => {
  it.each([
    [
      'row 25: enumerated verbs do not cover *',
      'get,list,watch,create,update,patch,delete pods',
      '* pods',
      false,
    ],
    ['row 25: */scale covers foo/scale', 'get */scale', 'get foo/scale', true],
    ['*/scale does not cover *', 'get */scale', 'get *', false],
    ['* covers every resource', 'get *', 'get pods,pods/log', true],
    ['a resource does not cover its subresource', 'get pods', 'get pods/log', false],
    ['no name covers a name', 'get pods', 'get pods [a]', true],
    ['a name does not cover any', 'get pods [a]', 'get pods', false],
    ['names cover their own', 'get pods [a,b]', 'get pods [b]', true],
    ['a group does not cover another', 'get pods', 'get pods apps', false],
    ['/foo* covers /foo/bar', 'get /foo*', 'get /foo/bar', true],
    ['/foo* covers /foo/*', 'get /foo*', 'get /foo/*', true],
    ['/foo/* does not cover /foo', 'get /foo/*', 'get /foo', false],
    ['all resources are no URL', '* * *', 'get /metrics', false],
    ['* on every URL', '* /x,*', 'get /metrics', true],
  ])('%s', (_, owned, wanted, expected) => {
    expect(covers([one(owned)], [one(wanted)])).toBe(expected);
  });

  it('names what is uncovered, part by part', () => {
    expect(uncovered([one('get pods'), one('list pods,services')], [one('get,list pods,services')])).toEqual([
      one('get services'),
    ]);
  });

  it('adds rules up: two of them cover what neither does', () => {
    expect(covers([one('get pods'), one('list pods')], [one('get,list pods')])).toBe(true);
  });
});

const words = (...from: string[]) => fc.array(fc.constantFrom(...from), { minLength: 1, maxLength: 3 });
const resourceRules = fc.record({
  verbs: words('get', 'list', 'create', '*'),
  apiGroups: words('', 'apps', '*'),
  resources: words('pods', 'pods/log', 'deployments', 'deployments/scale', '*/scale', '*'),
  resourceNames: fc.array(fc.constantFrom('a', 'b', ''), { maxLength: 2 }),
});
const urlRules = fc.record({
  verbs: words('get', 'post', '*'),
  nonResourceURLs: words('/a', '/a/*', '/a*', '/b', '*'),
});
const rules = fc.oneof(resourceRules, urlRules).map((said) => rule(said));
const questions = fc.oneof(
  fc.record({
    kind: fc.constant('resource' as const),
    verb: fc.constantFrom('get', 'list', 'create', 'delete'),
    group: fc.constantFrom('', 'apps', 'batch'),
    resource: fc.constantFrom('pods', 'deployments', 'jobs'),
    subresource: fc.constantFrom('', 'log', 'scale'),
    name: fc.constantFrom('', 'a', 'c'),
    namespace: fc.constantFrom('', 'shop'),
  }),
  fc.record({
    kind: fc.constant('non-resource' as const),
    verb: fc.constantFrom('get', 'post'),
    path: fc.constantFrom('/a', '/a/', '/a/b', '/ab', '/b', '/c'),
  }),
);

describe('for any rules', () => {
  it('who covers a rule may do whatever it allows', () => {
    fc.assert(
      fc.property(fc.array(rules, { maxLength: 4 }), rules, questions, (owned, wanted, question) => {
        fc.pre(allows(wanted, question) && covers(owned, [wanted]));
        expect(owned.some((each) => allows(each, question))).toBe(true);
      }),
      { numRuns: 2000, maxSkipsPerRun: 1000 },
    );
  });

  it('a rule and its parts cover each other, and allow the same', () => {
    fc.assert(
      fc.property(rules, questions, (whole, question) => {
        const atoms = atomsOf(whole);
        expect(covers([whole], atoms)).toBe(true);
        expect(covers(atoms, [whole])).toBe(true);
        expect(atoms.some((atom) => allows(atom, question))).toBe(allows(whole, question));
      }),
      { numRuns: 2000 },
    );
  });

  it('what is uncovered, added, covers', () => {
    fc.assert(
      fc.property(fc.array(rules, { maxLength: 3 }), fc.array(rules, { maxLength: 3 }), (owned, wanted) => {
        expect(uncovered([...owned, ...uncovered(owned, wanted)], wanted)).toEqual([]);
      }),
    );
  });
});
