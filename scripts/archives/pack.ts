// Archives of which two builds are the same bytes: files sorted by name, one time for all, no owner, no links.

import { buffer } from 'node:stream/consumers';
import { gzipSync } from 'node:zlib';
import { pack } from 'tar-stream';
import { ZipFile } from 'yazl';

/** `name` with slashes, relative to the archive; `mode` 0o755 for what is run, else 0o644. */
export type ArchiveFile = { readonly name: string; readonly mode: 0o644 | 0o755; readonly content: Buffer };

export function plainFile(name: string, content: Buffer | string): ArchiveFile {
  return { name, mode: 0o644, content: Buffer.from(content) };
}

/** A file that may be run. */
export function program(name: string, content: Buffer): ArchiveFile {
  return { name, mode: 0o755, content };
}

// The first moment that a zip file can name; kept for tar too.
const writtenAt = new Date(Date.UTC(1980, 0, 1));

/** A .tar.gz. */
export async function packTarGz(files: readonly ArchiveFile[]): Promise<Buffer> {
  const tar = pack();
  for (const { name, mode, content } of sorted(files)) tar.entry({ name, mode, mtime: writtenAt }, content);
  tar.finalize();
  return gzipSync(await buffer(tar), { level: 9 });
}

/** A .zip. */
export async function packZip(files: readonly ArchiveFile[]): Promise<Buffer> {
  const zip = new ZipFile();
  for (const { name, mode, content } of sorted(files)) {
    // By the fields of the moment, which a time zone does not move.
    const mtime = new Date(1980, 0, 1);
    zip.addBuffer(content, name, {
      mode: 0o100000 | mode,
      mtime,
      forceDosTimestamp: true,
      compressionLevel: 9,
    });
  }
  zip.end();
  return buffer(zip.outputStream);
}

function sorted(files: readonly ArchiveFile[]): readonly ArchiveFile[] {
  return files.toSorted((one, other) => (one.name < other.name ? -1 : 1));
}
