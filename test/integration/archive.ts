// The release archive for Linux as it lies unpacked: `kubectl-oidc` (the front) and `kubectl-oidc-main` beside it.

import { cpSync, linkSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { unpackedArchive } from '../../scripts/parts/test-archive.ts';

/** A folder of the caller's own, in which files may come and go, and what kubectl runs in it. It ends with this process. */
export async function linuxArchive(): Promise<{ readonly folder: string; readonly program: string }> {
  const unpacked = await unpackedArchive();
  const folder = mkdtempSync(join(tmpdir(), 'archive-'));
  process.once('exit', () => rmSync(folder, { recursive: true, force: true }));
  for (const name of readdirSync(unpacked)) linkOrCopy(join(unpacked, name), join(folder, name));
  return { folder, program: join(folder, 'kubectl-oidc') };
}

function linkOrCopy(from: string, to: string): void {
  try {
    linkSync(from, to);
  } catch {
    // Another file system: 120 MB more for a moment.
    cpSync(from, to);
  }
}

/** What kubectl may run here: npm's program by itself (undefined, as `openLab` has it), and the archive's. */
export const builtPrograms: readonly (readonly [string, () => Promise<string | undefined>])[] = [
  ["npm's program", async () => undefined],
  ["the archive's", async () => (await linuxArchive()).program],
];
