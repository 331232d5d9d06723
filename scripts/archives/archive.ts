// One archive of a release: the target's programs with their licences and the bill of materials.

import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { builtCommit, bundle, ownVersion } from '../parts/bundle.ts';
import { componentsOf, noticesOf } from './components.ts';
import { type ArchiveFile, packTarGz, packZip, plainFile } from './pack.ts';
import { programFiles } from './program-files.ts';
import { sbomOf } from './sbom.ts';
import { archiveName, type Target } from './targets.ts';

const root = join(import.meta.dirname, '../..');

/** `name` is the archive's file name, `content` its bytes, `files` what it holds. */
export type Archive = {
  readonly name: string;
  readonly content: Buffer;
  readonly files: readonly ArchiveFile[];
};

/** Made from this checkout. Rejects when a part cannot be had. */
export async function makeArchive(target: Target): Promise<Archive> {
  const files = await archiveFiles(target);
  const content = await (target.os === 'windows' ? packZip(files) : packTarGz(files));
  return { name: archiveName(target), content, files };
}

/** What the archive holds, unpacked. Rejects like `makeArchive`. */
export async function archiveFiles(target: Target): Promise<readonly ArchiveFile[]> {
  const built = await bundle(target.form === 'node' ? 'beside-node' : 'executable');
  const components = await componentsOf(target, built.built);
  const files = [
    ...(await programFiles(target, built)),
    plainFile('LICENSE', await readFile(join(root, 'LICENSE'))),
    plainFile('THIRD-PARTY-NOTICES.txt', noticesOf(components)),
  ];
  const sbom = sbomOf({
    archive: archiveName(target),
    version: await ownVersion(),
    commit: await builtCommit(),
    components,
    files,
  });
  return [...files, plainFile('sbom.cdx.json', sbom)];
}
