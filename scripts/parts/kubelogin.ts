// kubelogin (`kubectl oidc-login`), the peer that the bench measures beside: given, or built into the cache.

import { join } from 'node:path';
import { cacheFolder, isExecutable } from './assets.ts';
import { buildGoProgram } from './go-build.ts';
import type { Say } from './progress.ts';

export const kubeloginVersion = 'v1.36.3';

const module = 'github.com/int128/kubelogin';

/** Path of the program: in PEERS_BIN where that is set, else in the cache, where it is built in a minute. Rejects where it cannot be had. */
export async function ensureKubelogin(environment: NodeJS.ProcessEnv, say: Say): Promise<string> {
  const { PEERS_BIN: given } = environment;
  if (given) {
    const path = join(given, 'kubelogin');
    if (!isExecutable(path)) throw new Error('the folder in PEERS_BIN holds no program "kubelogin"');
    return path;
  }
  const folder = join(
    cacheFolder(environment),
    `kubelogin-${kubeloginVersion}-${process.platform}-${process.arch}-1`,
  );
  const path = join(folder, 'kubelogin');
  if (isExecutable(path)) return path;
  return buildGoProgram({
    name: 'kubelogin',
    version: kubeloginVersion,
    packagePath: module,
    moduleFile: async () =>
      `module kubectl-oidc-bench-kubelogin\ngo 1.26.0\nrequire ${module} ${kubeloginVersion}\n`,
    linkerFlags: ['-s', '-w', `-X main.version=${kubeloginVersion}`],
    folder,
    environment,
    say,
  });
}
