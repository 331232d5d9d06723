// Manifests as people name them: files, folders, stdin. Folders are walked without following links to other folders.

import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { Failure } from '../../failure.ts';
import { cleanText } from '../../foreign-text.ts';
import type { Host } from '../../host.ts';
import { fileFailure } from '../files/file-failure.ts';
import { readGivenFileSync } from '../files/given-file.ts';

export type ManifestText = {
  /** As messages name it. */
  readonly name: string;
  readonly text: string;
  /** Found in a folder, where other files lie too, or named by itself. */
  readonly how: 'named' | 'found';
};

const maxBytes = 512 * 1024 * 1024;

/** Of the files in a folder those that may be manifests. */
export function isManifestName(name: string): boolean {
  return /\.(ya?ml|json)$/i.test(name);
}

/** The texts, in the order in which they are named, a folder's sorted by path. Fails with `usage`, `file`. */
export async function* manifestTexts(
  paths: readonly string[],
  host: Pick<Host, 'stdin'>,
): AsyncGenerator<ManifestText> {
  if (paths.filter((path) => path === '-').length > 1) {
    throw new Failure('usage', 'stdin was named twice', { hint: 'Give "-f -" once.' });
  }
  for (const path of paths) {
    if (path === '-') yield { name: 'stdin', text: decoded('stdin', await readStdin(host)), how: 'named' };
    else yield* textsAt(path);
  }
}

function* textsAt(path: string): Generator<ManifestText> {
  if (!isFolder(path)) {
    yield { name: path, text: readText(path), how: 'named' };
    return;
  }
  const found = filesIn(path);
  if (found.length === 0) {
    throw new Failure('usage', `${cleanText(path)} holds no manifest`, {
      hint: 'In a folder the files that end in .yaml, .yml or .json are read.',
    });
  }
  for (const each of found) yield { name: each, text: readText(each), how: 'found' };
}

function isFolder(path: string): boolean {
  try {
    return statSync(path).isDirectory();
  } catch (error) {
    throw fileFailure('could not read', cleanText(path), error);
  }
}

/** Hidden files and folders (`.git`) are left out, as nobody means them. */
function filesIn(folder: string): readonly string[] {
  try {
    const entries = readdirSync(folder, { withFileTypes: true })
      .filter(({ name }) => !name.startsWith('.'))
      .sort((left, right) => (left.name < right.name ? -1 : 1));
    return entries.flatMap((entry) => {
      const path = join(folder, entry.name);
      if (entry.isDirectory()) return filesIn(path);
      return isManifestName(entry.name) && !isFolder(path) ? [path] : [];
    });
  } catch (error) {
    throw fileFailure('could not read', cleanText(folder), error);
  }
}

function readText(path: string): string {
  try {
    return decoded(path, readGivenFileSync(path, maxBytes));
  } catch (error) {
    throw fileFailure('could not read', cleanText(path), error);
  }
}

async function readStdin({ stdin }: Pick<Host, 'stdin'>): Promise<Buffer> {
  if (stdin.isTTY === true) {
    throw new Failure('usage', 'stdin is a terminal, no manifests', { hint: 'Pipe them in: … | … -f -' });
  }
  return buffer(stdin);
}

/** UTF-8, with or without a byte order mark. */
export function decoded(name: string, bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw new Failure('usage', `${cleanText(name)} is not text in UTF-8`, { hint: 'Name a manifest.' });
  }
}
