import { describe, expect, it } from 'vitest';
import { grantersOf } from '../../src/rbac/granters.ts';
import { missingFor } from '../../src/rbac/missing.ts';
import { formatSubject } from '../../src/rbac/subject.ts';
import { access, asked, binding, clusterRole, role } from './objects.ts';

const rbac = 'rbac.authorization.k8s.io';
const writing = `create,get,list roles,rolebindings ${rbac}`;

describe('who could grant something', () => {
  const cluster = access(
    clusterRole('viewer', 'get,list pods'),
    role('shop/whole', writing, 'get,list pods'),
    role('shop/writes-only', writing),
    role('shop/binds', `create rolebindings ${rbac}`, `bind clusterroles ${rbac} [viewer]`),
    role('shop/binds-other', `create rolebindings ${rbac}`, `bind clusterroles ${rbac} [other]`),
    role('shop/escalates', writing, `escalate,bind roles ${rbac}`),
    role('bank/whole', writing, 'get,list pods'),
    clusterRole('all', `create roles,rolebindings,clusterroles,clusterrolebindings ${rbac}`, '* * *'),
    binding('shop/whole', 'role:whole', 'user:ann', 'group:admins'),
    binding('shop/writes-only', 'role:writes-only', 'user:bob'),
    binding('shop/binds', 'role:binds', 'user:carl'),
    binding('shop/binds-other', 'role:binds-other', 'user:dora'),
    binding('shop/escalates', 'role:escalates', 'sa:shop/operator'),
    binding('bank/whole', 'role:whole', 'user:eve'),
    binding('all', 'clusterrole:all', 'group:root', 'group:system:masters'),
  );
  const grantersFor = (words: string, namespace: string): readonly string[] => {
    const { rule } = missingFor(cluster, asked(words, { namespace }));
    return grantersOf(cluster, [rule], namespace).granters.map(
      ({ subject, role: by }) =>
        formatSubject(subject) + (by === undefined ? '' : ` by ${by.kind} ${by.name}`),
    );
  };

  it('is who may write a binding there and holds it, may bind a role that does, or may do both by escalation', () => {
    expect(grantersFor('get pods', 'shop')).toEqual([
      'group:admins',
      'user:ann',
      'user:carl by ClusterRole viewer',
      'group:root',
      'sa:shop/operator',
    ]);
  });

  it('is for the whole cluster who may write ClusterRoleBindings', () => {
    expect(grantersFor('get nodes', '')).toEqual(['group:root']);
    expect(grantersFor('get secrets', 'shop')).toEqual(['group:root', 'sa:shop/operator']);
  });
});
