import { expect, test } from 'vitest';
import { aggregate, originOf } from '../../src/rbac/aggregation.ts';
import { labelSelectorIn, selects } from '../../src/rbac/labels.ts';
import { type Role, roleIn } from '../../src/rbac/snapshot.ts';
import { collecting, part, ruleOf } from './objects.ts';

const read = (...objects: readonly object[]): readonly Role[] =>
  objects.flatMap((object) => roleIn(object, 'ClusterRole') ?? []);
const written = (role: Role | undefined): readonly string[] =>
  (role?.rules ?? []).map(({ verbs, resources }) => `${verbs} ${resources}`);

test('a collecting role gets the rules of its parts, by name, each once (row 24)', () => {
  const [all] = aggregate(
    read(
      collecting('all', 'to-all'),
      part('b', 'to-all', 'get pods', 'get nodes'),
      part('a', 'to-all', 'get pods', 'list pods'),
    ),
  );
  expect(written(all)).toEqual(['get pods', 'list pods', 'get nodes']);
});

test('what a collecting role says itself is overwritten; a role is no part of itself', () => {
  const self = {
    ...collecting('all', 'to-all', { 'to-all': 'true' }),
    rules: [ruleOf('get secrets')],
  };
  expect(written(aggregate(read(self, part('a', 'to-all', 'get pods')))[0])).toEqual(['get pods']);
});

test('where the parts have no rule, what a collecting role says itself stays: seen on a real controller', () => {
  const self = { ...collecting('all', 'to-all'), rules: [ruleOf('get secrets')] };
  expect(written(aggregate(read(self))[0])).toEqual(['get secrets']);
  expect(written(aggregate(read(self, part('empty', 'to-all')))[0])).toEqual(['get secrets']);
});

test('collected roles collect in turn, whatever the order they are written in', () => {
  const roles = read(
    collecting('admin', 'to-admin'),
    collecting('edit', 'to-edit', { 'to-admin': 'true' }),
    collecting('view', 'to-view', { 'to-edit': 'true' }),
    part('pods', 'to-view', 'get pods'),
    part('own', 'to-admin', 'create roles'),
  );
  for (const order of [roles, roles.toReversed()]) {
    const admin = aggregate(order).find(({ name }) => name === 'admin');
    expect(written(admin)).toEqual(['get pods', 'create roles']);
  }
});

test('roles that collect each other end with what others give them', () => {
  const roles = read(
    collecting('a', 'to-a', { 'to-b': 'true' }),
    collecting('b', 'to-b', { 'to-a': 'true' }),
    part('c', 'to-a', 'get pods'),
    part('d', 'to-b', 'get nodes'),
  );
  const [a, b] = aggregate(roles);
  expect([...written(a)].sort()).toEqual(['get nodes', 'get pods']);
  expect([...written(b)].sort()).toEqual(['get nodes', 'get pods']);
});

test('the origin of a rule is the way down to the role in which it is written', () => {
  const roles = aggregate(
    read(
      collecting('admin', 'to-admin'),
      collecting('edit', 'to-edit', { 'to-admin': 'true' }),
      part('pods', 'to-edit', 'get pods'),
    ),
  );
  const [admin, edit] = roles;
  expect(originOf(admin!, admin!.rules[0]!, roles)).toEqual(['edit', 'pods']);
  expect(originOf(edit!, edit!.rules[0]!, roles)).toEqual(['pods']);
});

test('a rule that no part holds any more has no origin', () => {
  const [stale] = read({
    ...collecting('all', 'to-all'),
    rules: [{ verbs: ['get'], apiGroups: [''], resources: ['pods'] }],
  });
  expect(originOf(stale!, stale!.rules[0]!, [stale!])).toEqual([]);
});

test.each([
  [{ matchLabels: { a: '1' } }, { a: '1', b: '2' }, true],
  [{ matchLabels: { a: '1', b: '1' } }, { a: '1', b: '2' }, false],
  [{}, {}, true],
  [{ matchExpressions: [{ key: 'a', operator: 'In', values: ['1', '2'] }] }, { a: '2' }, true],
  [{ matchExpressions: [{ key: 'a', operator: 'NotIn', values: ['1'] }] }, {}, true],
  [{ matchExpressions: [{ key: 'a', operator: 'Exists' }] }, { a: '' }, true],
  [{ matchExpressions: [{ key: 'a', operator: 'DoesNotExist' }] }, { a: '' }, false],
  [{ matchExpressions: [{ key: 'a', operator: 'Maybe' }] }, { a: '' }, false],
  [{ matchExpressions: [{ key: 'toString', operator: 'Exists' }] }, {}, false],
])('the selector %j on %j: %s', (selector, labels, expected) => {
  expect(selects(labelSelectorIn(selector), labels)).toBe(expected);
});
