// The archives of a release, their checksums and the krew manifest, into one folder. Words on the command line are
// the names of archives; none means all, and only then the manifest and the checksums are written.

import { createHash } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { makeArchive } from './archives/archive.ts';
import { krewManifest } from './archives/krew-manifest.ts';
import { targetNamed, targets } from './archives/targets.ts';
import { ownVersion } from './parts/bundle.ts';

const root = join(import.meta.dirname, '..');

async function main(): Promise<void> {
  const { values, positionals } = parseArgs({
    options: { output: { type: 'string', default: join(root, 'release') } },
    allowPositionals: true,
  });
  const folder = resolve(values.output);
  const chosen = positionals.length === 0 ? targets : positionals.map(targetNamed);
  await mkdir(folder, { recursive: true });
  const digests: Record<string, string> = {};
  for (const target of chosen) {
    const { name, content, files } = await makeArchive(target);
    digests[name] = createHash('sha256').update(content).digest('hex');
    await writeFile(join(folder, name), content);
    const sbom = files.find((file) => file.name === 'sbom.cdx.json')?.content ?? '';
    await writeFile(join(folder, `${name}.cdx.json`), sbom);
    console.log(`${digests[name]}  ${name}  ${(content.length / 1e6).toFixed(1)} MB`);
  }
  if (positionals.length > 0) return;
  const lines = Object.entries(digests).map(([name, digest]) => `${digest}  ${name}\n`);
  await writeFile(join(folder, 'SHA256SUMS'), lines.join(''));
  await writeFile(join(folder, 'krew-manifest.yaml'), krewManifest(await ownVersion(), targets, digests));
  console.log(`krew-manifest.yaml and SHA256SUMS are beside them in ${folder}`);
}

try {
  await main();
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}
