import { mkdirSync, mkdtempSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { afterAll, describe, expect, it } from 'vitest';
import { openAccess } from '../../../src/edge/access/open-access.ts';
import type { Host } from '../../../src/host.ts';
import type { ManifestsWhere } from '../../../src/rbac/where-words.ts';

const folder = mkdtempSync(join(tmpdir(), 'manifests-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const host = { stdin: process.stdin, stderr: process.stderr, environment: {}, now: () => 1_800_000_000 };

async function snapshotOf(paths: readonly string[], more: Partial<ManifestsWhere> = {}, stdin?: string) {
  const where: ManifestsWhere = { kind: 'manifests', paths, stock: false, saveTo: undefined, ...more };
  const given = stdin === undefined ? host : { ...host, stdin: Readable.from([Buffer.from(stdin)]) };
  const source = await openAccess(where, given as unknown as Host);
  return source.read({ scope: { kind: 'all' }, namespaces: true });
}

function write(name: string, text: string): string {
  const path = join(folder, name);
  mkdirSync(join(path, '..'), { recursive: true });
  writeFileSync(path, text);
  return path;
}

const role = (name: string) =>
  `apiVersion: rbac.authorization.k8s.io/v1\nkind: Role\nmetadata: {name: ${name}, namespace: shop}\nrules:\n- {apiGroups: [""], resources: [pods], verbs: [get]}\n`;
const list = JSON.stringify({
  apiVersion: 'v1',
  kind: 'List',
  items: [
    {
      apiVersion: 'rbac.authorization.k8s.io/v1',
      kind: 'RoleBinding',
      metadata: { name: 'b', namespace: 'shop' },
      roleRef: { kind: 'Role', name: 'r' },
      subjects: [{ kind: 'Group', name: 'devs' }],
    },
  ],
});

describe('manifests', () => {
  it('are read from YAML of many documents, JSON Lists, folders below folders, and stdin', async () => {
    write('all/many.yaml', `${role('one')}---\n# nothing\n---\n${role('two')}`);
    write('all/deep/list.json', list);
    write('all/values.yaml', 'replicas: 3\n');
    write('all/.git/hidden.yaml', role('hidden'));
    write('all/notes.txt', 'no manifest');
    symlinkSync(join(folder, 'all'), join(folder, 'all/deep/round'));
    const { roles, roleBindings } = await snapshotOf([join(folder, 'all'), '-'], {}, role('three'));
    expect(roles.map(({ name }) => name)).toEqual(['one', 'two', 'three']);
    expect(roleBindings.map(({ name, namespace }) => `${namespace}/${name}`)).toEqual(['shop/b']);
  });

  it.each([
    ['broken.yaml', `${role('one')}---\nkind: [Role\n`, 'broken.yaml line 8, column 1'],
    ['verbs.yaml', role('one').replace('verbs: [get]', 'verbs: get'), 'line 5, column 47: verbs is no list'],
    ['field.yaml', role('one').replace('verbs:', 'verb:'), 'line 5, column 46: a rule has no field "verb"'],
    [
      'number.yaml',
      role('one').replace('[get]', '[get, 1]'),
      'line 5, column 53: verbs holds what is no text',
    ],
    ['scalar.yaml', 'hello\n', 'scalar.yaml line 1, column 1: this is no API object'],
    [
      'list.json',
      list.replace('"kind":"Role"', '"kind":"Rule"'),
      'list.json line 1, column 170: a RoleBinding does not refer to a "Rule"',
    ],
    [
      'bomb.yaml',
      `a: &a [x,x,x,x,x,x,x,x,x]\n${'bcdefgh'.replaceAll(
        /./g,
        (each) =>
          `${each}: &${each} [${Array(9)
            .fill(`*${String.fromCharCode(each.charCodeAt(0) - 1)}`)
            .join(',')}]\n`,
      )}`,
      'holds aliases that cannot be resolved',
    ],
  ])('%s is refused with its place', async (name, text, message) => {
    await expect(snapshotOf([write(name, text)])).rejects.toThrow(message);
  });

  it('that are not there, or a folder without any, are refused', async () => {
    mkdirSync(join(folder, 'empty'));
    await expect(snapshotOf([join(folder, 'nowhere.yaml')])).rejects.toThrow('could not read');
    await expect(snapshotOf([join(folder, 'empty')])).rejects.toThrow('holds no manifest');
  });

  it('that bind roles of Kubernetes itself are told of --stock, once', async () => {
    const said: string[] = [];
    const text = list.replace('"kind":"Role"', '"kind":"ClusterRole"').replace('"name":"r"', '"name":"view"');
    const stderr = { write: (line: string) => said.push(line) };
    const where = { kind: 'manifests', paths: [write('view.json', text)], saveTo: undefined } as const;
    await openAccess({ ...where, stock: false }, { ...host, stderr } as unknown as Host);
    await openAccess({ ...where, stock: true }, { ...host, stderr } as unknown as Host);
    expect(said).toEqual([
      'The manifests bind roles that Kubernetes brings by itself (view): --stock adds them.\n',
    ]);
  });

  it('saved as a snapshot are read back the same, by their owner only', async () => {
    const path = join(folder, 'saved.json');
    write('some/many.yaml', `${role('one')}---\n${role('two')}`);
    const read = await snapshotOf([join(folder, 'some')], { stock: true, saveTo: path });
    const source = await openAccess({ kind: 'snapshot', path }, host as unknown as Host);
    expect(await source.read({ scope: { kind: 'all' }, namespaces: true })).toEqual(read);
    expect(statSync(path).mode & 0o777).toBe(0o600);
    expect(read.clusterRoles.find(({ name }) => name === 'view')?.rules.length).toBeGreaterThan(5);
  });
});
