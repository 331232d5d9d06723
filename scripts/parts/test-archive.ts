// The release archive of this machine's system, as tests get it: out of the folder that KUBECTL_OIDC_RELEASE names,
// else made by scripts/make-release.ts into the cache, under a digest of all that goes into it.

import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, readFile, rename, rm, stat, utimes } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { archiveName, targetHere } from '../archives/targets.ts';
import { cacheFolder } from './assets.ts';
import { builtCommit } from './bundle.ts';
import { whichProgram } from './packages.ts';
import { runStep } from './progress.ts';

const run = promisify(execFile);
const root = join(import.meta.dirname, '../..');

/** What an archive is made of: these, and the commit, which it tells. */
const sources = ['src', 'front', 'bin', 'scripts', 'package.json', 'package-lock.json', 'LICENSE'];

/** Path of the .tar.gz. Throws when the folder that was named lacks it, or with what the build said. */
export async function archiveForTests(): Promise<string> {
  const name = archiveName(targetHere());
  const given = process.env.KUBECTL_OIDC_RELEASE;
  const path = join(given || (await releaseFolder()), name);
  if (existsSync(path)) return path;
  throw new Error(
    `KUBECTL_OIDC_RELEASE names a folder without ${name}: ${given}. "scripts/release" makes it.`,
  );
}

/** The folder in which that archive lies unpacked: the same for all tests, which leave it as it is. */
export async function unpackedArchive(): Promise<string> {
  const archive = await archiveForTests();
  const digest = createHash('sha256')
    .update(await readFile(archive))
    .digest('hex');
  const folder = cached(`unpacked-${digest.slice(0, 16)}`);
  if (!existsSync(folder)) {
    const fresh = await freshFolderFor(folder);
    await run('tar', ['-xzf', archive, '-C', fresh]);
    await rename(fresh, folder).catch(() => rm(fresh, { recursive: true }));
  }
  await markUsed(folder);
  return folder;
}

/** Twenty seconds, then it is cached. Test files ask at the same time: one builds, the others wait for it. */
async function releaseFolder(): Promise<string> {
  const folder = cached(`release-${(await sourceDigest()).slice(0, 16)}`);
  if (!existsSync(folder)) {
    await removeUnused();
    const fresh = await freshFolderFor(folder);
    const script = join(root, 'scripts/make-release.ts');
    const make = [process.execPath, script, targetHere().name, '--output', fresh];
    const command = onlyOnce(folder, make);
    await runStep({ title: 'making the release archive', command, env: process.env }, console.log);
    if (existsSync(folder)) await rm(fresh, { recursive: true, force: true });
    else await rename(fresh, folder);
  }
  await markUsed(folder);
  return folder;
}

/** The kernel frees the lock when its holder ends, however it ends; where util-linux is missing, everybody builds. */
function onlyOnce(folder: string, make: readonly string[]): readonly [string, ...string[]] {
  const [first = '', ...rest] = make;
  const flock = whichProgram('flock');
  if (flock === undefined) return [first, ...rest];
  const script = '[ -e "$0" ] || { "$@" && for made; do :; done && mv "$made" "$0"; }';
  return [flock, `${folder}.lock`, '/bin/sh', '-c', script, folder, ...make];
}

async function sourceDigest(): Promise<string> {
  const digest = createHash('sha256').update(await builtCommit());
  for (const path of (await Promise.all(sources.map(filesBelow))).flat()) {
    const content = await readFile(join(root, path));
    digest.update(`\n${path} ${content.length}\n`).update(content);
  }
  return digest.digest('hex');
}

async function filesBelow(path: string): Promise<readonly string[]> {
  if ((await stat(join(root, path))).isFile()) return [path];
  const entries = await readdir(join(root, path), { recursive: true, encoding: 'utf8' });
  const inFolder = entries.sort().map((entry) => join(path, entry));
  const kinds = await Promise.all(inFolder.map(async (each) => (await stat(join(root, each))).isFile()));
  return inFolder.filter((_, index) => kinds[index]);
}

function cached(name: string): string {
  return join(cacheFolder(process.env), 'archives', name);
}

async function freshFolderFor(folder: string): Promise<string> {
  await mkdir(dirname(folder), { recursive: true });
  return mkdtemp(`${folder}.`);
}

async function markUsed(folder: string): Promise<void> {
  await utimes(folder, new Date(), new Date());
}

/** Each is 200 MB, and each commit has its own; two hours are longer than any run of tests. */
async function removeUnused(): Promise<void> {
  const folder = cached('');
  const names = await readdir(folder).catch(() => []);
  for (const name of names) {
    const { mtimeMs } = await stat(join(folder, name)).catch(() => ({ mtimeMs: Date.now() }));
    if (Date.now() - mtimeMs > 2 * 3600_000) await rm(join(folder, name), { recursive: true, force: true });
  }
}
