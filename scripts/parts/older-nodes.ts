// The Node versions that npm's package promises to run on, besides the one that everything here runs on.

import { mkdir, mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { readNodePackage } from '../archives/node-package.ts';
import type { NodePackage } from '../archives/targets.ts';
import { cacheFolder, isExecutable } from './assets.ts';
import type { Say } from './progress.ts';

/** `sha256` of the npm package for each system. */
const versions: readonly { readonly version: string; readonly sha256: Readonly<Record<string, string>> }[] = [
  {
    version: '22.23.3',
    sha256: {
      'linux-x64': '00b5c43d88958dbbf45339c4d5e9a76289c7e25876fd08270b379e485e151fc5',
      'linux-arm64': '894b9938b215d40b3a38db094ef436d02b3bc7dd16f04fca145a4735cd9e9035',
    },
  },
  {
    version: '24.21.0',
    sha256: {
      'linux-x64': '61ecf27ad70afee991b671c28561eb497028294a67d132f9bbaac9ad73f81d3b',
      'linux-arm64': 'fba3076c16d21e5d814577436bdcb782b9b66bed09c6fa8278298e8933288bbb',
    },
  },
];

/** Paths of the executables, each called `node` in a folder of its own; npm gets those that the cache lacks. */
export async function ensureOlderNodes(environment: NodeJS.ProcessEnv, say: Say): Promise<readonly string[]> {
  const paths: string[] = [];
  for (const { version, sha256 } of versions) {
    const runsOn = `${process.platform}-${process.arch}`;
    const pinned = sha256[runsOn];
    if (pinned === undefined) throw new Error(`no Node ${version} is pinned for ${runsOn}`);
    const node = { name: `node-${runsOn}`, version, sha256: pinned, runsOn };
    const path = join(cacheFolder(environment), 'node', `${node.name}-${version}`, 'node');
    if (!isExecutable(path)) await writeExecutable(node, path, say);
    paths.push(path);
  }
  return paths;
}

/** By a rename: what is in the cache is complete. */
async function writeExecutable(node: NodePackage, path: string, say: Say): Promise<void> {
  say(`  getting Node ${node.version}`);
  const { executable } = await readNodePackage(node);
  await mkdir(dirname(path), { recursive: true });
  const fresh = await mkdtemp(`${path}.`);
  try {
    await writeFile(join(fresh, 'node'), executable, { mode: 0o755 });
    await rename(join(fresh, 'node'), path);
  } finally {
    await rm(fresh, { recursive: true, force: true });
  }
}
