// The release archive for Linux, as it lies unpacked: `kubectl-oidc` (the front) and `kubectl-oidc-main` beside it.

import { createHash } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { cacheFolder } from '../../scripts/parts/assets.ts';
import { buildFront } from '../../scripts/parts/front.ts';

const root = join(import.meta.dirname, '../..');

/** The folder, the same for all of a test file, and what kubectl runs in it. Main is a script that runs the built dist/. */
export async function linuxArchive(): Promise<{ readonly folder: string; readonly program: string }> {
  const name = ownName();
  const folder = join(cacheFolder(process.env), name);
  mkdirSync(folder, { recursive: true });
  const program = join(folder, 'kubectl-oidc');
  await buildFront({
    arch: process.arch === 'arm64' ? 'arm64' : 'amd64',
    output: program,
    // Test files run at the same time, and a changed login empties the keyring of memos: each has one of its own.
    variables: { ringName: name },
    environment: process.env,
    say: console.log,
  });
  const main = `#!${process.execPath}\nimport(${JSON.stringify(pathToFileURL(join(root, 'dist/main.js')).href)});\n`;
  writeFileSync(join(folder, 'kubectl-oidc-main'), main, { mode: 0o755 });
  return { folder, program };
}

/** What kubectl may run here: npm's program by itself (undefined, as `openLab` has it), and the archive's. */
export const builtPrograms: readonly (readonly [string, () => Promise<string | undefined>])[] = [
  ["npm's program", async () => undefined],
  ["the archive's", async () => (await linuxArchive()).program],
];

/** Few names, again and again: a keyring stays until the user's last process ends, and a user may have 200 keys. */
function ownName(): string {
  const checkout = createHash('sha256').update(root).digest('hex').slice(0, 8);
  return `kubectl-oidc-test-${checkout}-${process.env.VITEST_POOL_ID ?? 0}`;
}
