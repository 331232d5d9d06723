// Official Node executables out of the npm registry, held to the digests of targets.ts, in the cache.

import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdir, mkdtemp, readFile, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { promisify } from 'node:util';
import { createGunzip } from 'node:zlib';
import { extract } from 'tar-stream';
import { cacheFolder } from '../parts/assets.ts';
import type { NodePackage } from './targets.ts';

const run = promisify(execFile);

export type NodeFiles = {
  /** The executable's bytes. */
  readonly executable: Buffer;
  /** Node's LICENSE with those of all that is built into it; the packages for Windows lack it. */
  readonly license: string | undefined;
};

/** What the package holds. Throws when it cannot be had or has another digest than the pinned one. */
export async function readNodePackage(node: NodePackage): Promise<NodeFiles> {
  const files = await filesOf(await ensureTarball(node), [
    'package/bin/node',
    'package/bin/node.exe',
    'package/LICENSE',
  ]);
  const executable = files['package/bin/node'] ?? files['package/bin/node.exe'];
  if (executable === undefined) throw new Error(`${node.name}@${node.version} holds no bin/node`);
  return { executable, license: files['package/LICENSE']?.toString('utf8') };
}

/** The tarball in the cache; npm gets it when it is not there. */
async function ensureTarball(node: NodePackage): Promise<string> {
  const path = join(cacheFolder(process.env), 'node', `${node.name}-${node.version}.tgz`);
  const cached = await readFile(path).catch(() => undefined);
  if (cached !== undefined && digestOf(cached) === node.sha256) return path;
  await mkdir(dirname(path), { recursive: true });
  const folder = await mkdtemp(`${path}.`);
  try {
    const specification = `${node.name}@${node.version}`;
    await run('npm', ['pack', specification, '--silent', '--pack-destination', folder]);
    const fresh = join(folder, `${node.name}-${node.version}.tgz`);
    const digest = digestOf(await readFile(fresh));
    if (digest !== node.sha256) {
      throw new Error(
        `${specification} has the digest ${digest}; scripts/archives/targets.ts pins ${node.sha256}`,
      );
    }
    await rename(fresh, path);
    return path;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function digestOf(content: Buffer): string {
  return createHash('sha256').update(content).digest('hex');
}

/** The named files of a .tar.gz; others are passed over. */
async function filesOf(
  path: string,
  names: readonly string[],
): Promise<Readonly<Record<string, Buffer | undefined>>> {
  const found: Record<string, Buffer> = {};
  const entries = createReadStream(path).pipe(createGunzip()).pipe(extract());
  for await (const entry of entries) {
    if (names.includes(entry.header.name)) found[entry.header.name] = await buffer(entry);
    else entry.resume();
  }
  return found;
}
