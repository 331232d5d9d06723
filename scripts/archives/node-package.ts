// Official Node executables out of the npm registry, held to the digests of targets.ts, in the cache.

import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, readFile, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { cacheFolder } from '../parts/assets.ts';
import { npmEnvironment } from '../parts/npm.ts';
import type { NodePackage } from './targets.ts';
import { readTarGz } from './unpack.ts';

const run = promisify(execFile);

export type NodeFiles = {
  /** The executable's bytes. */
  readonly executable: Buffer;
  /** Node's LICENSE with those of all that is built into it; the packages for Windows lack it. */
  readonly license: string | undefined;
};

/** What the package holds. Throws when it cannot be had or has another digest than the pinned one. */
export async function readNodePackage(node: NodePackage): Promise<NodeFiles> {
  const wanted = ['package/bin/node', 'package/bin/node.exe', 'package/LICENSE'];
  const files = await readTarGz(await ensureTarball(node), (name) => wanted.includes(name));
  const executable = files.find(({ header }) => header.name.startsWith('package/bin/'))?.content;
  if (executable === undefined) throw new Error(`${node.name}@${node.version} holds no bin/node`);
  const license = files.find(({ header }) => header.name === 'package/LICENSE');
  return { executable, license: license?.content.toString('utf8') };
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
    const words = ['pack', specification, '--loglevel=error', '--pack-destination', folder];
    await run('npm', words, { env: npmEnvironment(process.env) });
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
