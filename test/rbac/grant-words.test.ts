import { expect, it } from 'vitest';
import { describeTime } from '../../src/moments.ts';
import { prefixWords } from '../../src/rbac/grant-words.ts';
import { revokedText } from '../../src/rbac/revoke-text.ts';
import { rule } from '../../src/rbac/rule.ts';

const group = { kind: 'Group', name: 'devs' } as const;

it('says that a name is taken as typed where nothing tells the prefix, and what would', () => {
  const known = { subject: group, applied: { prefix: '', from: 'nothing' } } as const;
  expect(prefixWords(known)).toBe(
    'taken as typed: nothing here tells what the cluster puts before groups; --groups-prefix would',
  );
  expect(prefixWords({ ...known, subject: { kind: 'User', name: 'ann' } })).toContain('--username-prefix');
  expect(prefixWords({ ...known, subject: { kind: 'Group', name: 'system:authenticated' } })).toBe('');
});

/** What is said when so many rules were taken. */
function revoked(count: number): readonly string[] {
  const taken = Array.from({ length: count }, (_, index) =>
    rule({ verbs: ['get'], apiGroups: [''], resources: [`thing${index}`] }),
  );
  const known = { subject: group, applied: { prefix: '', from: 'flag' } } as const;
  const object = {
    kind: 'RoleBinding',
    namespace: 'shop',
    name: 'b',
    roleRef: { kind: 'Role', name: 'r' },
    subjects: [group],
    labels: {},
    annotations: {},
  } as const;
  const shown = { known, places: ['shop'], plans: [], left: [{ namespace: 'shop', ways: [], taken }] };
  return revokedText({ ...shown, steps: [{ kind: 'delete', object }] })
    .trimEnd()
    .split('\n')
    .slice(1);
}

it('tells few rules that were revoked in a line, many below each other, and of very many how many more', () => {
  expect(revoked(2)).toEqual(['Revoked: get on thing0; get on thing1.']);
  expect(revoked(5)).toHaveLength(6);
  const lines = revoked(40);
  expect(lines).toHaveLength(10);
  expect(lines.at(-1)).toBe('  and 32 more rules');
});

it('counts time to the nearest unit: eight hours that began a moment ago are eight hours', () => {
  expect(describeTime(8 * 3600, 5)).toBe('1970-01-01 08:00 UTC (in 8 hours)');
  expect(describeTime(0, 100)).toBe('1970-01-01 00:00 UTC (100 seconds ago)');
});
