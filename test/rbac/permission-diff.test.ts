import { describe, expect, it } from 'vitest';
import { compact } from '../../src/rbac/covers.ts';
import { permissionDiff } from '../../src/rbac/permission-diff.ts';
import { rulesIn } from '../../src/rbac/rule.ts';
import { formatSubject } from '../../src/rbac/subject.ts';
import { describeRule } from '../../src/rbac/words.ts';
import { access, binding, clusterRole, role, ruleOf } from './objects.ts';

const diff = (before: readonly object[], after: readonly object[]) => {
  const { subjects } = permissionDiff(access(...before).snapshot, access(...after).snapshot);
  return subjects.flatMap(({ subject, changes }) =>
    changes.flatMap(({ namespace, gained, lost }) => [
      ...gained.map(
        (rule) => `+ ${formatSubject(subject)} ${namespace || 'everywhere'}: ${describeRule(rule)}`,
      ),
      ...lost.map(
        (rule) => `- ${formatSubject(subject)} ${namespace || 'everywhere'}: ${describeRule(rule)}`,
      ),
    ]),
  );
};
const reader = role('shop/reader', 'get,list pods');
const bound = binding('shop/b', 'role:reader', 'group:devs');

describe('a difference', () => {
  it('is told per subject and namespace', () => {
    expect(diff([reader, bound], [role('shop/reader', 'get pods', 'get secrets'), bound])).toEqual([
      '+ group:devs shop: get on secrets',
      '- group:devs shop: list on pods',
    ]);
  });

  it('is what a new or removed binding brings or takes', () => {
    expect(diff([reader], [reader, bound])).toEqual(['+ group:devs shop: get, list on pods']);
    expect(diff([reader, bound], [reader])).toEqual(['- group:devs shop: get, list on pods']);
  });

  it('is re-armed by a role that comes back (row 21)', () => {
    expect(diff([bound], [reader, bound])).toEqual(['+ group:devs shop: get, list on pods']);
  });

  it('names the bindings that bring it', () => {
    const { subjects } = permissionDiff(access(reader).snapshot, access(reader, bound).snapshot);
    expect(subjects[0]?.changes[0]?.gainedBy).toEqual([
      { kind: 'RoleBinding', namespace: 'shop', name: 'b' },
    ]);
  });
});

describe('no difference', () => {
  it.each<[string, readonly object[], readonly object[]]>([
    [
      'another name of role and binding',
      [reader, bound],
      [role('shop/x', 'get,list pods'), binding('shop/y', 'role:x', 'group:devs')],
    ],
    ['rules split in two', [reader, bound], [role('shop/reader', 'list pods', 'get pods'), bound]],
    [
      'a rule taken in by a wider one there already',
      [reader, bound, clusterRole('all', '* *'), binding('c', 'clusterrole:all', 'group:devs')],
      [clusterRole('all', '* *'), binding('c', 'clusterrole:all', 'group:devs')],
    ],
    [
      'a URL through a RoleBinding',
      [],
      [clusterRole('u', 'get /metrics'), binding('shop/u', 'clusterrole:u', 'user:ann')],
    ],
    [
      'what is given to system:masters',
      [],
      [clusterRole('u', 'get pods'), binding('u', 'clusterrole:u', 'group:system:masters')],
    ],
  ])('%s', (_, before, after) => {
    expect(diff(before, after)).toEqual([]);
  });
});

it('moving a grant from a namespace to everywhere is a gain and no loss', () => {
  const everywhere = [clusterRole('r', 'get,list pods'), binding('c', 'clusterrole:r', 'group:devs')];
  expect(diff([reader, bound], everywhere)).toEqual(['+ group:devs everywhere: get, list on pods']);
});

it('parts are joined to few rules that allow the same', () => {
  const parts = ['get pods', 'list pods', 'get services', 'list services', 'get secrets [a]'].map(ruleOf);
  expect(compact(rulesIn(parts)).map(describeRule)).toEqual([
    'get, list on pods, services',
    'get on secrets named "a"',
  ]);
});
