// Signatures of macOS. Only a Mac makes them: elsewhere the bytes stay as they are, and an executable that was put
// together here does not start on Apple silicon (docs/release.md).

import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);
const entitlements = join(import.meta.dirname, 'macos-entitlements.plist');

/** `program`: put together here, so its old signature is void. `library`: keytar.node as its makers signed it. */
export type MachOKind = 'program' | 'library';

/**
 * The words for codesign(1) before the path, undefined where the file stays as it is. `identity` is the name of a
 * Developer ID certificate in the keychain (the variable CODESIGN_IDENTITY); without one a program is signed ad hoc,
 * which starts, but tells nobody who made it.
 */
export function codesignWords(kind: MachOKind, identity: string | undefined): readonly string[] | undefined {
  const name = ['--identifier', kind === 'program' ? 'kubectl-oidc' : 'kubectl-oidc.keytar'];
  if (!identity) return kind === 'program' ? ['--force', ...name, '--sign', '-'] : undefined;
  const signed = ['--force', ...name, '--timestamp', '--options', 'runtime', '--sign', identity];
  return kind === 'program' ? [...signed, '--entitlements', entitlements] : signed;
}

/** The file with its signature. Rejects with codesign's words. */
export async function signedMachO(content: Buffer, kind: MachOKind): Promise<Buffer> {
  const words = codesignWords(kind, process.env.CODESIGN_IDENTITY);
  if (process.platform !== 'darwin' || words === undefined) return content;
  const folder = await mkdtemp(join(tmpdir(), 'kubectl-oidc-signature-'));
  try {
    const path = join(folder, 'file');
    await writeFile(path, content, { mode: 0o700 });
    await run('codesign', [...words, path]);
    return await readFile(path);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
