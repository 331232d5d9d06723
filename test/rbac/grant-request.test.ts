import { describe, expect, it } from 'vitest';
import type { Failure } from '../../src/failure.ts';
import { parseDuration, parseGrant, parseRevoke } from '../../src/rbac/grant-request.ts';
import { selects } from '../../src/rbac/labels.ts';
import { parsePrune } from '../../src/rbac/prune-request.ts';
import { parseSelector } from '../../src/rbac/selector-words.ts';

describe('grant', () => {
  it('takes whom, where and what', () => {
    const request = parseGrant({
      ...{
        group: 'devs',
        namespace: ['shop,web', 'ops'],
        rule: ['get,list pods', 'get pods/log'],
        for: '1h30m',
      },
      ...{ reason: 'INC\n42', 'groups-prefix': '', yes: true },
    });
    expect(request).toMatchObject({
      subject: { kind: 'Group', typed: 'devs', prefix: '' },
      place: { kind: 'namespaces', names: ['shop', 'web', 'ops'] },
      role: {
        kind: 'rules',
        words: [
          { verbs: ['get', 'list'], resources: ['pods'], names: [] },
          { verbs: ['get'], resources: ['pods/log'], names: [] },
        ],
      },
      end: { forSeconds: 5400 },
      reason: 'INC 42',
      dangers: { systemSubject: false, clusterAdmin: false, wildcard: false },
      yes: true,
      dryRun: false,
    });
  });

  it('takes verbs, resources and names as a rule, beside others', () => {
    const { role } = parseGrant({
      user: 'ann',
      verb: 'get',
      resource: 'cm,secrets',
      name: 'a,b',
      rule: 'list pods',
    });
    expect(role).toEqual({
      kind: 'rules',
      words: [
        { verbs: ['get'], resources: ['cm', 'secrets'], names: ['a', 'b'] },
        { verbs: ['list'], resources: ['pods'], names: [] },
      ],
    });
  });

  it.each([
    ['sa', { serviceaccount: 'shop/ci' }, { namespace: 'shop', name: 'ci' }],
    ["kubectl's colon", { serviceaccount: 'shop:ci' }, { namespace: 'shop', name: 'ci' }],
    ['the namespace that is granted in', { serviceaccount: 'ci' }, { namespace: undefined, name: 'ci' }],
  ])('a service account: %s', (_, words, expected) => {
    expect(parseGrant({ ...words, preset: 'viewer' }).subject).toEqual({
      kind: 'ServiceAccount',
      ...expected,
    });
  });

  it.each([
    ['nobody', {}, 'Give one of --group'],
    ['two', { group: 'a', user: 'b' }, '--group and --user were given'],
    ['one twice', { group: ['a', 'b'] }, 'Give it once'],
    ['nothing', { group: 'a', preset: undefined }, 'what to grant is missing'],
    ['two things', { group: 'a', role: 'x' }, '--preset and --role do not go together'],
    ['a rule beside a preset', { group: 'a', rule: 'get pods' }, '--preset and rules do not go together'],
    ['a verb alone', { group: 'a', preset: undefined, verb: 'get' }, '--resource is missing'],
    ['a name beside a role', { group: 'a', preset: undefined, role: 'x', name: 'y' }, '--name is for'],
    ['two places', { group: 'a', namespace: 'shop', cluster: true }, 'do not go together'],
    ['a namespace that can be none', { group: 'a', namespace: 'Shop' }, 'is no name of a namespace'],
    ['a service account of three parts', { serviceaccount: 'a/b/c' }, 'Write NAMESPACE/NAME'],
    ['two ends', { group: 'a', for: '1h', until: '2099-01-01T00:00:00Z' }, 'Give one of them'],
    ['an end without a zone', { group: 'a', until: '2099-01-01T00:00:00' }, 'RFC 3339'],
    ['a form without a dry run', { group: 'a', output: 'yaml' }, '--output is for --dry-run'],
    ['a form that is none', { group: 'a', output: 'toml', 'dry-run': true }, 'yaml, json, kustomize'],
    ["a role name of Kubernetes' own", { group: 'a', 'role-name': 'system:x' }, "Kubernetes' own"],
    ['a role name that is none', { group: 'a', 'role-name': 'A B' }, 'lower-case'],
    [
      'a name for a role that is there',
      { group: 'a', preset: undefined, role: 'x', 'role-name': 'y' },
      '--role-name is for',
    ],
    ['a group twice as an impersonator', { group: 'a', 'as-group': 'g' }, '--as'],
  ])('refuses %s', (_, words, text) => {
    expect(() => parseGrant({ preset: 'viewer', ...words })).toThrow(
      expect.toSatisfy(
        ({ code, message, hint }: Failure) => code === 'usage' && `${message} ${hint}`.includes(text),
      ),
    );
  });

  it('counts lengths of time', () => {
    expect(['90s', '30m', '8h', '2d', '1w', '1d12h'].map(parseDuration)).toEqual([
      90, 1800, 28_800, 172_800, 604_800, 129_600,
    ]);
    for (const odd of ['8', 'h', '-1h', '1.5h', '0s', '1y', '9999d', '8h ', '']) {
      expect(() => parseDuration(odd)).toThrow(expect.objectContaining({ code: 'usage' }));
    }
  });
});

it('revoke needs nothing but whom', () => {
  expect(parseRevoke({ user: 'ann' })).toMatchObject({
    role: undefined,
    place: { kind: 'default' },
    adopt: false,
  });
});

describe('prune', () => {
  it('is everywhere unless a place is named', () => {
    expect(parsePrune({})).toMatchObject({ kind: 'prune', place: { kind: 'everywhere' } });
    expect(parsePrune({ namespace: 'shop' })).toMatchObject({
      place: { kind: 'namespaces', names: ['shop'] },
    });
  });

  it.each([
    [{ manifest: true }, '--image is missing'],
    [{ manifest: true, image: 'x', schedule: 'often' }, 'five fields'],
    [{ image: 'x' }, '--image is for --manifest'],
  ])('refuses %j', (words, text) => {
    expect(() => parsePrune(words)).toThrow(
      expect.toSatisfy(({ message, hint }: Failure) => `${message} ${hint}`.includes(text)),
    );
  });
});

describe("selectors as kubectl's", () => {
  const labels = { team: 'shop', tier: 'web', 'example.com/x': '' };
  it.each([
    ['team=shop', true],
    ['team==shop,tier in (web, api)', true],
    ['team!=shop', false],
    ['missing!=x', true],
    ['tier notin (api)', true],
    ['team,!legacy', true],
    ['!team', false],
    ['example.com/x=', true],
  ])('%s', (typed, expected) => {
    expect(selects(parseSelector(typed), labels)).toBe(expected);
  });

  it.each(['a in', '=x', 'a=b=c', 'a in (b', '(a)', 'a b', ''])('%s is none', (typed) => {
    expect(() => parseSelector(typed)).toThrow(expect.objectContaining({ code: 'usage' }));
  });
});
