import { describe, expect, it } from 'vitest';
import { foresee } from '../../src/rbac/grant-foresight.ts';
import type { Step } from '../../src/rbac/grant-plan.ts';
import type { Scene } from '../../src/rbac/grant-scene.ts';
import { snapshotOfObjects } from '../../src/rbac/objects.ts';
import { rule } from '../../src/rbac/rule.ts';
import type { Snapshot } from '../../src/rbac/snapshot.ts';
import { binding, clusterRole } from './objects.ts';

const made = { namespace: 'shop', labels: {}, annotations: {} };
const verbs = ['get', 'list', 'create', 'delete', 'patch', 'update'];
const steps = (count = 1): readonly Step[] => [
  {
    kind: 'create',
    object: {
      ...{ ...made, kind: 'Role', name: 'r', aggregates: undefined },
      rules: [rule({ verbs: verbs.slice(0, count), apiGroups: [''], resources: ['secrets', 'pods'] })],
    },
  },
  {
    kind: 'create',
    object: { ...made, kind: 'RoleBinding', name: 'b', roleRef: { kind: 'Role', name: 'r' }, subjects: [] },
  },
];
const scene = (gaps: Snapshot['gaps'] = []): Scene => ({
  snapshot: {
    ...snapshotOfObjects(
      [
        clusterRole('granter', 'create roles,rolebindings rbac.authorization.k8s.io', 'get pods'),
        binding('shop/granter', 'clusterrole:granter', 'user:ann'),
      ],
      { aggregated: 'here' },
    ),
    gaps,
  },
  discovery: { resources: [] },
  caller: { user: 'ann', groups: ['system:authenticated'] },
  claims: undefined,
  namespace: 'shop',
});
const never = async () => false;

describe('what the caller may not hand out', () => {
  it('is named, and what would help', async () => {
    await expect(foresee(steps(), scene(), never)).rejects.toMatchObject({
      code: 'forbidden',
      message: 'Role shop/r would be refused: you may not hand out what you do not hold: get on secrets',
      hint: expect.stringContaining('Nothing was written. Hold it yourself, or be allowed to escalate'),
    });
  });

  it('is counted where it is much', async () => {
    await expect(foresee(steps(6), scene(), never)).rejects.toMatchObject({
      message: expect.stringMatching(/; and 6 more$/),
    });
  });

  it('is a write of its own where that is forbidden', async () => {
    const stranger = { ...scene(), caller: { user: 'eve', groups: [] } };
    await expect(foresee(steps(), stranger, never)).rejects.toMatchObject({
      message: expect.stringContaining(
        'you may not create roles.rbac.authorization.k8s.io in namespace shop',
      ),
    });
  });

  it('is asked of the authorizers beside RBAC before it is refused', async () => {
    const asked: unknown[] = [];
    const answer = foresee(steps(), scene(), async (attributes) => asked.push(attributes) > 0);
    expect(await answer).toEqual({ kind: 'clear' });
    expect(asked).toContainEqual(
      expect.objectContaining({ verb: 'escalate', resource: 'roles', namespace: 'shop' }),
    );
  });

  it('is not guessed where not all rights of the caller could be read', async () => {
    const gaps = [{ what: 'clusterrolebindings' as const, namespace: '', reason: 'you may not list them' }];
    expect(await foresee(steps(), scene(gaps), never)).toEqual({ kind: 'blind' });
  });

  it('is nothing for system:masters', async () => {
    const master = { ...scene(), caller: { user: 'root', groups: ['system:masters'] } };
    expect(await foresee(steps(6), master, never)).toEqual({ kind: 'clear' });
  });
});
