// Putting the shim where kubectl finds it: into a folder of PATH that is the person's own, never over another's file.

import { lstat, stat } from 'node:fs/promises';
import { delimiter, isAbsolute, join, resolve } from 'node:path';
import { type InstalledShim, isOurShim, type Shim } from '../../completion/shim.ts';
import { Failure } from '../../failure.ts';
import { cleanText } from '../../foreign-text.ts';
import type { Host } from '../../host.ts';
import { codeOf, fileFailure } from '../files/file-failure.ts';
import { readGivenFileSync } from '../files/given-file.ts';
import { writeOwnFile } from '../files/our-folder.ts';

const maxShimBytes = 16 * 1024;

export type ShimHost = Pick<Host, 'environment' | 'platform'>;

/** Writes it whole or not at all. Fails with `refused` for a file that is not ours, or a folder that others may change; `file`. */
export async function installShim(
  { name, text }: Shim,
  { folder: wished, host }: { readonly folder: string | undefined; readonly host: ShimHost },
): Promise<InstalledShim> {
  const onPath = pathFolders(host);
  const folder = wished === undefined ? await chosenFolder(onPath, host) : resolve(wished);
  await judgeShimFolder(folder);
  const path = join(folder, name);
  const before = await readShim(path);
  if (before === text) return { kind: 'unchanged', path, onPath: onPath.includes(folder) };
  await writeOwnFile(path, text, 0o755);
  return { kind: 'written', path, onPath: onPath.includes(folder) };
}

function pathFolders({ environment }: ShimHost): readonly string[] {
  const path = environment.PATH ?? environment.Path ?? '';
  return path
    .split(delimiter)
    .filter(isAbsolute)
    .map((folder) => resolve(folder));
}

/** Where PATH finds kubectl-oidc, if the person may write there; else `~/.local/bin`. Fails with `refused` when that is not there. */
async function chosenFolder(onPath: readonly string[], host: ShimHost): Promise<string> {
  const home = host.environment.HOME || host.environment.USERPROFILE;
  const usual = home === undefined ? undefined : resolve(home, '.local', 'bin');
  const names = host.platform === 'win32' ? ['kubectl-oidc.exe', 'kubectl-oidc.cmd'] : ['kubectl-oidc'];
  for (const folder of onPath) {
    const found = await Promise.all(names.map((name) => exists(join(folder, name))));
    if (!found.includes(true)) continue;
    const isBetter = usual !== undefined && onPath.includes(usual) && (await exists(usual));
    if (isBetter && (await isKrews(folder))) return usual;
    if ((await troubleOf(folder)) === undefined) return folder;
    break;
  }
  if (usual !== undefined && (await exists(usual))) return usual;
  throw new Failure('refused', 'there is no folder of yours on PATH to write kubectl_complete-oidc to', {
    hint: 'Make one, e.g. mkdir -p ~/.local/bin, put it on PATH, and run it again; or give --dir.',
  });
}

/** krew refuses to work at all when it has uninstalled its last plugin and a file of others is left among its links. */
async function isKrews(folder: string): Promise<boolean> {
  const parts = await Promise.all(['receipts', 'store'].map((name) => exists(join(folder, '..', name))));
  return !parts.includes(false);
}

async function judgeShimFolder(folder: string): Promise<void> {
  const trouble = await troubleOf(folder);
  if (trouble === undefined) return;
  throw new Failure('refused', `${cleanText(folder, 4096)} ${trouble}`, {
    hint: 'Give --dir with a folder on PATH that is yours.',
  });
}

/** Why nothing is written there, undefined where something may be: programs are run from it. */
async function troubleOf(folder: string): Promise<string | undefined> {
  try {
    const { uid, mode, isDirectory } = await factsOf(folder);
    if (!isDirectory) return 'is not a folder';
    const own = process.geteuid?.();
    if (own === undefined) return undefined;
    if (uid !== own) return `belongs to user ${uid}, not to you (${own})`;
    return (mode & 0o002) === 0 ? undefined : 'may be changed by anybody';
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return 'does not exist';
    throw fileFailure('could not look at', folder, error);
  }
}

async function factsOf(
  folder: string,
): Promise<{ readonly uid: number; readonly mode: number; readonly isDirectory: boolean }> {
  const found = await stat(folder);
  return { uid: found.uid, mode: found.mode, isDirectory: found.isDirectory() };
}

/** Our shim's text, undefined where there is none. Fails with `refused` for anything else of that name. */
async function readShim(path: string): Promise<string | undefined> {
  const foreign = new Failure('refused', `${cleanText(path, 4096)} was not written by kubectl-oidc`, {
    hint: 'Look what it is, and move it away or give another --dir.',
  });
  try {
    if (!(await lstat(path)).isFile()) throw foreign;
    const text = readGivenFileSync(path, maxShimBytes).toString('utf8');
    if (isOurShim(text)) return text;
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return undefined;
    // Too large to be ours.
    if (error instanceof Failure && error.code === 'usage') throw foreign;
    throw fileFailure('could not read', path, error);
  }
  throw foreign;
}

async function exists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}
