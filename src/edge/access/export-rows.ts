// The rows of a snapshot, read from a cluster, manifests or a file, and written whole or not at all.

import { join, resolve } from 'node:path';
import { Readable } from 'node:stream';
import { createGzip } from 'node:zlib';
import { Failure } from '../../failure.ts';
import { cleanText } from '../../foreign-text.ts';
import type { Host } from '../../host.ts';
import { snapshotOf } from '../../rbac/snapshot.ts';
import { formatSnapshot, type SavedSnapshot } from '../../rbac/snapshot-file.ts';
import { formatRow, rowsOf } from '../../rbac/snapshot-rows.ts';
import { type ExportRequest, exportFileName } from '../../review/export-request.ts';
import { sha256Hex } from '../files/digest.ts';
import { writeOwnFile } from '../files/our-folder.ts';
import { openAccess } from './open-access.ts';
import { openSnapshot } from './snapshot-store.ts';

export type Exported =
  | { readonly kind: 'text'; readonly chunks: Iterable<string> }
  | { readonly kind: 'file'; readonly path: string; readonly complete: boolean };

type Read = { readonly saved: SavedSnapshot; readonly context: string };

/** Fails with `usage` where nothing tells what the cluster is called, `file`, and as reading does. */
export async function exportRows({ path, clusterName, where }: ExportRequest, host: Host): Promise<Exported> {
  const { saved, context } = await readWhole(where, host);
  const name = clusterName ?? context;
  if (name === '') {
    throw new Failure('usage', 'nothing tells what this cluster is called', {
      hint: 'Give --cluster-name NAME.',
    });
  }
  const snapshotHash = sha256Hex(formatSnapshot(saved));
  const chunks = inChunks(rowsOf(saved, { clusterName: name, snapshotHash }));
  if (path === '-') return { kind: 'text', chunks };
  const file = path.endsWith('/') ? join(path, exportFileName(name, saved.takenAt)) : path;
  const bytes = file.endsWith('.gz') ? Readable.from(chunks).pipe(createGzip()) : chunks;
  await writeOwnFile(resolve(file), bytes);
  return { kind: 'file', path: cleanText(file), complete: saved.snapshot.gaps.length === 0 };
}

/** Without namespaces and resources, which rows do not tell of: fewer rights are needed. */
async function readWhole(where: ExportRequest['where'], host: Host): Promise<Read> {
  if (where.kind === 'snapshot') {
    const saved = openSnapshot(where.path);
    return { saved: { ...saved, snapshot: bare(saved.snapshot) }, context: '' };
  }
  const source = await openAccess(where, host);
  const [snapshot, kubernetesVersion] = await Promise.all([
    source.read({ scope: { kind: 'all' }, namespaces: false }),
    source.cluster?.api.version() ?? '',
  ]);
  const takenAt = new Date(host.now() * 1000).toISOString();
  const { namespace, live } = source;
  const origin = { takenAt, server: live?.server ?? '', kubernetesVersion, namespace };
  return { saved: { ...origin, snapshot: bare(snapshot) }, context: live?.context ?? '' };
}

function bare(snapshot: SavedSnapshot['snapshot']): SavedSnapshot['snapshot'] {
  return snapshotOf({ ...snapshot, discovery: undefined, namespaces: [] });
}

const linesAtOnce = 500;

function* inChunks(rows: ReturnType<typeof rowsOf>): Generator<string> {
  let lines: string[] = [];
  for (const row of rows) {
    lines.push(formatRow(row));
    if (lines.length < linesAtOnce) continue;
    yield lines.join('');
    lines = [];
  }
  yield lines.join('');
}
