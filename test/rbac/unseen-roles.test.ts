import { expect, it } from 'vitest';
import { insistOnSame } from '../../src/commands/diff.ts';
import { snapshotOfManifests } from '../../src/edge/access/open-access.ts';
import { Failure } from '../../src/failure.ts';
import { accessOf, judge } from '../../src/rbac/access.ts';
import { runChecks } from '../../src/rbac/checks.ts';
import { diffText } from '../../src/rbac/diff-words.ts';
import { effectiveAccess } from '../../src/rbac/effective-access.ts';
import { permissionDiff } from '../../src/rbac/permission-diff.ts';
import { resourceAttributes } from '../../src/rbac/rule.ts';
import { identityOf, parseSubjectWord, withImpliedGroups } from '../../src/rbac/subject.ts';
import { whoCan } from '../../src/rbac/who-can.ts';
import { access, binding } from './objects.ts';

const manifests = (...objects: readonly object[]) => snapshotOfManifests(objects, { stock: false }).snapshot;
const admin = binding('b', 'clusterrole:cluster-admin', 'user:mallory');
const asked = resourceAttributes({ verb: 'get', resource: 'secrets', namespace: 'shop' });
const identity = (word: string) => {
  const subject = parseSubjectWord(word);
  return subject.kind === 'me' ? { user: '', groups: [] } : withImpliedGroups(identityOf(subject));
};
const gap = {
  what: 'clusterroles',
  namespace: '',
  reason: 'cluster-admin is bound and not among the manifests (--stock adds those of Kubernetes)',
};

it('a no to whoever is bound to a role that the manifests do not hold is not certain', () => {
  const by = accessOf(manifests(admin));
  const denied = { allowed: false, complete: false, gaps: [gap] };
  expect(judge(by, identity('user:mallory'), asked)).toMatchObject(denied);
  expect(judge(by, identity('user:ann'), asked)).toMatchObject({ allowed: false, complete: true });
  expect(effectiveAccess(by, identity('user:mallory'))).toMatchObject({ complete: false, gaps: [gap] });
  const scope = { kind: 'namespace', namespace: 'shop' } as const;
  expect(whoCan(by, asked, scope)).toMatchObject({ complete: false, gaps: [gap] });
});

it('a check that denies does not pass because a role is written elsewhere', () => {
  const check = { identity: identity('user:mallory'), asked, expect: 'deny', description: '' } as const;
  const results = (by: ReturnType<typeof access>) => runChecks(by, [check]).map(({ result }) => result);
  expect(results(accessOf(manifests(admin)))).toEqual(['unsure']);
  // What a cluster does not have, it does not have.
  expect(results(access(admin))).toEqual(['pass']);
});

it.each([
  ['a new binding', manifests(), manifests(admin)],
  ['a binding that is gone', manifests(admin), manifests()],
  ['another such role', manifests(binding('b', 'clusterrole:view', 'user:mallory')), manifests(admin)],
  ['another subject', manifests(binding('b', 'clusterrole:cluster-admin', 'user:ann')), manifests(admin)],
])('a comparison with %s to a role that is not there is not said to be no difference', (_, old, now) => {
  const found = permissionDiff(old, now);
  expect(found.complete).toBe(false);
  expect(found.gaps).toContainEqual(gap);
  expect(diffText(found)).toContain('Nobody gains or loses anything by what could be read.');
  expect(() => insistOnSame(found, { exitCode: true })).toThrow(new Failure('no', ''));
});

it('a binding that is the same on both sides is no difference, whatever its role', () => {
  expect(permissionDiff(manifests(admin), manifests(admin))).toMatchObject({ complete: true, gaps: [] });
});
