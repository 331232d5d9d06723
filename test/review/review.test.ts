import { describe, expect, it } from 'vitest';
import { stock } from '../../src/rbac/stock.ts';
import { chainsOf, matrixOf } from '../../src/review/matrix.ts';
import { type Review, reviewOf } from '../../src/review/review.ts';
import { markWords, reachWords, rowWords } from '../../src/review/review-words.ts';
import { grantsOf, type Pivot, rowsBy } from '../../src/review/rows.ts';
import { matching, rowsOf, wholeView } from '../../src/review/view.ts';
import { access, accessWith, binding, clusterRole, role } from '../rbac/objects.ts';

const { discovery } = stock();
const review = (...objects: readonly object[]): Review => reviewOf(accessWith({ discovery }, ...objects));
const told = (of: Review, pivot: Pivot = 'subject'): readonly string[] =>
  rowsBy(of, pivot).map((row) => `${rowWords(row)}: ${reachWords(row)}; ${markWords(row.marks)}`);

const edit = clusterRole('edit', 'get,list,create pods', 'get secrets', '* nodes');
const admin = clusterRole('admin', '* * *');
const reader = role('shop/reader', 'get,list pods,pods/log', 'get secrets core [tls]');
const small = [
  edit,
  admin,
  reader,
  binding('shop/devs', 'clusterrole:edit', 'group:devs', 'user:ann'),
  binding('bank/devs', 'clusterrole:edit', 'group:devs'),
  binding('shop/read', 'role:reader', 'sa:shop/ci'),
  binding('root', 'clusterrole:admin', 'group:system:masters', 'user:root'),
  binding('shop/gone', 'role:gone', 'user:ann'),
];

describe('rows', () => {
  it('tell groups first, then users and service accounts, the gravest first', () => {
    expect(told(review(...small))).toEqual([
      'Group system:masters: everywhere; everything everywhere',
      'Group devs: 2 namespaces; may read secrets',
      'User root: everywhere; everything everywhere',
      'User ann: 1 namespace; may read secrets',
      'ServiceAccount shop/ci: 1 namespace; may read secrets (named only)',
    ]);
  });

  it('tell of a role whom it is bound to, and of one that is missing that it is', () => {
    const rows = rowsBy(review(...small), 'role').map(({ key, of, subjects, bindings }) => [
      key,
      of.pivot === 'role' && of.state,
      subjects,
      bindings,
    ]);
    expect(rows).toEqual([
      ['ClusterRole admin', 'read', 2, 1],
      ['ClusterRole edit', 'read', 2, 2],
      ['Role shop/reader', 'read', 1, 1],
      ['Role shop/gone', 'missing', 1, 1],
    ]);
  });

  it('tell of a namespace who is bound there, the cluster first', () => {
    const rows = rowsBy(review(...small), 'namespace').map(({ name, subjects, roles }) => [
      name,
      subjects,
      roles,
    ]);
    expect(rows).toEqual([
      ['', 2, 1],
      ['shop', 3, 3],
      ['bank', 1, 1],
    ]);
  });

  it('tell of a resource who reaches it, by a star too, and not what a RoleBinding never gives', () => {
    const rows = Object.fromEntries(
      rowsBy(review(...small), 'resource').map(({ name, subjects, everywhere, namespaces }) => [
        name,
        [subjects, everywhere, namespaces],
      ]),
    );
    expect(rows).toEqual({
      '*': [2, true, 0],
      secrets: [5, true, 2],
      pods: [5, true, 2],
      'pods/log': [3, true, 1],
      nodes: [2, true, 0],
    });
  });

  it('count what one binding names twice once', () => {
    const twice = binding(
      'shop/twice',
      'clusterrole:edit',
      'sa:shop/ci',
      'user:system:serviceaccount:shop:ci',
    );
    const [row] = rowsBy(review(edit, twice), 'subject');
    expect([row?.name, row?.bindings, row?.roles]).toEqual(['shop/ci', 1, 1]);
  });

  it('have the grants that they are counted from', () => {
    const model = review(...small);
    for (const pivot of ['subject', 'role', 'namespace', 'resource'] as const) {
      for (const row of rowsBy(model, pivot)) {
        const grants = grantsOf(model, row);
        expect(new Set(grants.map(({ binding: each }) => each)).size, `${pivot} ${row.key}`).toBe(
          row.bindings,
        );
        expect(new Set(grants.map(({ subject }) => subject)).size, `${pivot} ${row.key}`).toBe(row.subjects);
      }
    }
  });
});

it('a row says that roles are unknown which are bound and not there, and --risky keeps it', () => {
  const root = binding('root', 'clusterrole:cluster-admin', 'user:mallory');
  const view = clusterRole('view', 'get pods');
  const model = review(view, root, binding('shop/read', 'clusterrole:view', 'user:bob'));
  const [first] = rowsBy(model, 'subject');
  expect(first).toMatchObject({ name: 'mallory', unknownRoles: 1, marks: [] });
  expect(rowsBy(model, 'namespace').map(({ name, unknownRoles }) => [name, unknownRoles])).toEqual([
    ['', 1],
    ['shop', 0],
  ]);
  expect(rowsOf(model, { ...wholeView, risky: true }).map(({ name }) => name)).toEqual(['mallory']);
});

describe('a mark', () => {
  const marked = (rules: readonly string[], at = 'shop/b'): string => {
    const [row] = rowsBy(
      review(clusterRole('r', ...rules), binding(at, 'clusterrole:r', 'user:ann')),
      'subject',
    );
    return row?.marks.map(({ risk }) => risk).join() ?? '';
  };
  it.each([
    ['* * *', 'everything,changes-rbac,acts-as-others,reads-secrets'],
    ['get secrets', 'reads-secrets'],
    ['watch *', 'reads-secrets'],
    ['create secrets', ''],
    ['get,list * apps', ''],
    ['create rolebindings rbac.authorization.k8s.io', 'changes-rbac'],
    ['bind clusterroles rbac.authorization.k8s.io [view]', 'changes-rbac'],
    ['delete rolebindings rbac.authorization.k8s.io', ''],
    ['create rolebindings rbac.authorization.k8s.io [x]', ''],
    ['create serviceaccounts/token', 'acts-as-others'],
    ['create */token', 'acts-as-others'],
    ['create serviceaccounts/token core [ci]', 'acts-as-others'],
    ['impersonate serviceaccounts', 'acts-as-others'],
    ['get /metrics', ''],
  ])('of "%s" in a namespace: %s', (rule, marks) => {
    expect(marked([rule])).toBe(marks);
  });

  it.each([
    ['impersonate users'],
    ['impersonate:user-info groups authentication.k8s.io'],
    ['update clusterrolebindings rbac.authorization.k8s.io'],
  ])('of "%s" is none through a RoleBinding, and one through a ClusterRoleBinding', (rule) => {
    expect([marked([rule]), marked([rule], 'b')]).toEqual(['', expect.stringMatching(/acts-as|changes/)]);
  });
});

describe('the matrix', () => {
  it('has a cell for what is allowed, by stars too, and none for what cannot act', () => {
    const model = review(edit, binding('shop/b', 'clusterrole:edit', 'user:ann'));
    const { verbs, rows } = matrixOf(model, model.grants);
    const cells = rows.map(({ name, cells: each }) => [
      name,
      verbs.filter((_, index) => each[index] !== undefined).join(),
    ]);
    expect(cells).toEqual([
      ['pods', 'get,list,create'],
      ['secrets', 'get'],
    ]);
  });

  it('gives the verbs that a resource has to whoever has them all', () => {
    const model = review(
      admin,
      edit,
      binding('b', 'clusterrole:admin', 'user:ann'),
      binding('c', 'clusterrole:edit', 'user:ann'),
    );
    const { verbs, rows } = matrixOf(model, model.grants);
    const nodes = rows.find(({ name }) => name === 'nodes');
    expect(verbs.filter((_, index) => nodes?.cells[index])).toEqual([
      'get',
      'list',
      'watch',
      'create',
      'update',
      'patch',
      'delete',
      'deletecollection',
    ]);
    const [chain, ...others] = chainsOf(model, model.grants, {
      target: { kind: 'resource', group: '', resource: 'pods' },
      verb: 'delete',
    });
    expect([chain?.role.name, others]).toEqual(['admin', []]);
  });
});

describe('a view', () => {
  it('is of one namespace and of what counts in all', () => {
    const names = rowsOf(review(...small), { ...wholeView, namespace: 'bank' }).map(({ name }) => name);
    expect(names).toEqual(['system:masters', 'devs', 'root']);
  });

  it('leaves out what has no mark, or what is of Kubernetes itself', () => {
    const plain = binding('shop/p', 'clusterrole:view', 'user:bob');
    const own = binding('system:node', 'clusterrole:system:node', 'user:kubelet');
    const model = review(
      clusterRole('view', 'get pods'),
      clusterRole('system:node', 'get secrets'),
      plain,
      own,
    );
    expect(rowsOf(model, { ...wholeView, risky: true }).map(({ name }) => name)).toEqual(['kubelet']);
    expect(rowsOf(model, { ...wholeView, hidesSystem: true }).map(({ name }) => name)).toEqual(['bob']);
  });

  it('finds names by words, by parts, and by letters in order', () => {
    const rows = ['oidc:team-1', 'oidc:team-12', 'shop/ci', 'team-1-dev/default'].map((name) => ({ name }));
    expect(matching(rows, 'team-1').map(({ name }) => name)).toEqual([
      'oidc:team-1',
      'team-1-dev/default',
      'oidc:team-12',
    ]);
    expect(matching(rows, 'OTM12').map(({ name }) => name)).toEqual(['oidc:team-12']);
    expect(matching(rows, 'ci shop').map(({ name }) => name)).toEqual(['shop/ci']);
    expect(matching(rows, 'xyz')).toEqual([]);
  });
});

it('says what it does not know', () => {
  const gap = { what: 'clusterroles', namespace: '', reason: 'you may not list them' } as const;
  const model = reviewOf(accessWith({ gaps: [gap] }, binding('shop/b', 'clusterrole:edit', 'user:ann')));
  expect([model.complete, model.gaps]).toEqual([false, [gap]]);
  expect(rowsBy(model, 'role')[0]?.of).toMatchObject({ state: 'unread' });
  expect(reviewOf(access()).complete).toBe(true);
});
