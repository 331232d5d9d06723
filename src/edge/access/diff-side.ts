// One side of a comparison, read.

import { Failure } from '../../failure.ts';
import { cleanText } from '../../foreign-text.ts';
import type { Host } from '../../host.ts';
import type { DiffSide } from '../../rbac/diff-side.ts';
import type { Snapshot } from '../../rbac/snapshot.ts';
import { isSnapshotDocument, parseSnapshot } from '../../rbac/snapshot-file.ts';
import { gitTexts } from './git-files.ts';
import { type ManifestText, manifestTexts } from './manifest-files.ts';
import { objectsInText } from './manifests.ts';
import { openAccess, snapshotOfManifests } from './open-access.ts';

export type SideWish = { readonly kubeconfig: string | undefined; readonly stock: boolean };

/** Fails with `usage`, `file`, and as a cluster's reading does. */
export async function readSide(side: DiffSide, wish: SideWish, host: Host): Promise<Snapshot> {
  switch (side.kind) {
    case 'context':
      return readContext(side.context, wish, host);
    case 'git':
      return snapshotOfTexts(await gitTexts(side, host), wish);
    case 'path':
      return snapshotOfTexts(await Array.fromAsync(manifestTexts([side.path], host)), wish);
  }
}

async function readContext(context: string, { kubeconfig }: SideWish, host: Host): Promise<Snapshot> {
  const where = { kind: 'live', kubeconfig, context, impersonate: undefined, saveTo: undefined } as const;
  const source = await openAccess(where, host);
  return source.read({ scope: { kind: 'all' }, namespaces: false });
}

function snapshotOfTexts(texts: readonly ManifestText[], { stock }: SideWish): Snapshot {
  const objects = texts.flatMap(objectsInText);
  const saved = objects.find(isSnapshotDocument);
  if (saved === undefined) return snapshotOfManifests(objects, { stock }).snapshot;
  const read = parseSnapshot(saved);
  if (read !== undefined && objects.length === 1) return read.snapshot;
  const name = cleanText(texts[0]?.name ?? '');
  throw new Failure('usage', `${name} holds a snapshot that cannot be read beside other objects`, {
    hint: 'Name one snapshot, or manifests.',
  });
}
