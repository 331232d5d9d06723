// The parts of setup that other files do not offer as they are: looking at a provider, approving, asking.

import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Host } from '../../host.ts';
import { execClusterOf } from '../../oidc/api-server.ts';
import type { KubeCluster } from '../../oidc/kubeconfig.ts';
import type { ProviderMetadata } from '../../oidc/metadata.ts';
import type { SeenUser } from '../../oidc/seen-by-cluster.ts';
import type { LoginSettings } from '../../oidc/settings.ts';
import type { LoginUse } from '../../oidc/targets.ts';
import type { Tokens } from '../../oidc/token.ts';
import { clusterCaBase64 } from '../kubeconfig/kubeconfig.ts';
import { readCertificateAuthority } from '../provider/certificate-authority.ts';
import { readClientSecret } from '../provider/client-secret.ts';
import { discoverProvider } from '../provider/provider.ts';
import { openLoginParts } from './login-parts.ts';
import { approvalOf, storeApprovals } from './real-approval.ts';
import { signInAndApprove } from './real-login.ts';

/** The provider's metadata, asked for now. Leaves no trace: a setup that is refused has changed nothing. Fails as discovery does. */
export async function discoverFor(settings: LoginSettings, host: Host): Promise<ProviderMetadata> {
  const folder = await mkdtemp(join(tmpdir(), 'kubectl-oidc-'));
  try {
    return await discoverProvider({
      settings,
      caPem: readCertificateAuthority(settings.certificateAuthority)?.pem,
      clientSecret: readClientSecret(settings.clientSecretFile),
      folder,
      environment: host.environment,
      now: host.now,
      signal: host.signal,
    });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Notes that this login may go to this server. Fails as the store does. */
export async function approveUse(settings: LoginSettings, use: LoginUse, host: Host): Promise<void> {
  await storeApprovals(await openLoginParts(settings, host), [await approvalOf(use, host)]);
}

/** Signs in and stores the tokens with the approval. */
export async function signInForUse(settings: LoginSettings, use: LoginUse, host: Host): Promise<Tokens> {
  const approvals = [await approvalOf(use, host)];
  return (await signInAndApprove(settings, { approvals, noBrowser: false }, host)).tokens;
}

/** Who the cluster of the kubeconfig takes the token's bearer for. Fails with `cluster`, `file`. */
export async function askCluster(cluster: KubeCluster, token: string, host: Host): Promise<SeenUser> {
  const { whoDoesClusterSee } = await import('../cluster/seen-user.ts');
  const execCluster = execClusterOf(cluster, await clusterCaBase64(cluster));
  return whoDoesClusterSee({ cluster: execCluster, token, signal: host.signal });
}
