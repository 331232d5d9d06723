// Questions that tools in use answer wrongly, each by the name of the fault.

import { describe, expect, it } from 'vitest';
import type { Access } from '../../src/rbac/access.ts';
import { effectiveAccess } from '../../src/rbac/effective-access.ts';
import { rule } from '../../src/rbac/rule.ts';
import { formatSubject } from '../../src/rbac/subject.ts';
import { askableScope, type Scope, whoCan } from '../../src/rbac/who-can.ts';
import { access, accessWith, asked, binding, clusterRole, role, verdict, who } from './objects.ts';

const everywhere: Scope = { kind: 'all' };
const namesOf = (by: Access, question: Parameters<typeof whoCan>[1], scope: Scope = everywhere) =>
  whoCan(by, question, scope).reaches.map(({ subject }) => formatSubject(subject));

describe('who can', () => {
  it('finds a rule for a subresource of any parent', () => {
    const by = access(clusterRole('r', 'update */scale apps'), binding('b', 'clusterrole:r', 'group:devs'));
    expect(namesOf(by, asked('update deployments.apps/scale'))).toEqual(['group:devs']);
  });

  it('finds a URL by its prefix', () => {
    const by = access(clusterRole('r', 'get /healthz/*'), binding('b', 'clusterrole:r', 'group:devs'));
    expect(namesOf(by, asked('get /healthz/etcd'))).toEqual(['group:devs']);
    expect(namesOf(by, asked('get /healthz'))).toEqual([]);
  });

  it('in all namespaces, names those of RoleBindings too', () => {
    const by = access(
      role('a/r', 'get secrets'),
      binding('a/b', 'role:r', 'user:ann'),
      clusterRole('r', 'get secrets'),
      binding('c', 'clusterrole:r', 'group:ops'),
    );
    expect(namesOf(by, asked('get secrets'))).toEqual(['group:ops', 'user:ann']);
    expect(namesOf(by, asked('get secrets'), { kind: 'namespace', namespace: 'b' })).toEqual(['group:ops']);
  });

  it('does not name a RoleBinding for a resource of the cluster', () => {
    const nodes = {
      group: '',
      name: 'nodes',
      kind: 'Node',
      namespaced: false,
      verbs: ['get'],
      singular: 'node',
      shortNames: [],
    };
    const by = accessWith(
      { discovery: { resources: [nodes] } },
      clusterRole('r', 'get nodes'),
      binding('shop/b', 'clusterrole:r', 'user:ann'),
    );
    expect(namesOf(by, asked('get nodes'), askableScope(by, asked('get nodes'), everywhere))).toEqual([]);
  });

  it.each(['bind', 'escalate', 'impersonate'])('answers for the verb %s', (verb) => {
    const by = access(
      clusterRole('r', `${verb} clusterroles x.io`),
      binding('b', 'clusterrole:r', 'user:ann'),
    );
    expect(namesOf(by, asked(`${verb} clusterroles.x.io`))).toEqual(['user:ann']);
  });

  it('names implied groups as the groups they are', () => {
    const by = access(
      clusterRole('r', 'get pods'),
      binding('b', 'clusterrole:r', 'group:system:serviceaccounts:shop'),
    );
    expect(namesOf(by, asked('get pods'))).toEqual(['group:system:serviceaccounts:shop']);
    const { reaches, always } = whoCan(by, asked('get pods'), everywhere);
    expect(reaches.map(({ implied }) => implied)).toEqual([true]);
    expect(always).toEqual([{ kind: 'Group', name: 'system:masters' }]);
  });

  it('keeps a user and a group of one name apart', () => {
    const by = access(clusterRole('r', 'get pods'), binding('b', 'clusterrole:r', 'user:dev', 'group:dev'));
    expect(namesOf(by, asked('get pods'))).toEqual(['user:dev', 'group:dev']);
  });

  it('shows each of five bindings of one role', () => {
    const at = ['a', 'b', 'c', 'd', 'e'];
    const by = access(
      clusterRole('r', 'get pods'),
      ...at.map((namespace) => binding(`${namespace}/b`, 'clusterrole:r', 'group:devs')),
    );
    const [devs] = whoCan(by, asked('get pods'), everywhere).reaches;
    expect(devs?.through.map((chain) => chain.binding.namespace)).toEqual(at);
  });

  it('follows * in verbs, groups and resources', () => {
    const by = access(clusterRole('r', '* * *'), binding('b', 'clusterrole:r', 'user:ann'));
    for (const question of [
      'create clusterroles.rbac.authorization.k8s.io',
      'get pods/exec',
      'sign signers.x',
    ]) {
      expect(namesOf(by, asked(question))).toEqual(['user:ann']);
    }
  });

  it('binds by kind, namespace and name of a role, not by its name alone', () => {
    const by = access(
      role('a/r', 'get secrets'),
      role('b/r', 'get pods'),
      clusterRole('r', 'get nodes'),
      binding('b/x', 'role:r', 'user:ann'),
    );
    expect(namesOf(by, asked('get secrets'))).toEqual([]);
    expect(namesOf(by, asked('get nodes'))).toEqual([]);
    expect(namesOf(by, asked('get pods'))).toEqual(['user:ann']);
  });
});

describe('what somebody may do', () => {
  it('tells groups of the API apart', () => {
    const by = access(
      clusterRole('r', 'get events events.k8s.io'),
      binding('b', 'clusterrole:r', 'user:ann'),
    );
    expect(verdict(by, 'user:ann', asked('get events')).allowed).toBe(false);
    expect(verdict(by, 'user:ann', asked('get events.events.k8s.io')).allowed).toBe(true);
  });

  it('pods/exec of the core group is pods/exec', () => {
    const by = access(clusterRole('r', 'create pods/exec'), binding('b', 'clusterrole:r', 'user:ann'));
    expect(verdict(by, 'user:ann', asked('create pods/exec')).allowed).toBe(true);
    expect(verdict(by, 'user:ann', asked('create pods.core/exec')).allowed).toBe(false);
  });

  it('a named rule is no access to all, and does not show as such', () => {
    const by = access(clusterRole('r', 'get secrets [db]'), binding('b', 'clusterrole:r', 'user:ann'));
    expect(verdict(by, 'user:ann', asked('get secrets')).allowed).toBe(false);
    expect(verdict(by, 'user:ann', asked('get secrets', { name: 'db' })).allowed).toBe(true);
    expect(effectiveAccess(by, who('user:ann')).everywhere.map((grant) => grant.rule)).toEqual([
      rule({ verbs: ['get'], apiGroups: [''], resources: ['secrets'], resourceNames: ['db'] }),
    ]);
  });

  it('a list of a named object is possible, with its field selector', () => {
    const by = access(clusterRole('r', 'list secrets [db]'), binding('b', 'clusterrole:r', 'user:ann'));
    expect(verdict(by, 'user:ann', asked('list secrets', { name: 'db' })).allowed).toBe(true);
  });

  it('one roleRef to nothing hides nothing else', () => {
    const by = access(
      binding('shop/a', 'role:gone', 'user:ann'),
      role('shop/r', 'get pods'),
      binding('shop/b', 'role:r', 'user:ann'),
    );
    const all = effectiveAccess(by, who('user:ann'));
    expect(all.namespaces).toMatchObject([{ namespace: 'shop', grants: [{ rule: { verbs: ['get'] } }] }]);
    expect(all.dangling).toMatchObject([{ binding: { name: 'a' } }]);
  });

  it('a role bound in five namespaces is in all five, with its sources', () => {
    const at = ['a', 'b', 'c', 'd', 'e'];
    const by = access(
      clusterRole('r', 'get pods'),
      ...at.map((namespace) => binding(`${namespace}/b`, 'clusterrole:r', 'group:devs')),
    );
    const { namespaces } = effectiveAccess(by, who('group:devs'));
    expect(namespaces.map(({ namespace }) => namespace)).toEqual(at);
    expect(namespaces[4]?.grants[0]?.sources).toMatchObject([{ binding: { namespace: 'e', name: 'b' } }]);
  });

  it('a rule by two ways is one grant with two sources', () => {
    const by = access(
      clusterRole('r', 'get pods'),
      binding('a', 'clusterrole:r', 'user:ann'),
      binding('b', 'clusterrole:r', 'group:devs'),
    );
    const { everywhere: grants } = effectiveAccess(by, { user: 'ann', groups: ['devs'] });
    expect(grants).toMatchObject([{ sources: [{ binding: { name: 'a' } }, { binding: { name: 'b' } }] }]);
  });

  it('URLs through a RoleBinding are no access', () => {
    const by = access(
      clusterRole('r', 'get /metrics', 'get pods'),
      binding('shop/b', 'clusterrole:r', 'user:ann'),
    );
    const [shop] = effectiveAccess(by, who('user:ann')).namespaces;
    expect(shop?.grants.map((grant) => grant.rule.resources)).toEqual([['pods']]);
  });
});
