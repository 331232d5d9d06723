// The archives of a release with their bills of materials, into one folder. Words on the command line are the names
// of archives; none means all, and then their checksums and the krew manifest. `--manifest FOLDER` writes only these
// two, over the archives that lie in the folder: some may come from a Mac, which signs them (docs/release.md).

import { mkdir, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { makeArchive } from './archives/archive.ts';
import { billName, writeReleaseIndex } from './archives/release-index.ts';
import { type Target, targetNamed, targets } from './archives/targets.ts';
import { ownVersion } from './parts/bundle.ts';

const root = join(import.meta.dirname, '..');

async function main(): Promise<void> {
  const { values, positionals } = parseArgs({
    options: {
      output: { type: 'string', default: join(root, 'release') },
      manifest: { type: 'string' },
    },
    allowPositionals: true,
  });
  if (values.manifest !== undefined) {
    if (positionals.length > 0) throw new Error('--manifest takes a folder and no names of archives');
    return writeIndex(resolve(values.manifest));
  }
  const folder = resolve(values.output);
  await mkdir(folder, { recursive: true });
  const chosen = positionals.length === 0 ? targets : positionals.map(targetNamed);
  for (const target of chosen) await writeArchive(folder, target);
  if (positionals.length === 0) await writeIndex(folder);
}

async function writeArchive(folder: string, target: Target): Promise<void> {
  const { name, content, files } = await makeArchive(target);
  await writeFile(join(folder, name), content);
  const sbom = files.find((file) => file.name === 'sbom.cdx.json')?.content ?? '';
  await writeFile(join(folder, billName(name)), sbom);
  console.log(`${name}  ${(content.length / 1e6).toFixed(1)} MB`);
}

async function writeIndex(folder: string): Promise<void> {
  await writeReleaseIndex(folder, await ownVersion());
  console.log(`krew-manifest.yaml and SHA256SUMS are in ${folder}`);
}

try {
  await main();
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}
