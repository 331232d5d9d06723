// What joining many clusters costs: 100 generated clusters with 1,000,000 bindings in all are exported as rows, read by
// DuckDB, and every query of sql/ is asked. Times are of this machine, bytes are exact.

import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { gzipSync } from 'node:zlib';
import { snapshotOfObjects } from '../src/rbac/objects.ts';
import { formatSnapshot } from '../src/rbac/snapshot-file.ts';
import { formatRow, rowsOf } from '../src/rbac/snapshot-rows.ts';
import { rbacData, rbacObjects } from './parts/rbac-data.ts';
import { openWarehouse, queryNames } from './parts/warehouse.ts';

const { values } = parseArgs({
  options: { clusters: { type: 'string', default: '100' }, bindings: { type: 'string', default: '1000000' } },
});
const clusters = Number(values.clusters);
const each = Math.floor(Number(values.bindings) / clusters);
const ofCluster = Math.floor(each / 10);
const size = {
  namespaces: Math.ceil(each / 6),
  roleBindings: each - ofCluster,
  clusterRoleBindings: ofCluster,
  roles: Math.ceil(each / 3),
  clusterRoles: 300,
};

type Exported = {
  readonly rows: number;
  readonly bytes: number;
  readonly gzipped: number;
  readonly ms: number;
};

/** `without`: RoleBindings that were not there yet. */
type Moment = { readonly takenAt: string; readonly without: number };

/** Generating is not timed; making the rows, their text, the hash and the smaller file is. */
function exportCluster(folder: string, seed: number, { takenAt, without }: Moment): Exported {
  const clusterName = `cluster-${String(seed).padStart(3, '0')}`;
  const whole = snapshotOfObjects(rbacObjects(rbacData(size, seed)), { aggregated: 'here' });
  const snapshot = { ...whole, roleBindings: whole.roleBindings.slice(without) };
  const saved = { takenAt, server: '', kubernetesVersion: 'v1.36.3', namespace: 'default', snapshot };
  const before = performance.now();
  const snapshotHash = createHash('sha256').update(formatSnapshot(saved)).digest('hex');
  const lines = [...rowsOf(saved, { clusterName, snapshotHash })].map(formatRow);
  const text = lines.join('');
  const small = gzipSync(text, { level: 6 });
  writeFileSync(join(folder, `${clusterName}-${takenAt.slice(0, 10)}.ndjson.gz`), small);
  return {
    rows: lines.length,
    bytes: Buffer.byteLength(text),
    gzipped: small.length,
    ms: performance.now() - before,
  };
}

function sum(of: readonly Exported[], field: keyof Exported): number {
  return of.reduce((total, one) => total + one[field], 0);
}

async function timed<Value>(what: string, work: () => Promise<Value>): Promise<Value> {
  const before = performance.now();
  const value = await work();
  console.log(`${what.padEnd(46)} ${((performance.now() - before) / 1000).toFixed(2).padStart(8)} s`);
  return value;
}

const folder = mkdtempSync(join(tmpdir(), 'scale-'));
try {
  const files = join(folder, 'snapshots');
  mkdirSync(files);
  const seeds = Array.from({ length: clusters }, (_, index) => index + 1);
  const latest = { takenAt: '2026-11-25T03:00:00.000Z', without: 0 };
  const exported = seeds.map((seed) => exportCluster(files, seed, latest));
  // A tenth of the clusters have a snapshot of a week before too, with a fiftieth fewer RoleBindings.
  const weekOld = { takenAt: '2026-11-18T03:00:00.000Z', without: Math.ceil(size.roleBindings / 50) };
  const older = seeds.slice(0, Math.ceil(clusters / 10)).map((seed) => exportCluster(files, seed, weekOld));
  const megabytes = (bytes: number): string => `${(bytes / 1e6).toFixed(1)} MB`;
  console.log(
    `${cpus().length} processors, ${clusters} clusters, ${clusters * each} bindings, ${older.length} snapshots of a week before`,
  );
  console.log(
    `latest: ${sum(exported, 'rows')} rows, ${megabytes(sum(exported, 'bytes'))}, gzipped ${megabytes(sum(exported, 'gzipped'))}`,
  );
  console.log(
    `a cluster: ${megabytes(sum(exported, 'gzipped') / clusters)} gzipped, ${(sum(exported, 'ms') / clusters).toFixed(0)} ms to export\n`,
  );
  const database = join(folder, 'access.duckdb');
  const warehouse = await timed('read all files into a table', () => openWarehouse(files, database));
  for (const name of queryNames()) {
    const [counted] = await timed(name, () => warehouse.query(name).then((rows) => [rows.length]));
    console.log(`${''.padEnd(46)} ${String(counted).padStart(8)} rows`);
  }
  const [bindings] = await warehouse.query(
    'SELECT COUNT(DISTINCT (cluster_name, binding_namespace, binding_name, binding_kind)) AS bindings FROM bindings WHERE 1 = 1',
  );
  console.log(`\nbindings in the latest snapshots: ${bindings?.bindings}`);
  warehouse.close();
  console.log(
    `database ${megabytes(statSync(database).size)}, memory ${megabytes(process.memoryUsage().rss)}`,
  );
} finally {
  rmSync(folder, { recursive: true, force: true });
}
