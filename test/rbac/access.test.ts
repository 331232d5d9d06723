import { describe, expect, it } from 'vitest';
import { allChains, judge } from '../../src/rbac/access.ts';
import type { ApiResource } from '../../src/rbac/discovery.ts';
import type { Gap } from '../../src/rbac/snapshot.ts';
import { withImpliedGroups } from '../../src/rbac/subject.ts';
import {
  access,
  accessWith,
  asked,
  binding,
  clusterRole,
  collecting,
  part,
  role,
  verdict,
  who,
} from './objects.ts';

const resource = (name: string, namespaced: boolean, verbs = ['get', 'list', 'create']): ApiResource => ({
  group: '',
  name,
  kind: name,
  namespaced,
  verbs,
  singular: '',
  shortNames: [],
});
const discovery = {
  resources: [resource('pods', true), resource('nodes', false), resource('namespaces', false)],
};

describe('judge', () => {
  it('row 1: two bindings are the union of their rules', () => {
    const both = access(
      role('shop/a', 'get pods'),
      role('shop/b', 'list pods'),
      binding('shop/a', 'role:a', 'group:devs'),
      binding('shop/b', 'role:b', 'user:ann'),
    );
    const ann = { user: 'ann', groups: ['devs'] };
    for (const verb of ['get', 'list']) {
      expect(judge(both, ann, asked(`${verb} pods`, { namespace: 'shop' })).allowed).toBe(true);
    }
    expect(judge(both, ann, asked('delete pods', { namespace: 'shop' })).allowed).toBe(false);
  });

  it('tells the whole way, part-role and rule included', () => {
    const by = access(
      collecting('edit', 'to-edit'),
      collecting('view', 'to-view', { 'to-edit': 'true' }),
      part('base', 'to-view', 'get pods'),
      binding('shop/devs', 'clusterrole:edit', 'group:devs'),
    );
    expect(verdict(by, 'group:devs', asked('get pods', { namespace: 'shop' }))).toMatchObject({
      allowed: true,
      by: {
        kind: 'chain',
        chain: {
          subject: { kind: 'Group', name: 'devs' },
          binding: { kind: 'RoleBinding', namespace: 'shop', name: 'devs' },
          role: { kind: 'ClusterRole', namespace: '', name: 'edit' },
          parts: ['view', 'base'],
          rule: { verbs: ['get'], resources: ['pods'] },
        },
      },
      complete: true,
    });
  });

  it('tells of each role its own way to a rule that several collect', () => {
    const by = access(
      collecting('edit', 'to-edit'),
      collecting('view', 'to-view', { 'to-edit': 'true' }),
      part('base', 'to-view', 'get pods'),
      binding('v', 'clusterrole:view', 'user:ann'),
      binding('e', 'clusterrole:edit', 'user:ann'),
    );
    const chains = allChains(by, { user: 'ann', groups: [] }, asked('get pods'));
    expect(chains.map(({ role: { name }, parts }) => [name, ...parts])).toEqual([
      ['view', 'base'],
      ['edit', 'view', 'base'],
    ]);
  });

  it('row 2: a RoleBinding counts in its own namespace only, and never without one', () => {
    const by = access(clusterRole('r', 'get *'), binding('shop/b', 'clusterrole:r', 'group:devs'));
    const allowed = (namespace: string) =>
      verdict(by, 'group:devs', asked('get pods', { namespace })).allowed;
    expect([allowed('shop'), allowed('other'), allowed('')]).toEqual([true, false, false]);
  });

  it('row 3: says yes to a node in a namespace, as the server, and that no request asks so', () => {
    const by = accessWith(
      { discovery },
      clusterRole('r', 'get nodes'),
      binding('shop/b', 'clusterrole:r', 'group:devs'),
    );
    const inShop = verdict(by, 'group:devs', asked('get nodes', { namespace: 'shop' }));
    expect(inShop).toMatchObject({ allowed: true, unreal: 'cluster-scoped-in-namespace' });
    expect(verdict(by, 'group:devs', asked('get nodes'))).toMatchObject({
      allowed: false,
      unreal: undefined,
    });
  });

  it.each([
    ['get pods', { namespace: 'shop', name: 'a' }, undefined],
    ['list pods', {}, undefined],
    ['get pods', { name: 'a' }, 'namespaced-without-namespace'],
    ['get namespaces', { name: 'shop', namespace: 'shop' }, undefined],
    ['get namespaces', { name: 'shop' }, 'namespace-not-in-itself'],
    ['list namespaces', { namespace: 'shop' }, 'cluster-scoped-in-namespace'],
    ['get pots', { namespace: 'shop' }, 'unknown-resource'],
    ['delete pods', { namespace: 'shop' }, 'verb-not-served'],
    ['bind pods', { namespace: 'shop' }, undefined],
    ['get /metrics', {}, undefined],
    ['list /metrics', {}, 'not-a-method'],
  ])('row 3, 4 and 14: %s %j can be asked by a request unless %s', (question, more, unreal) => {
    expect(verdict(accessWith({ discovery }), 'group:devs', asked(question, more)).unreal).toBe(unreal);
  });

  it('row 4: a RoleBinding allows to get its namespace, not to list namespaces', () => {
    const by = access(
      clusterRole('view', 'get,list namespaces'),
      binding('shop/v', 'clusterrole:view', 'user:ann'),
    );
    expect(
      verdict(by, 'user:ann', asked('get namespaces', { namespace: 'shop', name: 'shop' })).allowed,
    ).toBe(true);
    expect(verdict(by, 'user:ann', asked('list namespaces')).allowed).toBe(false);
  });

  it('row 14: URLs through ClusterRoleBindings only', () => {
    const objects = [clusterRole('r', 'get /metrics')];
    const inShop = access(...objects, binding('shop/b', 'clusterrole:r', 'user:ann'));
    const everywhere = access(...objects, binding('b', 'clusterrole:r', 'user:ann'));
    expect(verdict(inShop, 'user:ann', asked('get /metrics')).allowed).toBe(false);
    expect(verdict(everywhere, 'user:ann', asked('get /metrics')).allowed).toBe(true);
  });

  it('row 18: an account has what all accounts have', () => {
    const by = access(
      clusterRole('r', 'get pods'),
      binding('b', 'clusterrole:r', 'group:system:serviceaccounts:shop'),
    );
    const question = asked('get pods', { namespace: 'x' });
    expect(judge(by, who('sa:shop/ci'), question).allowed).toBe(false);
    expect(judge(by, withImpliedGroups(who('sa:shop/ci')), question).allowed).toBe(true);
    expect(judge(by, withImpliedGroups(who('sa:other/ci')), question).allowed).toBe(false);
  });

  it('row 19: system:masters may everything, by no rule', () => {
    const masters = verdict(access(), 'group:system:masters', asked('delete nodes'));
    expect(masters).toMatchObject({ allowed: true, by: { kind: 'masters' }, complete: true });
  });

  it('row 21: a roleRef to nothing is told, and other bindings still count', () => {
    const by = access(
      binding('a', 'clusterrole:gone', 'user:ann'),
      clusterRole('r', 'get pods'),
      binding('b', 'clusterrole:r', 'user:ann'),
    );
    const { allowed, dangling } = verdict(by, 'user:ann', asked('get pods'));
    expect(allowed).toBe(true);
    expect(dangling).toMatchObject([
      { binding: { name: 'a' }, role: { kind: 'ClusterRole', namespace: '', name: 'gone' } },
    ]);
  });

  it('row 22: a Role is of the binding’s namespace; one of the same name elsewhere is another', () => {
    const by = access(role('other/r', 'get pods'), binding('shop/b', 'role:r', 'user:ann'));
    const there = verdict(by, 'user:ann', asked('get pods', { namespace: 'shop' }));
    expect(there).toMatchObject({ allowed: false, dangling: [{ role: { namespace: 'shop', name: 'r' } }] });
  });

  it('row 23: apiGroups that manifests leave out are rbac’s', () => {
    const by = access(role('shop/r', 'get pods'), {
      apiVersion: 'rbac.authorization.k8s.io/v1',
      kind: 'RoleBinding',
      metadata: { namespace: 'shop', name: 'b' },
      roleRef: { kind: 'Role', name: 'r' },
      subjects: [
        { kind: 'User', name: 'ann' },
        { kind: 'ServiceAccount', name: 'ci' },
      ],
    });
    expect(verdict(by, 'user:ann', asked('get pods', { namespace: 'shop' })).allowed).toBe(true);
    expect(verdict(by, 'sa:shop/ci', asked('get pods', { namespace: 'shop' })).allowed).toBe(true);
  });

  it('row 30: a binding without the cluster’s prefix matches nobody', () => {
    const by = access(clusterRole('r', 'get pods'), binding('b', 'clusterrole:r', 'group:devs'));
    expect(verdict(by, 'group:oidc:devs', asked('get pods')).allowed).toBe(false);
  });

  it('a subject named twice in a binding counts once', () => {
    const by = access(
      clusterRole('r', 'get pods'),
      binding('b', 'clusterrole:r', 'user:ann', 'user:ann', 'group:g'),
    );
    expect(allChains(by, { user: 'ann', groups: ['g'] }, asked('get pods'))).toHaveLength(1);
  });
});

describe('coverage', () => {
  const gap = (what: Gap['what'], namespace = ''): Gap => ({ what, namespace, reason: 'forbidden' });
  const question = asked('get pods', { namespace: 'shop' });

  it.each<[Gap, boolean]>([
    [gap('rolebindings'), false],
    [gap('rolebindings', 'shop'), false],
    [gap('rolebindings', 'other'), true],
    [gap('clusterrolebindings'), false],
    [gap('roles', 'shop'), false],
    [gap('authorizers'), false],
    [gap('namespaces'), true],
  ])('a no is complete unless what was not read could change it: %j', (missing, complete) => {
    const denied = verdict(accessWith({ gaps: [missing] }), 'user:ann', question);
    expect(denied).toMatchObject({ allowed: false, complete, gaps: complete ? [] : [missing] });
  });

  it('a role that may be among what was not read is not said to be missing', () => {
    const bound = binding('shop/b', 'role:r', 'user:ann');
    const unread = (...gaps: ReturnType<typeof gap>[]): readonly boolean[] =>
      verdict(accessWith({ gaps }, bound), 'user:ann', question).dangling.map(({ isUnread }) => isUnread);
    expect(unread()).toEqual([false]);
    for (const missing of [gap('roles'), gap('roles', 'shop')]) expect(unread(missing)).toEqual([true]);
    expect(unread(gap('roles', 'other'))).toEqual([false]);
  });

  it('a yes is certain, whatever was not read', () => {
    const by = accessWith(
      { gaps: [gap('rolebindings')] },
      clusterRole('r', 'get pods'),
      binding('b', 'clusterrole:r', 'user:ann'),
    );
    expect(verdict(by, 'user:ann', question)).toMatchObject({ allowed: true, complete: true, gaps: [] });
  });

  it('a question without a namespace is not touched by what RoleBindings were not read', () => {
    expect(
      verdict(accessWith({ gaps: [gap('rolebindings')] }), 'user:ann', asked('get nodes')).complete,
    ).toBe(true);
  });
});
