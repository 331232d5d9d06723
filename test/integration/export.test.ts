import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type ApiServer, startApiServer } from '../../scripts/parts/api-server.ts';
import { assetsForTests } from '../../scripts/parts/assets.ts';
import { makeCertificateAuthority } from '../../scripts/parts/certificates.ts';
import { openWarehouse } from '../../scripts/parts/warehouse.ts';
import { binding, role } from '../rbac/objects.ts';
import { type Ended, program, runProgram } from './lab.ts';

const account = 'system:serviceaccount:audit:kubectl-oidc-export';
const world: readonly object[] = [
  role('shop/reader', 'get,list pods,pods/log', 'get secrets [db]'),
  binding('shop/readers', 'role:reader', 'group:devs', 'sa:shop/ci'),
  binding('shop/lost', 'role:nowhere', 'user:eve'),
];

type Row = Readonly<Record<string, string | number | boolean>>;

describe('rows of a real cluster', () => {
  let folder: string;
  let apiServer: ApiServer;
  const stack = new AsyncDisposableStack();
  const env = () => ({ HOME: folder, PATH: process.env.PATH, KUBECONFIG: apiServer.adminKubeconfigPath });
  const kubectl = (...words: readonly string[]): Promise<Ended> =>
    runProgram(apiServer.kubectl, words, { env: env(), cwd: folder });
  const review = (...words: readonly string[]): Promise<Ended> =>
    runProgram(process.execPath, [program, 'review', ...words], { env: env(), cwd: folder });
  const rowsIn = (text: string): readonly Row[] =>
    text
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line));
  const ofShop = (rows: readonly Row[]): readonly Row[] =>
    rows
      .filter((row) => row.role_namespace === 'shop')
      .map(
        (row) =>
          Object.fromEntries(
            Object.entries(row).filter(([name]) => !/^(cluster_name|taken)/.test(name)),
          ) as Row,
      );

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'export-'));
    stack.defer(() => rmSync(folder, { recursive: true, force: true }));
    const certificates = await makeCertificateAuthority();
    apiServer = await startApiServer({
      assets: assetsForTests(process.env),
      certificates,
      folder: join(folder, 'server'),
    });
    stack.defer(apiServer.stop);
    await kubectl('create', 'namespace', 'shop');
    writeFileSync(
      join(folder, 'world.json'),
      JSON.stringify({ apiVersion: 'v1', kind: 'List', items: world }),
    );
    expect(await kubectl('create', '-f', 'world.json')).toMatchObject({ status: 0 });
  }, 120_000);
  afterAll(() => stack.disposeAsync(), 60_000);

  it('have the documented columns, the same in a file and on stdout, and DuckDB answers from them', async () => {
    const { stdout, stderr, status } = await review('--export', '-', '--cluster-name', 'lab');
    expect([stderr, status]).toEqual(['', 0]);
    const rows = rowsIn(stdout);
    expect(rows[0]).toEqual({
      record: 'snapshot',
      cluster_name: 'lab',
      taken_at: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.000Z$/),
      taken_day: expect.any(Number),
      rows_version: 1,
      server: apiServer.server,
      kubernetes_version: expect.stringMatching(/^v1\./),
      snapshot_hash: expect.stringMatching(/^[0-9a-f]{64}$/),
      complete: true,
    });
    const rule = { record: 'rule', role_kind: 'Role', role_namespace: 'shop', role_name: 'reader', url: '' };
    const atom = (verb: string, resource_type: string, resource_name = '') => {
      const any_parent = resource_type === 'pods/log' ? '*/log' : '';
      return { ...rule, verb, api_group: '', resource_type, any_parent, resource_name };
    };
    const bound = {
      record: 'binding',
      binding_kind: 'RoleBinding',
      binding_namespace: 'shop',
      role_kind: 'Role',
      role_namespace: 'shop',
    };
    expect(ofShop(rows)).toEqual([
      atom('get', 'pods'),
      atom('list', 'pods'),
      atom('get', 'pods/log'),
      atom('list', 'pods/log'),
      atom('get', 'secrets', 'db'),
      {
        ...bound,
        binding_name: 'lost',
        role_name: 'nowhere',
        role_found: 'no',
        subject_kind: 'User',
        subject_namespace: '',
        subject_name: 'eve',
      },
      {
        ...bound,
        binding_name: 'readers',
        role_name: 'reader',
        role_found: 'yes',
        subject_kind: 'Group',
        subject_namespace: '',
        subject_name: 'devs',
      },
      {
        ...bound,
        binding_name: 'readers',
        role_name: 'reader',
        role_found: 'yes',
        subject_kind: 'ServiceAccount',
        subject_namespace: 'shop',
        subject_name: 'ci',
      },
    ]);

    mkdirSync(join(folder, 'snapshots'));
    const written = await review('--export', 'snapshots/', '--context', 'admin');
    expect(written).toMatchObject({
      status: 0,
      stdout: expect.stringMatching(/^Written: snapshots\/admin-\d{8}T\d{6}Z\.ndjson\.gz\.\n$/),
    });
    const [name = ''] = readdirSync(join(folder, 'snapshots'));
    expect(statSync(join(folder, 'snapshots', name)).mode & 0o777).toBe(0o600);
    const packed = rowsIn(gunzipSync(readFileSync(join(folder, 'snapshots', name))).toString());
    expect(ofShop(packed)).toEqual(ofShop(rows));
    const warehouse = await openWarehouse(join(folder, 'snapshots'));
    const readers = await warehouse.query('who-can-read-secrets');
    warehouse.close();
    expect(readers).toContainEqual(
      expect.objectContaining({
        cluster_name: 'admin',
        subject_name: 'devs',
        in_namespace: 'shop',
        secret_name: 'db',
        binding_name: 'readers',
      }),
    );
  }, 60_000);

  it('are made by the account of the printed CronJob, which may list access and nothing else', async () => {
    const words = [
      '--manifest',
      '--image',
      'registry.example/kubectl-oidc@sha256:00',
      '--cluster-name',
      'lab',
      '--manifest-namespace',
      'audit',
    ];
    const printed = await review(...words, '--volume-claim', 'snapshots');
    expect(printed).toMatchObject({ status: 0, stderr: '' });
    writeFileSync(join(folder, 'cron.yaml'), printed.stdout);
    expect(await kubectl('apply', '-f', 'cron.yaml')).toMatchObject({ status: 0 });
    const { stdout } = await kubectl(
      'get',
      'cronjob',
      'kubectl-oidc-export',
      '-n',
      'audit',
      '-o',
      'jsonpath={.spec.jobTemplate.spec.template.spec.containers[0].command}',
    );
    expect(JSON.parse(stdout)).toEqual([
      'kubectl-oidc',
      'review',
      '--export',
      '/snapshots/',
      '--cluster-name',
      'lab',
    ]);

    const exported = await review('--export', '-', '--cluster-name', 'lab', '--as', account);
    expect(exported).toMatchObject({ status: 0, stderr: '' });
    const rows = rowsIn(exported.stdout);
    expect(rows[0]).toMatchObject({ complete: true, kubernetes_version: expect.stringMatching(/^v1\./) });
    expect(ofShop(rows)).toHaveLength(8);
    for (const what of ['secrets', 'namespaces', 'pods']) {
      expect((await kubectl('auth', 'can-i', 'list', what, '-A', '--as', account)).stdout).toBe('no\n');
    }
    expect((await kubectl('auth', 'can-i', 'delete', 'rolebindings', '-A', '--as', account)).stdout).toBe(
      'no\n',
    );
    const pods = JSON.parse(
      JSON.stringify((await kubectl('auth', 'can-i', '--list', '--as', account)).stdout),
    );
    expect(pods).toMatch(/clusterrolebindings\.rbac\.authorization\.k8s\.io +\[\] +\[\] +\[list\]/);
  }, 60_000);

  it('of somebody who may not read all say what is missing', async () => {
    const exported = await review('--export', '-', '--cluster-name', 'lab', '--as', 'nobody');
    expect(exported.status).toBe(0);
    const rows = rowsIn(exported.stdout);
    expect(rows[0]).toMatchObject({ record: 'snapshot', complete: false });
    expect(
      rows
        .filter(({ record }) => record === 'gap')
        .map(({ gap_what }) => gap_what)
        .sort(),
    ).toEqual(['clusterrolebindings', 'clusterroles', 'rolebindings', 'roles']);
  });

  it('come from a saved snapshot too, of its own time', async () => {
    expect((await review('--save-snapshot', 'saved.json', '-o', 'json')).status).toBe(0);
    const { takenAt } = JSON.parse(readFileSync(join(folder, 'saved.json'), 'utf8'));
    const { stdout, status } = await review(
      '--export',
      '-',
      '--cluster-name',
      'lab',
      '--snapshot',
      'saved.json',
    );
    expect(status).toBe(0);
    expect(rowsIn(stdout)[0]).toMatchObject({ taken_at: takenAt });
    expect(ofShop(rowsIn(stdout))).toHaveLength(8);
  });

  it.each([
    ['a filter', ['--export', 'x.ndjson', '-n', 'shop'], '--export and --namespace do not go together.'],
    [
      'an offline cluster without a name',
      ['--export', 'x.ndjson', '-f', 'world.json'],
      'nothing tells what this cluster is called.',
    ],
    ['a folder that is not there', ['--export', 'nowhere/', '--context', 'admin'], 'could not write '],
    ['a bad name', ['--export', 'x.ndjson', '--cluster-name', 'a b'], '--cluster-name is "a b".'],
    ['a name alone', ['--cluster-name', 'a'], '--cluster-name was given without --export.'],
    ['no image', ['--manifest', '--cluster-name', 'a'], '--image is missing'],
    ['no cluster name', ['--manifest', '--image', 'a'], '--cluster-name is missing'],
    [
      'a bad schedule',
      ['--manifest', '--image', 'a', '--cluster-name', 'a', '--schedule', 'daily'],
      '--schedule is "daily".',
    ],
    ['an image alone', ['--image', 'a'], '--image is for --manifest.'],
  ])('with %s are one line, and nothing is written', async (_, words, message) => {
    const { stdout, stderr, status } = await review(...words);
    expect(stdout).toBe('');
    expect(stderr).toContain(`kubectl-oidc: ${message}`);
    const lines = stderr
      .trimEnd()
      .split('\n')
      .filter((line) => line.startsWith('kubectl-oidc:'));
    expect(lines).toHaveLength(1);
    expect([1, 2]).toContain(status);
    expect(existsSync(join(folder, 'x.ndjson'))).toBe(false);
  });
});
