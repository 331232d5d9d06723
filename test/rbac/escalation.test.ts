import { describe, expect, it } from 'vitest';
import { previewWrites, type Write } from '../../src/rbac/escalation.ts';
import { impersonationOf } from '../../src/rbac/impersonation.ts';
import { bindingIn, roleIn } from '../../src/rbac/snapshot.ts';
import { describeRefusal } from '../../src/rbac/words.ts';
import { access, asked, binding, clusterRole, collecting, role } from './objects.ts';

const rbac = 'rbac.authorization.k8s.io';
const ann = { user: 'ann', groups: [] };
const write = (object: object, how: Write['how'] = 'apply'): Write => {
  const kind = 'kind' in object ? object.kind : '';
  const read =
    kind === 'Role' || kind === 'ClusterRole'
      ? roleIn(object, kind)
      : bindingIn(object, kind === 'RoleBinding' ? 'RoleBinding' : 'ClusterRoleBinding');
  return { how, object: read! };
};
const mayWrite = clusterRole(
  'writer',
  `create,patch roles,rolebindings,clusterroles,clusterrolebindings ${rbac}`,
);
const asWriter = [mayWrite, binding('w', 'clusterrole:writer', 'user:ann')];
const refusals = (objects: readonly object[], ...writes: readonly Write[]) =>
  previewWrites(access(...objects), ann, writes).map((preview) => preview.refusals);

describe('a role', () => {
  const reader = write(role('shop/reader', 'get,list pods'));

  it('whose rules the caller holds may be written', () => {
    const own = [clusterRole('own', '* pods'), binding('shop/own', 'clusterrole:own', 'user:ann')];
    expect(refusals([...asWriter, ...own], reader)).toEqual([[]]);
  });

  it('is refused with the parts that are not held, and what would help instead', () => {
    const own = [clusterRole('own', 'get pods'), binding('shop/own', 'clusterrole:own', 'user:ann')];
    const refusal = refusals([...asWriter, ...own], reader)[0]![0]!;
    expect(refusal).toMatchObject({
      kind: 'rules',
      uncovered: [{ verbs: ['list'], resources: ['pods'] }],
      instead: { verb: 'escalate', resource: 'roles', name: 'reader', namespace: 'shop' },
    });
    expect(describeRefusal(refusal).what).toContain('list on pods');
  });

  it('row 25: rules held in another namespace do not count', () => {
    const own = [clusterRole('own', '* *'), binding('other/own', 'clusterrole:own', 'user:ann')];
    expect(refusals([...asWriter, ...own], reader)[0]).toMatchObject([{ kind: 'rules' }]);
  });

  it('escalate is enough, by its name only where the URL has it', () => {
    const may = [
      clusterRole('e', `escalate roles ${rbac} [reader]`),
      binding('shop/e', 'clusterrole:e', 'user:ann'),
    ];
    expect(refusals([...asWriter, ...may], reader)).toEqual([[]]);
    expect(refusals([...asWriter, ...may], { ...reader, how: 'create' })[0]).toMatchObject([
      { kind: 'rules' },
    ]);
  });

  it('row 12: an apply of what is not there needs patch and create, of what is there patch only', () => {
    const kinds = (...objects: object[]) =>
      refusals(objects, write(role('shop/empty')))[0]?.map((each) =>
        each.kind === 'verb' ? each.asked.verb : each.kind,
      );
    expect(kinds()).toEqual(['patch', 'create']);
    expect(kinds(role('shop/empty'))).toEqual(['patch']);
  });

  it('row 27: one that collects needs everything, to set it and to change it', () => {
    const all = [clusterRole('own', '* pods'), binding('own', 'clusterrole:own', 'user:ann')];
    expect(refusals([...asWriter, ...all], write(collecting('all', 'x')))[0]).toMatchObject([
      { kind: 'collecting' },
    ]);
    const there = [...asWriter, ...all, collecting('all', 'x')];
    expect(refusals(there, write(clusterRole('all', 'get pods')))[0]).toMatchObject([{ kind: 'collecting' }]);
    const master = [clusterRole('own', '* * *', '* /x,*'), binding('own', 'clusterrole:own', 'user:ann')];
    expect(refusals([...asWriter, ...master], write(collecting('all', 'x')))).toEqual([[]]);
  });
});

describe('a binding', () => {
  const toView = write(binding('shop/b', 'clusterrole:view', 'group:devs'));
  const view = clusterRole('view', 'get pods');

  it('row 26: bind on that role in that namespace is enough there, and only there', () => {
    const may = [
      view,
      clusterRole('b', `bind clusterroles ${rbac} [view]`),
      binding('shop/x', 'clusterrole:b', 'user:ann'),
    ];
    expect(refusals([...asWriter, ...may], toView)).toEqual([[]]);
    const elsewhere = write(binding('other/b', 'clusterrole:view', 'group:devs'));
    const everywhere = write(binding('b', 'clusterrole:view', 'group:devs'));
    for (const each of [elsewhere, everywhere]) {
      expect(refusals([...asWriter, ...may], each)[0]).toMatchObject([{ kind: 'rules' }]);
    }
  });

  it('to a role that is written just before is compared with that', () => {
    const own = [clusterRole('own', 'get pods'), binding('own', 'clusterrole:own', 'user:ann')];
    const both = [write(role('shop/new', 'get pods')), write(binding('shop/b', 'role:new', 'group:devs'))];
    expect(refusals([...asWriter, ...own], ...both)).toEqual([[], []]);
    expect(refusals([...asWriter, ...own], both[1]!)[0]).toMatchObject([{ kind: 'no-role', name: 'new' }]);
  });

  it('system:masters may everything (row 19)', () => {
    const [preview] = previewWrites(access(), { user: 'root', groups: ['system:masters'] }, [toView]);
    expect(preview?.refusals).toEqual([]);
  });
});

describe('impersonation (rows 28 and 29)', () => {
  const doing = asked('get pods', { namespace: 'shop' });
  const mode = (objects: readonly object[], wanted: { user: string; groups: readonly string[] }) =>
    impersonationOf(access(...objects), ann, { wanted, doing })?.mode;

  it('a RoleBinding is enough for the accounts of its namespace', () => {
    const may = [
      clusterRole('i', 'impersonate serviceaccounts'),
      binding('shop/i', 'clusterrole:i', 'user:ann'),
    ];
    expect(mode(may, { user: 'system:serviceaccount:shop:ci', groups: [] })).toBe('legacy');
    expect(mode(may, { user: 'system:serviceaccount:dev:ci', groups: [] })).toBeUndefined();
    expect(mode(may, { user: 'bob', groups: [] })).toBeUndefined();
  });

  it('every group that is named must be allowed', () => {
    const may = [
      clusterRole('i', 'impersonate users', 'impersonate groups core [devs]'),
      binding('i', 'clusterrole:i', 'user:ann'),
    ];
    expect(mode(may, { user: 'bob', groups: ['devs'] })).toBe('legacy');
    expect(mode(may, { user: 'bob', groups: ['devs', 'ops'] })).toBeUndefined();
  });

  it('the constrained way needs the person and the deed', () => {
    const person = clusterRole('p', 'impersonate:user-info users authentication.k8s.io [bob]');
    const deed = clusterRole('d', 'impersonate-on:user-info:get pods');
    const bound = [binding('p', 'clusterrole:p', 'user:ann'), binding('shop/d', 'clusterrole:d', 'user:ann')];
    expect(mode([person, deed, ...bound], { user: 'bob', groups: [] })).toBe('user-info');
    expect(mode([person, ...bound], { user: 'bob', groups: [] })).toBeUndefined();
    expect(mode([deed, ...bound], { user: 'bob', groups: [] })).toBeUndefined();
    expect(mode([person, deed, ...bound], { user: 'eve', groups: [] })).toBeUndefined();
  });

  it('no constrained way leads to system:masters', () => {
    const all = clusterRole(
      'p',
      'impersonate:user-info * authentication.k8s.io',
      'impersonate-on:user-info:get pods',
    );
    const bound = binding('p', 'clusterrole:p', 'user:ann');
    expect(mode([all, bound], { user: 'bob', groups: ['x'] })).toBe('user-info');
    expect(mode([all, bound], { user: 'bob', groups: ['system:masters'] })).toBeUndefined();
  });
});
