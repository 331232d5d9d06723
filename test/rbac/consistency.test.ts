// The engine's answers beside each other, and beside the authorizer's own loop over every binding, on any cluster.

import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type Access, accessOf, allChains, judge, rulesFor } from '../../src/rbac/access.ts';
import { covers } from '../../src/rbac/covers.ts';
import { effectiveAccess } from '../../src/rbac/effective-access.ts';
import { snapshotOfObjects } from '../../src/rbac/objects.ts';
import { permissionDiff } from '../../src/rbac/permission-diff.ts';
import { type Attributes, allows } from '../../src/rbac/rule.ts';
import type { Snapshot } from '../../src/rbac/snapshot.ts';
import { appliesTo, type Identity, identityOf, isMaster } from '../../src/rbac/subject.ts';
import { type Scope, whoCan } from '../../src/rbac/who-can.ts';
import { clusters, type Question, questionsFor } from '../integration/rbac-world.ts';

const read = (objects: readonly object[]): Access =>
  accessOf(snapshotOfObjects(objects, { aggregated: 'here' }));
const cases = fc.tuple(clusters, fc.nat());
const forAll = (check: (access: Access, questions: readonly Question[]) => void) =>
  fc.assert(
    fc.property(cases, ([objects, seed]) => check(read(objects), questionsFor(objects, { seed, count: 60 }))),
    { numRuns: 30 },
  );

/** As Kubernetes does it (VisitRulesFor): every binding, no index. */
function visited(snapshot: Snapshot, identity: Identity, asked: Attributes): boolean {
  const namespace = asked.kind === 'resource' ? asked.namespace : '';
  const bindings = [
    ...snapshot.clusterRoleBindings,
    ...snapshot.roleBindings.filter((each) => namespace !== '' && each.namespace === namespace),
  ];
  return bindings.some(({ subjects, roleRef, namespace: at }) => {
    const roles =
      roleRef.kind === 'ClusterRole'
        ? snapshot.clusterRoles
        : snapshot.roles.filter((role) => role.namespace === at);
    const role = roles.find(({ name }) => name === roleRef.name);
    const isMeant = subjects.some((subject) => appliesTo(subject, identity));
    return isMeant && (role?.rules ?? []).some((rule) => allows(rule, asked));
  });
}

test('the verdict is that of a loop over every binding', () => {
  forAll((access, questions) => {
    for (const { identity, asked } of questions) {
      const expected = isMaster(identity) || visited(access.snapshot, identity, asked);
      expect(judge(access, identity, asked).allowed).toBe(expected);
      if (!isMaster(identity)) expect(allChains(access, identity, asked).length > 0).toBe(expected);
    }
  });
});

test('whoever is named by who-can may, and whoever may is named', () => {
  forAll((access, questions) => {
    const bindings = [...access.snapshot.roleBindings, ...access.snapshot.clusterRoleBindings];
    const subjects = bindings.flatMap((binding) => binding.subjects);
    for (const { asked } of questions.slice(0, 20)) {
      const namespace = asked.kind === 'resource' ? asked.namespace : '';
      const scope: Scope = namespace === '' ? { kind: 'cluster' } : { kind: 'namespace', namespace };
      const named = whoCan(access, asked, scope).reaches.map(({ subject }) => identityOf(subject));
      for (const identity of named) expect(judge(access, identity, asked).allowed).toBe(true);
      for (const identity of subjects.map(identityOf).filter((each) => judge(access, each, asked).allowed)) {
        if (!isMaster(identity)) expect(named).toContainEqual(identity);
      }
    }
  });
});

test('in all namespaces, who-can names those of each and of the cluster', () => {
  forAll((access, questions) => {
    for (const { asked } of questions.slice(0, 10).filter((each) => each.asked.kind === 'resource')) {
      const keys = (scope: Scope) =>
        whoCan(access, asked, scope).reaches.map(({ subject }) => JSON.stringify(identityOf(subject)));
      const each = ['shop', 'dev'].flatMap((namespace) => keys({ kind: 'namespace', namespace }));
      expect(new Set(keys({ kind: 'all' }))).toEqual(new Set([...each, ...keys({ kind: 'cluster' })]));
    }
  });
});

test('what somebody may do in all is what allows each of their deeds', () => {
  forAll((access, questions) => {
    for (const { identity, asked } of questions) {
      const all = effectiveAccess(access, identity);
      const namespace = asked.kind === 'resource' ? asked.namespace : '';
      const there = all.namespaces.find((each) => each.namespace === namespace)?.grants ?? [];
      const rules = [...all.everywhere, ...there].map(({ rule }) => rule);
      expect(all.master || rules.some((rule) => allows(rule, asked))).toBe(
        judge(access, identity, asked).allowed,
      );
      expect(covers(rulesFor(access, identity, namespace), rules)).toBe(true);
    }
  });
});

test('a cluster differs in nothing from itself, and what it gains another way round is lost', () => {
  fc.assert(
    fc.property(clusters, clusters, (one, other) => {
      const [left, right] = [read(one).snapshot, read(other).snapshot];
      expect(permissionDiff(left, left).subjects).toEqual([]);
      const forth = permissionDiff(left, right).subjects.flatMap(({ subject, changes }) =>
        changes.map(({ namespace, gained, lost }) => ({
          subject: identityOf(subject),
          namespace,
          plus: gained,
          minus: lost,
        })),
      );
      const back = permissionDiff(right, left).subjects.flatMap(({ subject, changes }) =>
        changes.map(({ namespace, gained, lost }) => ({
          subject: identityOf(subject),
          namespace,
          plus: lost,
          minus: gained,
        })),
      );
      const sorted = (list: readonly object[]) => list.map((each) => JSON.stringify(each)).sort();
      expect(sorted(forth)).toEqual(sorted(back));
    }),
    { numRuns: 30 },
  );
});
