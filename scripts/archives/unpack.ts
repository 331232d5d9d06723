// Reads what lies in a .tar.gz.

import { createReadStream } from 'node:fs';
import { buffer } from 'node:stream/consumers';
import { createGunzip } from 'node:zlib';
import { extract, type Header } from 'tar-stream';

export type TarEntry = { readonly header: Header; readonly content: Buffer };

/** The entries in their order, or those with a wanted name. Rejects for a file that is none. */
export async function readTarGz(
  path: string,
  isWanted: (name: string) => boolean = () => true,
): Promise<readonly TarEntry[]> {
  const found: TarEntry[] = [];
  const entries = createReadStream(path).pipe(createGunzip()).pipe(extract());
  for await (const entry of entries) {
    if (isWanted(entry.header.name)) found.push({ header: entry.header, content: await buffer(entry) });
    else entry.resume();
  }
  return found;
}
