// The queries of sql/ on DuckDB, beside the engine's own answers on the same generated clusters.

import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { rbacData, rbacObjects } from '../../scripts/parts/rbac-data.ts';
import { type Cells, openWarehouse, queryNames, type Warehouse } from '../../scripts/parts/warehouse.ts';
import { type Access, accessOf } from '../../src/rbac/access.ts';
import { atomsOf } from '../../src/rbac/covers.ts';
import { snapshotOfObjects } from '../../src/rbac/objects.ts';
import { permissionDiff } from '../../src/rbac/permission-diff.ts';
import { resourceAttributes } from '../../src/rbac/rule.ts';
import type { Binding, Role, Snapshot } from '../../src/rbac/snapshot.ts';
import { formatSnapshot, type SavedSnapshot } from '../../src/rbac/snapshot-file.ts';
import { formatRow, rowsOf } from '../../src/rbac/snapshot-rows.ts';
import { type Subject, subjectKey } from '../../src/rbac/subject.ts';
import { type Scope, whoCan } from '../../src/rbac/who-can.ts';

const size = { namespaces: 40, roleBindings: 300, clusterRoleBindings: 100, roles: 80, clusterRoles: 120 };
const clusters = Array.from({ length: 5 }, (_, index) => `cluster-${index}`);
const now = '2026-11-25T12:00:00.000Z';
const before = '2026-11-17T12:00:00.000Z';

function generated(seed: number): Snapshot {
  return snapshotOfObjects(rbacObjects(rbacData(size, seed)), { aggregated: 'here' });
}

/** A week later: roles that are wider, narrower, renamed or split, bindings that came and went. */
function later(snapshot: Snapshot): Snapshot {
  const [first] = generated(99).roleBindings;
  const renamed = (name: string): string => (name.endsWith('-7') ? `${name}-renamed` : name);
  const changed = (role: Role, index: number): Role => ({
    ...role,
    name: renamed(role.name),
    rules: role.rules.flatMap((each) => {
      if (index % 5 === 0) return [{ ...each, verbs: [...each.verbs, 'delete'] }];
      if (index % 5 === 1)
        return [{ ...each, verbs: each.verbs.slice(1) }].filter(({ verbs }) => verbs.length > 0);
      return index % 5 === 2 ? atomsOf(each) : [each];
    }),
  });
  const moved = (each: Binding): Binding => ({
    ...each,
    roleRef: { ...each.roleRef, name: renamed(each.roleRef.name) },
  });
  return {
    ...snapshot,
    clusterRoles: snapshot.clusterRoles.map((role, index) =>
      role.name.startsWith('platform') ? changed(role, index) : role,
    ),
    roles: snapshot.roles.map(changed),
    clusterRoleBindings: snapshot.clusterRoleBindings.filter((_, index) => index % 9 !== 4).map(moved),
    roleBindings: [
      ...snapshot.roleBindings.filter((_, index) => index % 11 !== 3).map(moved),
      ...(first ? [{ ...first, name: 'new' }] : []),
    ],
  };
}

const olds = new Map(clusters.map((name, index) => [name, generated(index + 1)]));
const news = new Map([...olds].map(([name, snapshot]) => [name, later(snapshot)]));
const nobody: Binding = {
  kind: 'RoleBinding',
  namespace: 'team-0-dev',
  name: 'nobody',
  roleRef: { kind: 'ClusterRole', name: 'view' },
  subjects: [],
  labels: {},
  annotations: {},
};

describe('the queries over many clusters', () => {
  let folder: string;
  let warehouse: Warehouse;

  function write(clusterName: string, takenAt: string, snapshot: Snapshot): void {
    const saved: SavedSnapshot = {
      takenAt,
      server: `https://${clusterName}`,
      kubernetesVersion: 'v1.36.3',
      namespace: 'default',
      snapshot,
    };
    const snapshotHash = createHash('sha256').update(formatSnapshot(saved)).digest('hex');
    const text = [...rowsOf(saved, { clusterName, snapshotHash })].map(formatRow).join('');
    writeFileSync(join(folder, `${clusterName}-${takenAt.replaceAll(':', '')}.ndjson`), text);
  }

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'queries-'));
    for (const [name, snapshot] of olds) write(name, before, snapshot);
    for (const [name, snapshot] of news) write(name, now, snapshot);
    const gap = { what: 'roles', namespace: 'team-1-dev', reason: 'you may not list them' } as const;
    write('partial', now, { ...generated(50), gaps: [gap], roleBindings: [nobody] });
    write('silent', '2026-11-20T12:00:00.000Z', {
      ...generated(51),
      roleBindings: [],
      clusterRoleBindings: [],
      roles: [],
    });
    warehouse = await openWarehouse(folder);
  }, 60_000);
  afterAll(() => {
    warehouse?.close();
    rmSync(folder, { recursive: true, force: true });
  });

  const keyOf = (row: Cells): string => {
    const subject = (
      row.subject_kind === 'ServiceAccount'
        ? { kind: 'ServiceAccount', namespace: row.subject_namespace, name: row.subject_name }
        : { kind: row.subject_kind ?? 'Group', name: row.subject_name ?? row.group_name }
    ) as Subject;
    return `${row.cluster_name} ${subjectKey(subject)} ${row.binding_kind} ${row.in_namespace}/${row.binding_name}`;
  };
  const isKnown = (row: Cells): boolean => news.has(String(row.cluster_name));
  const answered = async (name: string): Promise<readonly string[]> =>
    [...new Set((await warehouse.query(name)).filter(isKnown).map(keyOf))].sort();

  type Asked = {
    readonly verb: string;
    readonly group?: string;
    readonly resource: string;
    readonly subresource?: string;
    readonly scope?: Scope;
  };
  /** Every subject and binding by which one of these is allowed, of any object and of each that a rule names. */
  function byEngine(questions: readonly Asked[]): readonly string[] {
    const found = [...news].flatMap(([cluster, snapshot]) => {
      const access = accessOf(snapshot);
      const names = ['', ...namesIn(snapshot)];
      return questions.flatMap(({ scope = { kind: 'all' }, ...asked }) =>
        names.flatMap((name) =>
          reachesOf(access, { ...asked, name }, scope).map((each) => `${cluster} ${each}`),
        ),
      );
    });
    return [...new Set(found)].sort();
  }

  function reachesOf(
    access: Access,
    asked: Asked & { readonly name: string },
    scope: Scope,
  ): readonly string[] {
    return whoCan(access, resourceAttributes(asked), scope).reaches.flatMap(({ subject, through }) =>
      through.map(
        ({ binding: { kind, namespace, name } }) => `${subjectKey(subject)} ${kind} ${namespace}/${name}`,
      ),
    );
  }

  function namesIn({ roles, clusterRoles }: Snapshot): readonly string[] {
    return [
      ...new Set(
        [...roles, ...clusterRoles].flatMap(({ rules }) => rules.flatMap((each) => each.resourceNames)),
      ),
    ];
  }

  it('find who can read secrets as the engine does', async () => {
    const expected = byEngine(['get', 'list', 'watch'].map((verb) => ({ verb, resource: 'secrets' })));
    expect(expected.length).toBeGreaterThan(300);
    expect(await answered('who-can-read-secrets')).toEqual(expected);
  });

  it('find who may become someone else as the engine does', async () => {
    const cluster = { kind: 'cluster' } as const;
    const expected = byEngine([
      { verb: 'impersonate', resource: 'users', scope: cluster },
      { verb: 'impersonate', resource: 'groups', scope: cluster },
      { verb: 'impersonate', resource: 'serviceaccounts' },
      { verb: 'create', resource: 'serviceaccounts', subresource: 'token' },
    ]);
    expect(expected.length).toBeGreaterThan(60);
    expect(await answered('who-may-become-someone-else')).toEqual(expected);
  });

  it('find who may hand out more than they hold as the engine does', async () => {
    const group = 'rbac.authorization.k8s.io';
    const expected = byEngine(
      ['bind', 'escalate'].flatMap((verb) =>
        ['roles', 'clusterroles'].map((resource) => ({ verb, group, resource })),
      ),
    );
    expect(expected.length).toBeGreaterThan(10);
    expect(await answered('who-may-change-access')).toEqual(expected);
  });

  it('find the groups that may do everything as the engine does', async () => {
    const anything = byEngine([
      { verb: 'no-such-verb', group: 'no.such.group', resource: 'no-such-resource' },
    ]);
    const expected = anything.filter((each) => / g:/.test(each));
    expect(expected.length).toBeGreaterThan(0);
    expect(await answered('groups-bound-to-cluster-admin')).toEqual(expected);
  });

  it('find what groups gained in a week as the engine’s own comparison does', async () => {
    const rows = (await warehouse.query('groups-that-gained-rights')).map((row) =>
      JSON.stringify(Object.values(row)),
    );
    const expected = clusters.flatMap((cluster) => {
      const { subjects } = permissionDiff(olds.get(cluster)!, news.get(cluster)!);
      return subjects
        .filter(({ subject }) => subject.kind === 'Group')
        .flatMap(({ subject, changes }) =>
          changes.flatMap(({ namespace, gained }) =>
            gained.flatMap(atomsOf).map((atom) => {
              const [verb, group = '', resource = '', name = '', url = ''] = [
                atom.verbs[0],
                atom.apiGroups[0],
                atom.resources[0],
                atom.resourceNames[0],
                atom.nonResourceURLs[0],
              ];
              return JSON.stringify([cluster, subject.name, namespace, verb, group, resource, name, url]);
            }),
          ),
        );
    });
    expect(expected.length).toBeGreaterThan(50);
    expect([...new Set(rows)].sort()).toEqual([...new Set(expected)].sort());
  });

  it('count the subjects of many clusters', async () => {
    const rows = await warehouse.query('subjects-in-many-clusters');
    const wanted = 'oidc:team-0';
    const latest = [...news.values(), { ...generated(50), roleBindings: [] }];
    const naming = latest.map(
      ({ clusterRoleBindings, roleBindings }) =>
        [...clusterRoleBindings, ...roleBindings]
          .flatMap(({ subjects }) => subjects)
          .filter(({ kind, name }) => kind === 'Group' && name === wanted).length,
    );
    expect(rows.find(({ subject_name }) => subject_name === wanted)).toEqual({
      subject_kind: 'Group',
      subject_name: wanted,
      clusters: naming.filter((count) => count > 0).length,
      bindings: naming.reduce((sum, count) => sum + count, 0),
    });
  });

  it('find orphaned bindings, and do not call one so whose role was not read', async () => {
    const rows = await warehouse.query('orphaned-bindings');
    const expected = [...news].flatMap(([cluster, snapshot]) => {
      const there = new Set(
        [...snapshot.clusterRoles, ...snapshot.roles].map(
          ({ kind, namespace, name }) => `${kind} ${namespace}/${name}`,
        ),
      );
      return [...snapshot.clusterRoleBindings, ...snapshot.roleBindings]
        .filter(
          ({ roleRef, namespace, subjects }) =>
            subjects.length > 0 &&
            !there.has(`${roleRef.kind} ${roleRef.kind === 'Role' ? namespace : ''}/${roleRef.name}`),
        )
        .map(({ kind, namespace, name }) => `${cluster} ${kind} ${namespace}/${name}`);
    });
    expect(expected.length).toBeGreaterThan(5);
    const found = rows
      .filter(isKnown)
      .map((row) => `${row.cluster_name} ${row.binding_kind} ${row.binding_namespace}/${row.binding_name}`);
    expect(found.sort()).toEqual(expected.sort());
    expect(rows).toContainEqual(
      expect.objectContaining({ cluster_name: 'partial', binding_name: 'nobody', problem: 'no subject' }),
    );
  });

  it('name the clusters that could not be read whole, and those whose export stopped', async () => {
    expect(await warehouse.query('incomplete-snapshots')).toEqual([
      {
        cluster_name: 'partial',
        taken_at: now,
        gap_what: 'roles',
        gap_namespace: 'team-1-dev',
        gap_reason: 'you may not list them',
      },
    ]);
    expect(await warehouse.query('stale-clusters')).toEqual([
      { cluster_name: 'silent', taken_at: '2026-11-20T12:00:00.000Z', days_behind: 5 },
    ]);
  });

  it('are all asked here', () => {
    expect(queryNames()).toEqual([
      'groups-bound-to-cluster-admin',
      'groups-that-gained-rights',
      'incomplete-snapshots',
      'orphaned-bindings',
      'stale-clusters',
      'subjects-in-many-clusters',
      'who-can-read-secrets',
      'who-may-become-someone-else',
      'who-may-change-access',
    ]);
  });
});
