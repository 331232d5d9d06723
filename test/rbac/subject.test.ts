import { describe, expect, it, test } from 'vitest';
import {
  appliesTo,
  formatSubject,
  type Identity,
  identityKeys,
  isMaster,
  parseSubjectWord,
  type Subject,
  serviceAccountOf,
  subjectKey,
  subjectsIn,
  withImpliedGroups,
} from '../../src/rbac/subject.ts';

const ci: Subject = { kind: 'ServiceAccount', namespace: 'shop', name: 'ci' };
const ciUser = 'system:serviceaccount:shop:ci';

describe('appliesTo (row 17)', () => {
  it.each<[string, Subject, Identity, boolean]>([
    ['a user by its exact name', { kind: 'User', name: 'ann' }, { user: 'ann', groups: [] }, true],
    ['no user of another case', { kind: 'User', name: 'ann' }, { user: 'Ann', groups: [] }, false],
    ['no user by a group', { kind: 'User', name: 'dev' }, { user: 'ann', groups: ['dev'] }, false],
    ['a group member', { kind: 'Group', name: 'dev' }, { user: 'ann', groups: ['x', 'dev'] }, true],
    ['no user named like the group', { kind: 'Group', name: 'dev' }, { user: 'dev', groups: [] }, false],
    ['* is a group like any other', { kind: 'Group', name: '*' }, { user: 'ann', groups: ['dev'] }, false],
    ['an account by its user', ci, { user: ciUser, groups: [] }, true],
    ['no account of another namespace', ci, { user: 'system:serviceaccount:other:ci', groups: [] }, false],
    ['a User named like an account', { kind: 'User', name: ciUser }, { user: ciUser, groups: [] }, true],
    [
      'no account without a namespace',
      { ...ci, namespace: '' },
      { user: 'system:serviceaccount::ci', groups: [] },
      false,
    ],
  ])('%s', (_, subject, identity, expected) => {
    expect(appliesTo(subject, identity)).toBe(expected);
    expect(identityKeys(identity).includes(subjectKey(subject))).toBe(expected);
  });
});

describe('implied groups (row 18)', () => {
  it.each<[string, Identity, readonly string[]]>([
    ['a person is authenticated', { user: 'ann', groups: ['dev'] }, ['dev', 'system:authenticated']],
    [
      'an account is of its namespace and of all accounts',
      { user: ciUser, groups: [] },
      ['system:serviceaccounts', 'system:serviceaccounts:shop', 'system:authenticated'],
    ],
    ['nobody is unauthenticated', { user: 'system:anonymous', groups: [] }, ['system:unauthenticated']],
    [
      'whoever has one of both keeps it',
      { user: 'x', groups: ['system:unauthenticated'] },
      ['system:unauthenticated'],
    ],
    [
      'a name that is no account is a person',
      { user: 'system:serviceaccount:Shop:ci', groups: [] },
      ['system:authenticated'],
    ],
    [
      "whoever is of a namespace's accounts is of all accounts",
      { user: '', groups: ['system:serviceaccounts:shop'] },
      ['system:serviceaccounts:shop', 'system:serviceaccounts', 'system:authenticated'],
    ],
    ['each group once', { user: 'a', groups: ['g', 'g'] }, ['g', 'system:authenticated']],
  ])('%s', (_, identity, groups) => {
    expect(withImpliedGroups(identity).groups).toEqual(groups);
  });

  it('system:masters is a membership, not a name (row 19)', () => {
    expect(isMaster({ user: 'system:masters', groups: [] })).toBe(false);
    expect(isMaster({ user: 'ann', groups: ['system:masters'] })).toBe(true);
  });
});

test.each([
  ['system:serviceaccount:shop:ci', { namespace: 'shop', name: 'ci' }],
  ['system:serviceaccount:shop:ci.v2', { namespace: 'shop', name: 'ci.v2' }],
  ['system:serviceaccount:shop.x:ci', undefined],
  ['system:serviceaccount:shop:ci:x', undefined],
  ['system:serviceaccount:shop', undefined],
  ['ann', undefined],
])('the account behind %s', (user, expected) => {
  expect(serviceAccountOf(user)).toEqual(expected);
});

test('subjects are read with the namespace of their binding; kinds that RBAC does not know mean nobody (row 23)', () => {
  const raw = [
    { kind: 'User', name: 'ann' },
    { kind: 'ServiceAccount', name: 'ci' },
    { kind: 'ServiceAccount', name: 'ci', namespace: 'other' },
    { kind: 'Robot', name: 'r2' },
    { kind: 'Group' },
    null,
  ];
  expect(subjectsIn(raw, 'shop')).toEqual([
    { kind: 'User', name: 'ann' },
    { kind: 'ServiceAccount', namespace: 'shop', name: 'ci' },
    { kind: 'ServiceAccount', namespace: 'other', name: 'ci' },
  ]);
  expect(subjectsIn(null, 'shop')).toEqual([]);
});

describe('the words', () => {
  it.each([
    ['group:devs', { kind: 'Group', name: 'devs' }],
    ['group:oidc:devs', { kind: 'Group', name: 'oidc:devs' }],
    ['user:ann@example.com', { kind: 'User', name: 'ann@example.com' }],
    ['sa:shop/ci', ci],
    ['me', { kind: 'me' }],
  ])('%s', (word, expected) => {
    const parsed = parseSubjectWord(word);
    expect(parsed).toEqual(expected);
    if (parsed.kind !== 'me') expect(formatSubject(parsed)).toBe(word);
  });

  it.each([
    ['devs', 'Write group:devs or user:devs'],
    ['sa:ci', 'sa:NAMESPACE/NAME'],
    ['sa:a/b/c', 'sa:NAMESPACE/NAME'],
    ['group:', 'group:NAME'],
    ['system:masters', 'group:system:masters'],
    ['system:serviceaccount:shop:ci', 'Write sa:shop/ci.'],
  ])('%s is refused, with the way it is written', (word, hint) => {
    expect(() => parseSubjectWord(word)).toThrow(
      expect.objectContaining({ code: 'usage', hint: expect.stringContaining(hint) }),
    );
  });
});
