// The announced fallback for machines without a keychain: one 0600 file a login, in a folder where nobody else may
// even look.

import { join } from 'node:path';
import { judgeFolder, openFolder, readOwnFile, removeOwnFile, writeOwnFile } from '../files/our-folder.ts';

/** What was written for this login, undefined if nothing. Fails with `file`, `refused`. */
export async function readTokenFile(folder: string, key: string): Promise<string | undefined> {
  if (judgeFolder(tokenFolder(folder), 'private') === 'absent') return undefined;
  return readOwnFile(await tokenFilePath(folder, key));
}

/** Replaces it as a whole. Fails with `file`, `refused`. */
export async function writeTokenFile(folder: string, key: string, text: string): Promise<void> {
  await openFolder(tokenFolder(folder), 'private');
  await writeOwnFile(await tokenFilePath(folder, key), text);
}

/** No matter whether there is one. Fails with `file`, `refused`. */
export async function removeTokenFile(folder: string, key: string): Promise<void> {
  if (judgeFolder(tokenFolder(folder), 'private') === 'absent') return;
  await removeOwnFile(await tokenFilePath(folder, key));
}

/** The key is too long for a file name and may hold anything, so its digest names the file. */
export async function tokenFilePath(folder: string, key: string): Promise<string> {
  // Loaded here: with a keychain the warm path never needs it.
  const { createHash } = await import('node:crypto');
  return join(tokenFolder(folder), `${createHash('sha256').update(key).digest('hex')}.json`);
}

function tokenFolder(folder: string): string {
  return join(folder, 'tokens');
}
