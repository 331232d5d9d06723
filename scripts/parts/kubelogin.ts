// kubelogin (`kubectl oidc-login`), the peer that the bench measures logins beside: given, or built into the cache.

import { ensureGoPeer } from './go-peer.ts';
import type { Say } from './progress.ts';

export const kubeloginVersion = 'v1.36.3';

const module = 'github.com/int128/kubelogin';

/** Path of the program: in PEERS_BIN where that is set, else in the cache, where it is built in a minute. Rejects where it cannot be had. */
export function ensureKubelogin(environment: NodeJS.ProcessEnv, say: Say): Promise<string> {
  const kubelogin = {
    name: 'kubelogin',
    version: kubeloginVersion,
    module,
    packagePath: module,
    linkerFlags: [`-X main.version=${kubeloginVersion}`],
    usePath: false,
  };
  return ensureGoPeer(kubelogin, environment, say);
}
