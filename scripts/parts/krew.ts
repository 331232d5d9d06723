// krew, kubectl's plugin manager, and the validator that its index runs on every manifest: built into the cache.

import { join } from 'node:path';
import { cacheFolder, isExecutable } from './assets.ts';
import { buildGoProgram } from './go-build.ts';
import type { Say } from './progress.ts';

const version = 'v0.5.0';
const module = 'sigs.k8s.io/krew';
const names = ['krew', 'validate-krew-manifest'] as const;

/** Paths of krew itself and of its validator. */
export type Krew = { readonly krew: string; readonly validator: string };

/** Both programs; what the cache lacks is built, in half a minute. */
export async function ensureKrew(environment: NodeJS.ProcessEnv, say: Say): Promise<Krew> {
  const folder = krewCache(environment);
  for (const name of names) {
    if (isExecutable(join(folder, name))) continue;
    await buildGoProgram({
      name,
      version,
      packagePath: `${module}/cmd/${name}`,
      moduleFile: async () => `module kubectl-oidc-test-krew\ngo 1.26.0\nrequire ${module} ${version}\n`,
      // A build without a version of its own never asks the network for a newer krew.
      linkerFlags: ['-s', '-w'],
      folder,
      environment,
      say,
    });
  }
  return { krew: join(folder, 'krew'), validator: join(folder, 'validate-krew-manifest') };
}

/** A program in it is complete: it gets there by a rename. */
function krewCache(environment: NodeJS.ProcessEnv): string {
  return join(cacheFolder(environment), `krew-${version}-${process.platform}-${process.arch}-1`);
}
