import { afterEach, describe, expect, it } from 'vitest';
import { readSnapshot, type SnapshotWish } from '../../../src/edge/cluster/read-snapshot.ts';
import { type Answer, type ApiSocket, type Asked, forbidden, startApiSocket } from '../parts/api-socket.ts';

const rbac = '/apis/rbac.authorization.k8s.io/v1';
const everything: SnapshotWish = { scope: { kind: 'all' }, namespaces: true, discovery: false };
const empty: Answer = { body: { metadata: {}, items: null } };

const binding = (namespace: string, name: string) => ({
  metadata: { namespace, name },
  roleRef: { kind: 'ClusterRole', name: 'view' },
  subjects: [{ kind: 'Group', name: 'devs' }],
});

const namespaces = (...names: readonly string[]): Answer => ({
  body: { metadata: {}, items: names.map((name) => ({ metadata: { name } })) },
});

describe('a snapshot of a live cluster', () => {
  let socket: ApiSocket | undefined;
  afterEach(() => socket?.stop());

  async function read(answer: (asked: Asked) => Answer | undefined, wish: Partial<SnapshotWish> = {}) {
    socket = await startApiSocket((asked) => answer(asked) ?? empty);
    const snapshot = await readSnapshot(socket.api, { ...everything, ...wish });
    return { snapshot, asked: socket.asked };
  }

  /** Two pages; `second` answers the token of the first. */
  const inPages = (second: (asked: Asked) => Answer) => (asked: Asked) => {
    if (asked.path !== `${rbac}/rolebindings`) return undefined;
    if (asked.query.get('continue') !== null) return second(asked);
    return { body: { metadata: { continue: 'old', remainingItemCount: 1 }, items: [binding('a', 'one')] } };
  };

  it('is read in pages, told as they come', async () => {
    const told: object[] = [];
    const { snapshot } = await read(
      inPages(() => ({ body: { metadata: {}, items: [binding('a', 'two')] } })),
      { progress: (each) => told.push(each) },
    );
    expect(snapshot.roleBindings.map(({ name }) => name)).toEqual(['one', 'two']);
    expect(snapshot.gaps).toEqual([]);
    expect(told.at(-1)).toEqual({ objects: 2, expected: 2 });
  });

  it('goes on with the token that a 410 brings', async () => {
    const { snapshot, asked } = await read(
      inPages(({ query }) =>
        query.get('continue') === 'old'
          ? { status: 410, body: { kind: 'Status', reason: 'Expired', metadata: { continue: 'new' } } }
          : { body: { metadata: {}, items: [binding('a', 'two')] } },
      ),
    );
    expect(snapshot.roleBindings.map(({ name }) => name)).toEqual(['one', 'two']);
    expect(asked.filter((each) => each.includes('continue=new'))).toHaveLength(1);
  });

  it('begins anew after a 410 without a token, and counts nothing twice', async () => {
    let isFirst = true;
    const { snapshot } = await read(
      inPages(() => {
        if (!isFirst) return { body: { metadata: {}, items: [binding('a', 'two')] } };
        isFirst = false;
        return { status: 410, body: { kind: 'Status', reason: 'Expired', metadata: {} } };
      }),
    );
    expect(snapshot.roleBindings.map(({ name }) => name)).toEqual(['one', 'two']);
  });

  it('gives up on a list that expires every time', async () => {
    const expired = { status: 410, body: { kind: 'Status', reason: 'Expired', metadata: {} } };
    await expect(read(inPages(() => expired))).rejects.toThrow('forgot');
  });

  it('is read namespace by namespace where the whole may not be listed, and says what was missed', async () => {
    const { snapshot } = await read(({ path }) => {
      if (path === '/api/v1/namespaces') return namespaces('a', 'b');
      if (path === `${rbac}/rolebindings` || path === `${rbac}/namespaces/b/rolebindings`) return forbidden;
      if (path === `${rbac}/clusterroles`) return forbidden;
      if (path === `${rbac}/namespaces/a/rolebindings`)
        return { body: { metadata: {}, items: [binding('a', 'one')] } };
      return undefined;
    });
    expect(snapshot.roleBindings.map(({ name }) => name)).toEqual(['one']);
    expect(snapshot.gaps).toHaveLength(2);
    expect(snapshot.gaps).toEqual(
      expect.arrayContaining([
        { what: 'clusterroles', namespace: '', reason: 'you may not list them' },
        { what: 'rolebindings', namespace: 'b', reason: 'you may not list them' },
      ]),
    );
  });

  it("of somebody who may not even list namespaces is the context's own, with a gap for all others", async () => {
    const { snapshot } = await read(
      ({ path }) => {
        if (path === `${rbac}/namespaces/mine/rolebindings`)
          return { body: { metadata: {}, items: [binding('mine', 'one')] } };
        return path.startsWith(`${rbac}/namespaces/mine/`) ? undefined : forbidden;
      },
      { ownNamespace: 'mine' },
    );
    expect(snapshot.roleBindings.map(({ name }) => name)).toEqual(['one']);
    expect(new Set(snapshot.gaps.map(({ what, namespace }) => `${what} ${namespace}`))).toEqual(
      new Set(['roles ', 'clusterroles ', 'rolebindings ', 'clusterrolebindings ', 'namespaces ']),
    );
  });

  it.each([
    [{ kind: 'namespace', namespace: 'shop' }, ['namespaces/shop/roles', 'namespaces/shop/rolebindings']],
    [{ kind: 'cluster' }, []],
  ] as const)('for the scope %j asks for no other namespace', async (scope, more) => {
    const { asked } = await read(() => undefined, { scope, namespaces: false });
    const paths = asked.map((each) => each.replace(/\?.*/, '').replace(`${rbac}/`, '')).sort();
    expect(paths).toEqual(['/version', 'clusterrolebindings', 'clusterroles', ...more].sort());
  });

  it.each([
    ['v1.36.3', 0],
    ['v1.33.0-rc.1+k3s1', 0],
    ['v1.32.9', 4],
    ['something else', 4],
  ])('asks a server %s for pages in %i of four lists', async (gitVersion, inPages) => {
    const { asked } = await read(({ path }) => (path === '/version' ? { body: { gitVersion } } : undefined), {
      namespaces: false,
    });
    expect(asked.filter((each) => each.includes('limit='))).toHaveLength(inPages);
  });

  it.each([
    ['some places are asked for their Roles only', 3, ['namespaces/n0/roles', 'namespaces/n2/roles']],
    ['many places are not asked one by one', 60, ['roles']],
  ])('of somebody who is bound in %s', async (_, places, expected) => {
    const items = Array.from({ length: places }, (_each, index) => ({
      ...binding(`n${index}`, 'b'),
      roleRef: { kind: index === 1 ? 'ClusterRole' : 'Role', name: 'r' },
    }));
    const other = { ...binding('elsewhere', 'b'), subjects: [{ kind: 'Group', name: 'others' }] };
    const { snapshot, asked } = await read(
      ({ path }) =>
        path === `${rbac}/rolebindings` ? { body: { metadata: {}, items: [...items, other] } } : undefined,
      { namespaces: false, of: { user: 'ann', groups: ['devs'] } },
    );
    const paths = asked.map((each) => each.replace(/\?.*/, '').replace(`${rbac}/`, ''));
    expect(paths.filter((each) => each.endsWith('/roles') || each === 'roles').sort()).toEqual(expected);
    expect(snapshot.roleBindings).toHaveLength(places + 1);
  });

  it('fails, saying who was not known, on 401', async () => {
    await expect(read(() => ({ status: 401, body: {} }))).rejects.toThrow('does not know you');
  });
});
