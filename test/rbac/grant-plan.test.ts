import { describe, expect, it } from 'vitest';
import { describe as describePrune } from '../../src/commands/prune.ts';
import { planGrant, type WantedGrant } from '../../src/rbac/grant-plan.ts';
import { managedGrants } from '../../src/rbac/grants.ts';
import { manifestOf } from '../../src/rbac/manifest.ts';
import { snapshotOfObjects } from '../../src/rbac/objects.ts';
import { planPrune } from '../../src/rbac/prune.ts';
import { planRevoke, type Revocation } from '../../src/rbac/revoke-plan.ts';
import { revokedRole } from '../../src/rbac/revoke-scene.ts';
import { rule } from '../../src/rbac/rule.ts';
import type { Snapshot } from '../../src/rbac/snapshot.ts';
import type { Subject } from '../../src/rbac/subject.ts';
import { binding, clusterRole, role } from './objects.ts';

const pods = rule({ verbs: ['get', 'list'], apiGroups: [''], resources: ['pods'] });
const secrets = rule({ verbs: ['get'], apiGroups: [''], resources: ['secrets'] });
const group = (name: string): Subject => ({ kind: 'Group', name });
const terms = { until: undefined, requester: 'admin', reason: '', grantedAt: 1_800_000_000 };
const own: Extract<WantedGrant['role'], { kind: 'own' }> = {
  kind: 'own',
  name: 'pod-reader',
  rules: [pods],
  about: '',
  preset: undefined,
  binding: 'read-pods',
};
const wanted: WantedGrant = {
  namespace: 'shop',
  subject: group('devs'),
  role: own,
  bindingName: undefined,
  terms,
};

/** The cluster after these plans, each computed on what the ones before it left. */
function clusterAfter(grants: readonly WantedGrant[], objects: readonly object[] = []): Snapshot {
  return grants.reduce<Snapshot>((snapshot, each) => {
    const plan = planGrant(each, snapshot);
    if (plan.kind === 'refused') throw new Error(plan.why);
    return world([...objectsOf(snapshot), ...plan.steps.map(({ object }) => manifestOf(object))]);
  }, world(objects));
}
const world = (objects: readonly object[]) => snapshotOfObjects(objects, { aggregated: 'as written' });
const objectsOf = ({ roles, clusterRoles, roleBindings, clusterRoleBindings }: Snapshot): readonly object[] =>
  [...roles, ...clusterRoles, ...roleBindings, ...clusterRoleBindings].map(manifestOf);
const words = (plan: ReturnType<typeof planGrant>) =>
  plan.kind === 'refused'
    ? `${plan.why}. ${plan.hint}`
    : plan.steps.map(({ kind, object }) => `${kind} ${object.kind} ${object.name}`);

describe('a grant', () => {
  it('is a role and a binding, the role first', () => {
    expect(words(planGrant(wanted, world([])))).toEqual([
      'create Role pod-reader',
      'create RoleBinding read-pods',
    ]);
  });

  it('that is there needs nothing, whoever asks for it again', () => {
    const again = { ...wanted, terms: { ...terms, requester: 'other', grantedAt: 1_900_000_000 } };
    expect(planGrant(again, clusterAfter([wanted]))).toMatchObject({ kind: 'nothing', steps: [] });
  });

  it('whose binding is missing is completed', () => {
    const { roleBindings: _, ...half } = clusterAfter([wanted]);
    expect(words(planGrant(wanted, { ...half, roleBindings: [] }))).toEqual(['create RoleBinding read-pods']);
  });

  it('to a second subject shares the role and has a binding of its own', () => {
    const other = { ...wanted, subject: group('ops') };
    expect(words(planGrant(other, clusterAfter([wanted])))).toEqual(['create RoleBinding read-pods-ops']);
  });

  it('to subjects whose short names meet gets names apart', () => {
    const names = ['a', 'O:ps', 'o:PS', 'o/ps', 'o ps'].map((each) => ({ ...wanted, subject: group(each) }));
    const { roleBindings } = clusterAfter(names.slice(0, 3));
    expect(new Set(roleBindings.map(({ name }) => name)).size).toBe(3);
    for (const { name } of roleBindings) expect(name).toMatch(/^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/);
  });

  it('of another role to the same subject is another binding: roleRef stays as it was', () => {
    const view: WantedGrant = {
      ...wanted,
      role: { kind: 'existing', roleRef: { kind: 'ClusterRole', name: 'view' } },
    };
    const snapshot = clusterAfter([wanted], [clusterRole('view', 'get pods')]);
    expect(words(planGrant(view, snapshot))).toEqual(['create RoleBinding view-devs']);
  });

  it('in the whole cluster is a ClusterRole and a ClusterRoleBinding', () => {
    expect(words(planGrant({ ...wanted, namespace: '' }, world([])))).toEqual([
      'create ClusterRole pod-reader',
      'create ClusterRoleBinding read-pods',
    ]);
  });

  it('never touches what others made', () => {
    const foreignRole = world([role('shop/pod-reader', 'get,list pods')]);
    expect(words(planGrant(wanted, foreignRole))).toContain('--role-name NAME');
    const foreignBinding = world([binding('shop/read-pods', 'role:x', 'group:devs')]);
    expect(words(planGrant(wanted, foreignBinding))).toContain('--binding-name NAME');
  });

  it('of a role that is not there is refused with the nearest', () => {
    const view: WantedGrant = {
      ...wanted,
      role: { kind: 'existing', roleRef: { kind: 'ClusterRole', name: 'veiw' } },
    };
    expect(words(planGrant(view, world([clusterRole('view')])))).toBe(
      'there is no ClusterRole veiw. Did you mean "view"?',
    );
  });
});

describe('a role of ours', () => {
  const changed = { ...wanted, role: { ...own, rules: [pods, secrets] } };

  it('that somebody changed is put right', () => {
    const snapshot = clusterAfter([wanted]);
    const roles = snapshot.roles.map((each) => ({ ...each, rules: [secrets] }));
    expect(words(planGrant(wanted, { ...snapshot, roles }))).toEqual(['change Role pod-reader']);
  });

  it('gets other rules only while nobody is bound to it', () => {
    const snapshot = clusterAfter([wanted]);
    expect(words(planGrant(changed, snapshot))).toContain('has other rules, and 1 binding refers to it');
    expect(words(planGrant(changed, { ...snapshot, roleBindings: [] }))).toEqual([
      'change Role pod-reader',
      'create RoleBinding read-pods',
    ]);
  });

  it('with the same rules in other lists needs nothing', () => {
    const split = { ...own, rules: ['get', 'list'].map((verb) => rule({ ...pods, verbs: [verb] })) };
    expect(planGrant({ ...wanted, role: split }, clusterAfter([wanted])).kind).toBe('nothing');
  });
});

describe('an end', () => {
  const until = (at: number | undefined) => ({ ...wanted, terms: { ...terms, until: at } });

  it('is moved, or taken away, by a later grant', () => {
    const snapshot = clusterAfter([until(1_900_000_000)]);
    expect(planGrant(until(1_900_000_000), snapshot).kind).toBe('nothing');
    expect(words(planGrant(until(1_950_000_000), snapshot))).toEqual(['change RoleBinding read-pods']);
    const forever = planGrant(until(undefined), snapshot);
    expect(forever.kind === 'change' && forever.binding.annotations['kubectl-oidc/expires-at']).toBe('never');
  });

  it('is not given by the way to what has none', () => {
    const plan = planGrant(until(1_900_000_000), clusterAfter([wanted]));
    expect(plan).toMatchObject({
      kind: 'nothing',
      notes: [expect.stringContaining('without an end, and stays so')],
    });
  });
});

describe('a revocation', () => {
  const back: Revocation = { namespace: 'shop', subject: group('devs'), role: { kind: 'any' }, adopt: false };
  const removed = (revocation: Revocation, snapshot: Snapshot) =>
    planRevoke(revocation, snapshot).steps.map((step) =>
      step.kind === 'delete'
        ? `delete ${step.object.kind} ${step.object.name}`
        : `take out of ${step.before.name}`,
    );

  it('removes binding and role, in that order', () => {
    expect(removed(back, clusterAfter([wanted]))).toEqual([
      'delete RoleBinding read-pods',
      'delete Role pod-reader',
    ]);
  });

  it('leaves a role that another binding refers to, one of others too', () => {
    expect(removed(back, clusterAfter([wanted, { ...wanted, subject: group('ops') }]))).toEqual([
      'delete RoleBinding read-pods',
    ]);
    const foreign = binding('shop/theirs', 'role:pod-reader', 'user:eve');
    expect(removed(back, clusterAfter([wanted], [foreign]))).toEqual(['delete RoleBinding read-pods']);
  });

  it('is about one role where one is named, by its name, its rules or its preset', () => {
    const preset = { ...wanted, role: { ...own, name: 'p', binding: 'p', preset: 'p', rules: [secrets] } };
    const snapshot = clusterAfter([wanted, preset]);
    const those = (role: Revocation['role']) => removed({ ...back, role }, snapshot);
    expect(those({ kind: 'named', roleRef: { kind: 'Role', name: 'p' } })).toEqual([
      'delete RoleBinding p',
      'delete Role p',
    ]);
    const byPreset = { kind: 'preset', name: 'p', names: [] } as const;
    expect(those(byPreset)).toEqual(['delete RoleBinding p', 'delete Role p']);
    expect(those({ kind: 'rules', rules: [pods] })).toEqual([
      'delete RoleBinding read-pods',
      'delete Role pod-reader',
    ]);
  });

  it('by a preset and names leaves what the preset gave on other objects', () => {
    const on = (name: string): WantedGrant => {
      const rules = [{ ...secrets, resourceNames: [name] }];
      return { ...wanted, role: { ...own, name, rules, preset: 'secret-reader', binding: undefined } };
    };
    const snapshot = clusterAfter([on('db'), on('cache')]);
    const byPreset = { kind: 'preset', name: 'secret-reader' } as const;
    const those = (...names: string[]) => removed({ ...back, role: { ...byPreset, names } }, snapshot);
    expect(those('db')).toEqual(['delete RoleBinding db-devs', 'delete Role db']);
    expect(those('db', 'cache')).toEqual([]);
    expect(those()).toHaveLength(4);
  });

  it("by a preset of the cluster's own is of the ClusterRole that it is", () => {
    const labels = { 'kubectl-oidc/preset': 'team' };
    const preset = { ...clusterRole('team-role', 'get pods'), metadata: { name: 'team-role', labels } };
    const roleRef = { kind: 'ClusterRole', name: 'team-role' } as const;
    const snapshot = clusterAfter([{ ...wanted, role: { kind: 'existing', roleRef } }], [preset]);
    const caller = { user: 'admin', groups: [] };
    const scene = { snapshot, caller, claims: undefined, namespace: 'shop', discovery: { resources: [] } };
    const role = revokedRole({ kind: 'preset', name: 'team', names: [] }, 'shop', scene);
    expect(removed({ ...back, role }, snapshot)).toEqual(['delete RoleBinding team-role-devs']);
  });

  it('removes the role that an interrupted run left', () => {
    const left = { ...clusterAfter([wanted]), roleBindings: [] };
    expect(removed({ ...back, role: { kind: 'rules', rules: [pods] } }, left)).toEqual([
      'delete Role pod-reader',
    ]);
  });

  it("leaves others' bindings as they are, but for the subject where that was asked for", () => {
    const snapshot = world([binding('shop/theirs', 'role:x', 'group:devs', 'group:ops')]);
    expect(planRevoke(back, snapshot)).toMatchObject({ steps: [], foreign: [{ name: 'theirs' }] });
    expect(removed({ ...back, adopt: true }, snapshot)).toEqual(['take out of theirs']);
  });

  it('never removes a subject that somebody put into a binding of ours', () => {
    const snapshot = clusterAfter([wanted]);
    const roleBindings = snapshot.roleBindings.map((each) => ({
      ...each,
      subjects: [...each.subjects, group('eve')],
    }));
    expect(removed(back, { ...snapshot, roleBindings })).toEqual(['take out of read-pods']);
  });

  it('does not mix users, groups and accounts of one name', () => {
    expect(removed({ ...back, subject: { kind: 'User', name: 'devs' } }, clusterAfter([wanted]))).toEqual([]);
  });

  it('keeps a ClusterRole while not every binding could be read', () => {
    const snapshot = clusterAfter([{ ...wanted, namespace: '' }]);
    const gaps = [{ what: 'rolebindings' as const, namespace: 'x', reason: 'you may not list them' }];
    const all = { ...back, namespace: '' };
    expect(removed(all, { ...snapshot, gaps })).toEqual(['delete ClusterRoleBinding read-pods']);
    expect(removed(all, snapshot)).toEqual([
      'delete ClusterRoleBinding read-pods',
      'delete ClusterRole pod-reader',
    ]);
  });
});

describe('what was granted', () => {
  const drift = (change: (snapshot: Snapshot) => Snapshot) =>
    managedGrants(change(clusterAfter([wanted])))[0]?.drift;
  const bindings = (change: (each: Snapshot['roleBindings'][number]) => object) => (snapshot: Snapshot) => ({
    ...snapshot,
    roleBindings: snapshot.roleBindings.map((each) => ({ ...each, ...change(each) })),
  });

  it('is as it was given until somebody changes it', () => {
    expect(drift((same) => same)).toEqual([]);
    expect(drift((each) => ({ ...each, roles: [] }))).toEqual(['its Role is gone']);
    expect(
      drift((each) => ({ ...each, roles: each.roles.map((one) => ({ ...one, rules: [secrets] })) })),
    ).toEqual(['the rules of its Role were changed']);
    expect(drift(bindings(({ subjects }) => ({ subjects: [...subjects, group('eve')] })))).toEqual([
      'group:eve was added',
    ]);
    expect(drift(bindings(() => ({ subjects: [group('eve')] })))).toEqual([
      'group:devs was taken out',
      'group:eve was added',
    ]);
    expect(
      drift(
        bindings(({ annotations }) => ({
          annotations: { ...annotations, 'kubectl-oidc/expires-at': 'soon' },
        })),
      ),
    ).toEqual(['its expiry cannot be read']);
  });

  it('is pruned when its time is over, and not a second earlier', () => {
    const at = 1_900_000_000;
    const snapshot = clusterAfter([
      { ...wanted, terms: { ...terms, until: at } },
      { ...wanted, subject: group('ops') },
    ]);
    const steps = (now: number) =>
      planPrune(snapshot, now, ['', 'shop']).steps.map((step) => step.kind === 'delete' && step.object.name);
    expect(steps(at - 1)).toEqual([]);
    expect(steps(at)).toEqual(['read-pods']);
    const only = clusterAfter([{ ...wanted, terms: { ...terms, until: at } }]);
    expect(planPrune(only, at, ['', 'shop']).steps.length).toBe(2);
  });

  it('pruned in one namespace, leaves what is of the cluster and of others, and its roles', () => {
    const ended = { ...wanted, terms: { ...terms, until: 1_900_000_000 } };
    const snapshot = clusterAfter([ended, { ...ended, namespace: '' }, { ...ended, namespace: 'bank' }]);
    const { steps } = planPrune(snapshot, 1_900_000_000, ['shop']);
    expect(steps).toMatchObject([
      { kind: 'delete', object: { kind: 'RoleBinding', namespace: 'shop' } },
      { kind: 'delete', object: { kind: 'Role', namespace: 'shop' } },
    ]);
  });

  it('that names only others by now is not said to be removed', () => {
    const ended = clusterAfter([{ ...wanted, terms: { ...terms, until: 1_900_000_000 } }]);
    const plan = planPrune(bindings(() => ({ subjects: [group('eve')] }))(ended), 1_900_000_000, ['shop']);
    expect(plan).toMatchObject({ expired: [], kept: [{}], steps: [] });
    expect(describePrune({ kind: 'pruned', plan, steps: [], gaps: [] }, 1_900_000_001)).toContain(
      'Nothing is to be removed.\nLeft: RoleBinding shop/read-pods for Group devs ended',
    );
  });

  it('whose end cannot be read is for a person to judge', () => {
    const odd = bindings(({ annotations }) => ({
      annotations: { ...annotations, 'kubectl-oidc/expires-at': 'soon' },
    }));
    expect(planPrune(odd(clusterAfter([wanted])), 4_000_000_000, ['shop'])).toMatchObject({
      steps: [],
      unreadable: [{}],
    });
  });
});
