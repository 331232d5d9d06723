import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { snapshotOfObjects } from '../../src/rbac/objects.ts';
import { bindingIn, namespaceIn, roleIn } from '../../src/rbac/snapshot.ts';
import { binding, clusterRole, role } from './objects.ts';

describe('what is read of an object', () => {
  it('a role with null rules has none', () => {
    expect(roleIn({ metadata: { name: 'view' }, rules: null }, 'ClusterRole')).toEqual({
      kind: 'ClusterRole',
      namespace: '',
      name: 'view',
      rules: [],
      aggregates: undefined,
      labels: {},
      annotations: {},
    });
  });

  it('a binding without subjects means nobody; one without a role is none', () => {
    const metadata = { namespace: 'shop', name: 'b' };
    expect(
      bindingIn({ metadata, roleRef: { kind: 'Role', name: 'r' }, subjects: null }, 'RoleBinding')?.subjects,
    ).toEqual([]);
    expect(bindingIn({ metadata, roleRef: { kind: 'Rule', name: 'r' } }, 'RoleBinding')).toBeUndefined();
    expect(bindingIn({ metadata }, 'RoleBinding')).toBeUndefined();
  });

  it('an account in a ClusterRoleBinding without a namespace is nobody’s (row 17)', () => {
    const read = bindingIn(
      {
        metadata: { name: 'b' },
        roleRef: { kind: 'ClusterRole', name: 'r' },
        subjects: [{ kind: 'ServiceAccount', name: 'ci' }],
      },
      'ClusterRoleBinding',
    );
    expect(read?.subjects).toEqual([{ kind: 'ServiceAccount', namespace: '', name: 'ci' }]);
  });

  it('labels stay; the copy inside the annotation of kubectl apply does not', () => {
    const annotations = { 'kubectl.kubernetes.io/last-applied-configuration': '{}', owner: 'ann' };
    const metadata = { name: 'shop', labels: { tier: 'gold', odd: 7 }, annotations };
    expect(namespaceIn({ metadata })).toEqual({ name: 'shop', labels: { tier: 'gold' } });
    expect(roleIn({ metadata }, 'Role')?.annotations).toEqual({ owner: 'ann' });
  });

  it('nothing that JSON can hold makes a reader fail', () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.jsonValue(), (value, inner) => {
        const objects = [
          value,
          { apiVersion: 'rbac.authorization.k8s.io/v1', kind: 'Role', metadata: { name: 'r' }, rules: inner },
          { kind: 'List', items: inner },
        ];
        expect(() => snapshotOfObjects(objects, { aggregated: 'here' })).not.toThrow();
        expect(() =>
          bindingIn({ metadata: { name: 'b' }, roleRef: inner, subjects: value }, 'RoleBinding'),
        ).not.toThrow();
      }),
      { numRuns: 500 },
    );
  });
});

describe('objects of any kind', () => {
  it('are sorted, lists opened, other kinds passed over', () => {
    const snapshot = snapshotOfObjects(
      [
        {
          apiVersion: 'v1',
          kind: 'List',
          items: [role('shop/r', 'get pods'), { apiVersion: 'v1', kind: 'Pod' }],
        },
        {
          apiVersion: 'rbac.authorization.k8s.io/v1',
          kind: 'ClusterRoleList',
          items: [{ metadata: { name: 'view' } }],
        },
        { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'shop' } },
        binding('shop/b', 'role:r', 'user:ann'),
        binding('c', 'clusterrole:view', 'user:ann'),
      ],
      { aggregated: 'here' },
    );
    const names = Object.values(snapshot).flatMap((list) =>
      Array.isArray(list) ? [list.map(({ name }) => name)] : [],
    );
    expect(names).toEqual([['r'], ['view'], ['b'], ['c'], ['shop'], []]);
  });

  it('of two with one name the later counts', () => {
    const { clusterRoles } = snapshotOfObjects([clusterRole('r', 'get pods'), clusterRole('r')], {
      aggregated: 'here',
    });
    expect(clusterRoles.map(({ rules }) => rules)).toEqual([[]]);
  });

  it('a namespaced object without a namespace is of default', () => {
    const { roles } = snapshotOfObjects(
      [{ apiVersion: 'rbac.authorization.k8s.io/v1', kind: 'Role', metadata: { name: 'r' } }],
      { aggregated: 'here' },
    );
    expect(roles[0]?.namespace).toBe('default');
  });
});
