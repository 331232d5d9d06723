import { describe, expect, it } from 'vitest';
import type { Subject } from '../../src/rbac/subject.ts';
import { type PrefixEvidence, prefixFor } from '../../src/rbac/subject-prefix.ts';

const nobody: PrefixEvidence = {
  claims: undefined,
  seen: { user: 'admin', groups: ['system:masters'] },
  bound: [],
};
const alice: PrefixEvidence = {
  claims: { groups: ['devs', 'ops'], names: ['alice@example.com', 'a1'] },
  seen: { user: 'oidc:alice@example.com', groups: ['oidc:devs', 'oidc:ops', 'system:authenticated'] },
  bound: [],
};
const groups = (...names: readonly string[]): PrefixEvidence => ({
  ...nobody,
  bound: names.map((name): Subject => ({ kind: 'Group', name })),
});
const learned = (kind: 'User' | 'Group', typed: string, evidence: PrefixEvidence, given?: string) =>
  prefixFor(kind, typed, { given, evidence });

describe('the prefix that a cluster puts before names', () => {
  it.each([
    ['the login shows it', 'Group', 'guests', alice, { prefix: 'oidc:', from: 'login' }],
    ['a name that has it stays', 'Group', 'oidc:guests', alice, { prefix: '', from: 'login' }],
    ['user names have their own', 'User', 'bob@example.com', alice, { prefix: 'oidc:', from: 'login' }],
    ['names of Kubernetes have none', 'Group', 'system:masters', alice, { prefix: '', from: 'typed' }],
    [
      'all other bindings show it',
      'Group',
      'guests',
      groups('oidc:a', 'oidc:b', 'system:nodes'),
      { prefix: 'oidc:', from: 'bindings' },
    ],
    ['bindings without one show that', 'Group', 'guests', groups('a', 'b'), { prefix: '', from: 'bindings' }],
    [
      'a group that is bound as it was typed is that one',
      'Group',
      'a',
      groups('a', 'oidc:b'),
      { prefix: '', from: 'typed' },
    ],
    [
      'one that is bound with a prefix has it',
      'Group',
      'b',
      groups('a', 'oidc:b'),
      { prefix: 'oidc:', from: 'bindings' },
    ],
    [
      'a typed prefix that others have is one',
      'Group',
      'oidc:x',
      groups('a', 'oidc:b'),
      { prefix: '', from: 'typed' },
    ],
    [
      "an issuer's address is one",
      'Group',
      'x',
      groups('https://idp.test#a'),
      { prefix: 'https://idp.test#', from: 'bindings' },
    ],
    ['a path of Keycloak is none', 'Group', 'x', groups('/team/a'), { prefix: '', from: 'bindings' }],
    ['where nothing tells it is taken as typed', 'Group', 'x', nobody, { prefix: '', from: 'nothing' }],
  ] as const)('%s', (_, kind, typed, evidence, expected) => {
    expect(learned(kind, typed, evidence)).toEqual(expected);
  });

  it('the flag wins, and is not put twice', () => {
    expect(learned('Group', 'x', alice, 'sso:')).toEqual({ prefix: 'sso:', from: 'flag' });
    expect(learned('Group', 'sso:x', alice, 'sso:')).toEqual({ prefix: '', from: 'flag' });
    expect(learned('Group', 'x', alice, '')).toEqual({ prefix: '', from: 'flag' });
  });

  it('a cluster that sees only some of the claimed groups shows no prefix by them', () => {
    const filtered = { ...alice, seen: { user: 'u', groups: ['x:devs', 'system:authenticated'] } };
    expect(learned('Group', 'guests', filtered).from).toBe('nothing');
  });

  it('where bindings do it both ways, it asks', () => {
    expect(() => learned('Group', 'new', groups('a', 'oidc:b'))).toThrow(
      expect.objectContaining({ code: 'usage', hint: expect.stringContaining("--groups-prefix 'oidc:'") }),
    );
  });
});
