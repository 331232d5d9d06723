import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { nameOf } from '../../scripts/parts/rbac-data.ts';
import { openSignOffFile } from '../../src/edge/access/sign-off-files.ts';
import { Failure } from '../../src/failure.ts';
import { snapshotOfObjects } from '../../src/rbac/objects.ts';
import type { Snapshot } from '../../src/rbac/snapshot.ts';
import { stock } from '../../src/rbac/stock.ts';
import { formatSubject, type Subject } from '../../src/rbac/subject.ts';
import {
  type Decided,
  grantsToSign,
  progressOf,
  type SignOff,
  type SignOffGrant,
  withDecision,
} from '../../src/review/sign-off.ts';
import { manifestsAfter } from '../../src/review/sign-off-bindings.ts';
import { revokeCommands } from '../../src/review/sign-off-commands.ts';
import { evidenceCsv, evidenceJson } from '../../src/review/sign-off-evidence.ts';
import { evidenceMarkdown } from '../../src/review/sign-off-evidence-markdown.ts';
import { formatSignOff, parseSignOff } from '../../src/review/sign-off-file.ts';
import { grantLines, parseAnswer } from '../../src/review/sign-off-prompt.ts';
import { parseSignOffRequest } from '../../src/review/sign-off-request.ts';
import { binding, clusterRole, role } from '../rbac/objects.ts';

const digest = (text: string): string => createHash('sha256').update(text).digest('hex');
const read = (...objects: readonly object[]): Snapshot => snapshotOfObjects(objects, { aggregated: 'here' });
const grantsIn = (snapshot: Snapshot, more: { namespace?: string; hidesSystem?: boolean } = {}) =>
  grantsToSign(snapshot, { namespace: '', hidesSystem: false, digest, ...more });

const world = [
  role('shop/reader', 'get pods'),
  clusterRole('root', '* *'),
  binding('shop/readers', 'role:reader', 'user:bob', 'group:devs', 'sa:shop/ci'),
  binding('bank/lost', 'role:gone', 'group:devs'),
  binding('root', 'clusterrole:root', 'group:admins'),
  binding('system:basic-user', 'clusterrole:root', 'group:system:authenticated'),
];
const begun: SignOff = {
  cluster: 'the cluster of context "lab"',
  server: 'https://lab',
  namespace: '',
  hidesSystem: false,
  startedAt: 1_764_000_000,
  startedBy: 'ann',
  readings: [{ sha256: 'aa', content: 'bb', takenAt: '2026-11-25T12:00:00.000Z', file: 'x.snapshot-1.json' }],
  decided: [],
};
const decide = ({ id, fingerprint }: SignOffGrant, decision: Decided['decision'], note = ''): Decided => ({
  id,
  fingerprint,
  decision,
  note,
  at: 1_764_000_060,
  by: 'ann',
  snapshot: 'aa',
});

describe('what there is to sign', () => {
  it('is each subject of each binding, groups first, with what it allows', () => {
    expect(grantsIn(read(...world)).map(({ id, rules }) => [id, rules?.length])).toEqual([
      ['ClusterRoleBinding /root group:admins', 1],
      ['RoleBinding bank/lost group:devs', undefined],
      ['RoleBinding shop/readers group:devs', 1],
      ['ClusterRoleBinding /system:basic-user group:system:authenticated', 1],
      ['RoleBinding shop/readers user:bob', 1],
      ['RoleBinding shop/readers sa:shop/ci', 1],
    ]);
  });

  it('is of one namespace where that was asked', () => {
    expect(grantsIn(read(...world), { namespace: 'bank' }).map(({ id }) => id)).toEqual([
      'RoleBinding bank/lost group:devs',
    ]);
  });

  it('is without what Kubernetes brings, but with whoever was put into it and what was widened', () => {
    const named =
      (name: string) =>
      (object: object): boolean =>
        nameOf(object) === name;
    const own = stock().objects.filter((each): each is object => typeof each === 'object' && each !== null);
    const hidden = (...objects: readonly object[]) =>
      grantsIn(read(...objects), { hidesSystem: true }).map(({ id }) => id);
    expect(hidden(...own, world[2]!)).toEqual([
      'RoleBinding shop/readers group:devs',
      'RoleBinding shop/readers user:bob',
      'RoleBinding shop/readers sa:shop/ci',
    ]);
    const without = (name: string) => own.filter((each) => !named(name)(each));
    const added = binding('cluster-admin', 'clusterrole:cluster-admin', 'group:system:masters', 'user:eve');
    const kept = own.filter((each) => !(named('cluster-admin')(each) && 'roleRef' in each));
    expect(hidden(...kept, added)).toEqual(['ClusterRoleBinding /cluster-admin user:eve']);
    const bindingOf = own.filter((each) => named('system:basic-user')(each) && 'roleRef' in each);
    const widened = clusterRole('system:basic-user', 'get secrets');
    expect(hidden(...without('system:basic-user'), ...bindingOf, widened)).toEqual([
      'ClusterRoleBinding /system:basic-user group:system:authenticated',
    ]);
  });
});

describe('a decision', () => {
  const before = grantsIn(read(...world));
  const pass = before.reduce((so, grant) => withDecision(so, decide(grant, 'keep')), begun);

  it('holds while the grant is as it was', () => {
    const { holding, open, changed, gone } = progressOf(pass, grantsIn(read(...world)));
    expect([holding.size, open, changed, gone]).toEqual([6, [], [], []]);
  });

  it('is asked again where the role gives something else, and left out where the grant is gone', () => {
    const after = grantsIn(
      read(role('shop/reader', 'get,list pods'), ...world.slice(1).filter((_, index) => index !== 3)),
    );
    const { holding, open, changed, gone } = progressOf(pass, after);
    expect(gone.map(({ id }) => id)).toEqual(['ClusterRoleBinding /root group:admins']);
    expect(changed.map(({ id }) => id)).toEqual([
      'RoleBinding shop/readers group:devs',
      'RoleBinding shop/readers user:bob',
      'RoleBinding shop/readers sa:shop/ci',
    ]);
    expect(open).toEqual(changed);
    expect(holding.size).toBe(2);
  });

  it('on the same grant replaces the one before', () => {
    const [grant] = before;
    const { decided } = withDecision(pass, decide(grant!, 'revoke', 'late'));
    expect(decided).toHaveLength(6);
    expect(decided.at(-1)).toMatchObject({ decision: 'revoke', note: 'late' });
  });

  it.each([
    ['k', { kind: 'decision', decision: 'keep', note: '' }],
    [' R  left the team ', { kind: 'decision', decision: 'revoke', note: 'left the team' }],
    ['ask who?', { kind: 'decision', decision: 'ask', note: 'who?' }],
    ['b', { kind: 'back' }],
    ['q', { kind: 'stop' }],
    ['q now', { kind: 'unclear' }],
    ['', { kind: 'unclear' }],
    ['constructor', { kind: 'unclear' }],
    ['yes', { kind: 'unclear' }],
  ])('typed as %j is %o', (typed, answer) => {
    expect(parseAnswer(typed)).toEqual(answer);
  });
});

describe('the file of a pass', () => {
  const pass = withDecision(begun, decide(grantsIn(read(...world))[0]!, 'ask', 'é "\n\u202e'));

  it('is read as it was written', () => {
    expect(parseSignOff(JSON.parse(formatSignOff(pass)))).toEqual(pass);
  });

  it('with anything taken out or of another kind is none', () => {
    const document = JSON.parse(formatSignOff(pass));
    for (const name of Object.keys(document))
      expect(parseSignOff({ ...document, [name]: undefined })).toBeUndefined();
    expect(
      parseSignOff({ ...document, decided: [{ ...document.decided[0], decision: 'maybe' }] }),
    ).toBeUndefined();
    expect(parseSignOff({ ...document, readings: ['x'] })).toBeUndefined();
    expect(parseSignOff([])).toBeUndefined();
  });
});

/** RFC 4180, strictly: records end with CRLF, quotes are doubled. */
function csvRecords(text: string): readonly (readonly string[])[] {
  const records: string[][] = [[]];
  const cells = text.matchAll(/(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r\n)/gy);
  for (const [, quoted, plain = '', end] of cells) {
    records.at(-1)?.push(quoted?.replaceAll('""', '"') ?? plain);
    if (end === '\r\n') records.push([]);
  }
  return records.slice(0, -1);
}

describe('evidence, whatever names and notes hold,', () => {
  const words = fc.oneof(
    fc.string({ minLength: 1, unit: 'grapheme' }),
    fc.constantFrom(
      '=1+1',
      '@x',
      '+1',
      '-1',
      ' =1',
      '"',
      'a,b',
      'a\r\nb',
      '<b>',
      '[x](http://x)',
      '|',
      '\u001b[31m',
      '`x`',
      '＝1',
    ),
  );
  const evidenceOf = (name: string, note: string) => {
    const grants = grantsIn(
      read(role('shop/reader', 'get pods'), {
        ...binding('shop/readers', 'role:reader'),
        subjects: [{ kind: 'User', name }],
      }),
    );
    const pass = grants.reduce((so, grant) => withDecision(so, decide(grant, 'revoke', note)), begun);
    return { pass, grants, gaps: [], writtenAt: 1_764_000_120 };
  };

  it('as CSV has a record of sixteen cells each, none a formula', () => {
    fc.assert(
      fc.property(words, words, (name, note) => {
        const text = evidenceCsv(evidenceOf(name, note));
        const records = csvRecords(text);
        expect(records.map(({ length }) => length)).toEqual([16, 16]);
        for (const cell of records.flat()) expect(cell).not.toMatch(/^\s*[=+\-@|%＝＋－＠]|[\r\n\u001b]/);
      }),
    );
  });

  it('as Markdown has a row of six cells, and no HTML', () => {
    fc.assert(
      fc.property(words, words, (name, note) => {
        const text = evidenceMarkdown(evidenceOf(name, note));
        const row = text.trimEnd().split('\n').at(-1) ?? '';
        expect(row.replaceAll(/\\./g, '').split('|')).toHaveLength(8);
        expect(text).not.toMatch(/<|\u001b/);
      }),
    );
  });

  it('as JSON keeps them as they are', () => {
    fc.assert(
      fc.property(words, words, (name, note) => {
        const [grant] = JSON.parse(evidenceJson(evidenceOf(name, note))).grants;
        expect([grant.subject.name, grant.note, grant.decidedAt]).toEqual([
          name,
          note,
          '2025-11-24T16:01:00.000Z',
        ]);
      }),
    );
  });

  it('tells in every form what was decided and is gone, what was not read, and that it is not complete', () => {
    const { pass } = evidenceOf('bob', 'left');
    const gap = { what: 'roles', namespace: 'bank', reason: 'forbidden' } as const;
    const evidence = { pass, grants: [], gaps: [gap], writtenAt: 1_764_000_120 };
    const [, ...records] = csvRecords(evidenceCsv(evidence));
    expect(records.map((cells) => [cells.length, ...cells.slice(0, 3)])).toEqual([
      [16, 'gone', 'revoke: RoleBinding shop/readers user:bob: left', 'ann'],
      [16, 'not-read', expect.stringContaining('forbidden'), ''],
    ]);
    const page = evidenceMarkdown(evidence);
    expect(page).toContain(
      '- Gone since it was decided: revoke: RoleBinding shop/readers user:bob: left (ann,',
    );
    expect(page).toContain('- Not complete: ');
    expect(evidenceMarkdown(evidenceOf('bob', ''))).toContain('- Complete: ');
    expect(JSON.parse(evidenceJson(evidence)).complete).toBe(false);
  });

  it('is not complete with a grant open, or where something was not read', () => {
    const whole = evidenceOf('bob', '');
    const gap = { what: 'roles', namespace: '', reason: 'forbidden' } as const;
    const isComplete = (evidence: Parameters<typeof evidenceJson>[0]) =>
      JSON.parse(evidenceJson(evidence)).complete;
    expect(isComplete(whole)).toBe(true);
    expect(isComplete({ ...whole, gaps: [gap] })).toBe(false);
    expect(isComplete({ ...whole, pass: begun })).toBe(false);
  });
});

describe('a sign-off', () => {
  it("is not made in another's name, nor with words that mean nothing to it", () => {
    const usage = (words: object) => {
      const failure = thrown(() => parseSignOffRequest({ 'sign-off': 'q4.json', ...words }));
      return failure instanceof Failure ? `${failure.code}: ${failure.message}` : failure;
    };
    expect(usage({})).toBeUndefined();
    expect(usage({ as: 'boss' })).toBe('usage: --sign-off and --as do not go together');
    expect(usage({ schedule: '* * * * *' })).toBe('usage: --sign-off and --schedule do not go together');
  });

  it('says what is grave in a grant before its rules, of which not all are shown', () => {
    const rules = ['pods', 'services', 'nodes', 'events', 'configmaps', 'endpoints'].map(
      (name, index) => `${['get', 'list', 'watch', 'create', 'update', 'patch'][index]} ${name}`,
    );
    const many = clusterRole('many', ...rules, 'delete jobs batch', 'get secrets', 'escalate roles *');
    const [grant] = grantsIn(read(many, binding('all', 'clusterrole:many', 'user:eve')));
    const lines = grantLines(grant!, { at: 1, of: 1 });
    expect(lines[2]).toBe('  Mind: may change RBAC everywhere, may read secrets everywhere.');
    expect(lines.at(-1)).toMatch(/… and \d+ more rules/);
    const [plain] = grantsIn(read(...world), { namespace: 'shop' });
    expect(grantLines(plain!, { at: 1, of: 1 }).join()).not.toContain('Mind');
  });

  it('writes nothing beside a pass that another run wrote meanwhile', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'sign-off-'));
    const path = join(folder, 'q4.json');
    const [first, second] = [openSignOffFile(path), openSignOffFile(path)];
    await first.writeBeside('.snapshot-1.json', 'of the first');
    await first.write(begun);
    await expect(second.writeBeside('.snapshot-1.json', 'of the second')).rejects.toMatchObject({
      code: 'conflict',
    });
    expect(readFileSync(join(folder, 'q4.snapshot-1.json'), 'utf8')).toBe('of the first');
    expect(() => openSignOffFile(join(folder, 'q4'))).toThrow(/q4 stands .*q4\.json, whose evidence/);
    expect(openSignOffFile(path).pass).toEqual(begun);
    rmSync(folder, { recursive: true });
  });
});

function thrown(act: () => unknown): unknown {
  try {
    act();
  } catch (error) {
    return error;
  }
  return undefined;
}

describe('the commands that revoke', () => {
  it('are for the kubeconfig that the grants were read with', () => {
    const snapshot = read(...world);
    const place = { context: 'lab', kubeconfig: "/home/ann's/lab.yaml" };
    expect(revokeCommands(grantsIn(snapshot), snapshot, place)).toContain(
      "kubectl '--kubeconfig=/home/ann'\\''s/lab.yaml' --context=lab patch",
    );
  });

  it('are beside manifests of the bindings that lose some, as they are to be, labels and all', () => {
    const noted = binding('shop/readers', 'role:reader', 'user:bob', 'group:devs', 'sa:shop/ci');
    const snapshot = read({
      ...noted,
      metadata: {
        name: 'readers',
        namespace: 'shop',
        labels: { team: 'shop' },
        annotations: { 'kubectl.kubernetes.io/last-applied-configuration': '{"bob":1}', why: 'support' },
        resourceVersion: '7',
      },
    });
    const revoked = grantsIn(snapshot).filter(({ subject }) => subject.name === 'bob');
    expect(JSON.parse(manifestsAfter(revoked, snapshot))).toEqual({
      apiVersion: 'v1',
      kind: 'List',
      items: [
        {
          apiVersion: 'rbac.authorization.k8s.io/v1',
          kind: 'RoleBinding',
          metadata: {
            name: 'readers',
            namespace: 'shop',
            labels: { team: 'shop' },
            annotations: { why: 'support' },
          },
          roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'Role', name: 'reader' },
          subjects: [
            { apiGroup: 'rbac.authorization.k8s.io', kind: 'Group', name: 'devs' },
            { kind: 'ServiceAccount', namespace: 'shop', name: 'ci' },
          ],
        },
      ],
    });
  });

  type Operation = { readonly op: string; readonly path: string; readonly value?: unknown };
  const subject: fc.Arbitrary<Subject> = fc.oneof(
    fc.record({ kind: fc.constantFrom('User', 'Group'), name: fc.string({ minLength: 1, maxLength: 12 }) }),
    fc.record({
      kind: fc.constant('ServiceAccount'),
      namespace: fc.constantFrom('shop', 'bank'),
      name: fc.constantFrom('ci', 'x'),
    }),
  ) as fc.Arbitrary<Subject>;
  const subjects = fc.uniqueArray(subject, { minLength: 1, maxLength: 8, selector: formatSubject });

  it('take out of a binding what was marked and nothing else, after a test that it is as it was', () => {
    fc.assert(
      fc.property(subjects, fc.array(fc.boolean(), { minLength: 8, maxLength: 8 }), (all, marks) => {
        const snapshot = read({ ...binding('shop/b', 'role:r'), subjects: all });
        const marked = new Set(all.filter((_, index) => marks[index]).map(formatSubject));
        const revoked = grantsIn(snapshot).filter((grant) => marked.has(formatSubject(grant.subject)));
        const script = revokeCommands(revoked, snapshot, { context: 'lab', kubeconfig: undefined });
        if (marked.size === 0) {
          expect(script).not.toContain('kubectl ');
          return;
        }
        const quoted = /-p '((?:[^']|'\\'')*)'/.exec(script)?.[1] ?? '[]';
        const operations: readonly Operation[] = JSON.parse(quoted.replaceAll("'\\''", "'"));
        const left = [...all];
        for (const { op, path, value } of operations) {
          if (op === 'remove') left.splice(Number(path.split('/').at(-1)), 1);
          else if (path === '/subjects') expect(value).toHaveLength(all.length);
        }
        expect(operations[0]).toMatchObject({ op: 'test' });
        const isWhole = marked.size === all.length;
        expect(script.includes(' && kubectl --context=lab delete rolebinding/b -n shop')).toBe(isWhole);
        if (!isWhole) expect(left).toEqual(all.filter((each) => !marked.has(formatSubject(each))));
        const after = read(JSON.parse(manifestsAfter(revoked, snapshot)));
        expect(after.roleBindings.map((each) => each.subjects)).toEqual(isWhole ? [] : [left]);
      }),
    );
  });
});
