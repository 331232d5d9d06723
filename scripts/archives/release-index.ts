// What is written over the finished archives of a release: their checksums, and the manifest by which krew finds them.

import { createHash } from 'node:crypto';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { krewManifest } from './krew-manifest.ts';
import { archiveName, targets } from './targets.ts';

/** The name of an archive's bill of materials, which lies beside it. */
export function billName(archive: string): string {
  return `${archive}.cdx.json`;
}

/**
 * Writes SHA256SUMS (as sha256sum has it) and krew-manifest.yaml into `folder`, where every archive of `version`
 * (without a `v`) and its bill of materials must lie; npm's tarball counts when it is there. Rejects, and writes
 * nothing, with the names of those that are missing.
 */
export async function writeReleaseIndex(folder: string, version: string): Promise<void> {
  const present = new Set(await readdir(folder));
  const archives = targets.map(archiveName);
  const wanted = archives.flatMap((name) => [name, billName(name)]);
  const missing = wanted.filter((name) => !present.has(name));
  if (missing.length > 0) throw new Error(`${folder} lacks ${missing.join(', ')}: make them first`);
  const tarball = `kubectl-oidc-${version}.tgz`;
  const digests: Record<string, string> = {};
  for (const name of [...wanted, ...(present.has(tarball) ? [tarball] : [])].sort()) {
    digests[name] = digestOf(await readFile(join(folder, name)));
  }
  const lines = Object.entries(digests).map(([name, digest]) => `${digest}  ${name}\n`);
  await writeFile(join(folder, 'SHA256SUMS'), lines.join(''));
  await writeFile(join(folder, 'krew-manifest.yaml'), krewManifest(version, targets, digests));
}

function digestOf(content: Buffer): string {
  return createHash('sha256').update(content).digest('hex');
}
