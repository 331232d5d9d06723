// Manifests as they stand in a git revision: read with `git ls-tree` and `git cat-file`, which run nothing that a
// repository brings (no hook, no filter, no textconv), without a shell and without a work tree.

import { spawn } from 'node:child_process';
import { buffer, text } from 'node:stream/consumers';
import { Failure } from '../../failure.ts';
import { cleanText } from '../../foreign-text.ts';
import type { Host } from '../../host.ts';
import { decoded, isManifestName, type ManifestText } from './manifest-files.ts';

export type GitFolder = { readonly revision: string; readonly folder: string };

/** The manifests below a folder, which counts from the working directory. Fails with `usage` for an unknown revision or folder. */
export async function gitTexts(
  { revision, folder }: GitFolder,
  host: Pick<Host, 'environment' | 'signal'>,
): Promise<readonly ManifestText[]> {
  const where = `git:${revision}:${folder}`;
  const commit = (
    await git(['rev-parse', '--verify', '--quiet', '--end-of-options', `${revision}^{commit}`], '', host)
  ).toString();
  if (commit === '') {
    throw new Failure('usage', `git knows no revision "${cleanText(revision, 80)}" here`, {
      hint: 'Run it inside the repository; "git log --oneline" lists revisions.',
    });
  }
  const listed = await git(['ls-tree', '-r', '-z', commit.trim(), '--', folder], '', host);
  const files = listed
    .toString()
    .split('\0')
    .flatMap(fileIn)
    .filter(({ path }) => isManifestName(path));
  if (files.length === 0) {
    throw new Failure('usage', `${cleanText(where)} holds no manifest`, {
      hint: 'The folder counts from where you are; files that end in .yaml, .yml or .json are read.',
    });
  }
  const blobs = await git(['cat-file', '--batch'], files.map(({ hash }) => `${hash}\n`).join(''), host);
  return textsIn(blobs, files, revision);
}

type GitFile = { readonly hash: string; readonly path: string };

/** `MODE SP TYPE SP HASH TAB PATH`; links and submodules are no files. */
function fileIn(line: string): readonly GitFile[] {
  const [, hash = '', path = ''] = /^100[0-7]{3} blob ([0-9a-f]+)\t(.+)$/s.exec(line) ?? [];
  return path === '' ? [] : [{ hash, path }];
}

/** `HASH SP TYPE SP SIZE LF CONTENTS LF` for each. */
function textsIn(blobs: Buffer, files: readonly GitFile[], revision: string): readonly ManifestText[] {
  let at = 0;
  return files.map(({ path }) => {
    const end = blobs.indexOf('\n', at);
    const size = Number(blobs.toString('latin1', at, end).split(' ')[2]);
    const contents = blobs.subarray(end + 1, end + 1 + size);
    at = end + 1 + size + 1;
    const name = `${revision}:${path}`;
    return { name, text: decoded(name, contents), how: 'found' };
  });
}

/** What it prints, nothing where it ends with another status than 0: what it complains about is said by the caller. */
async function git(
  words: readonly string[],
  input: string,
  { environment, signal }: Pick<Host, 'environment' | 'signal'>,
): Promise<Buffer> {
  const child = spawn('git', words, {
    env: { ...environment, GIT_OPTIONAL_LOCKS: '0', GIT_TERMINAL_PROMPT: '0' },
    stdio: ['pipe', 'pipe', 'pipe'],
    signal,
  });
  const ended = new Promise<number | null>((resolve, reject) => {
    child.once('error', (error) => reject(signal.aborted ? signal.reason : startFailure(error)));
    child.once('close', resolve);
  });
  // A git that ends without reading breaks the pipe, which is its right.
  child.stdin.on('error', () => undefined).end(input);
  const [output, , status] = await Promise.all([buffer(child.stdout), text(child.stderr), ended]);
  return status === 0 ? output : Buffer.alloc(0);
}

function startFailure(error: Error): Failure {
  const cause = 'code' in error ? String(error.code) : 'no reason given';
  return new Failure('file', 'git cannot be run', { hint: 'Install it, or compare folders.', cause });
}
