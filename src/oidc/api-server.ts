// The API server of a kubeconfig, told in the same words that kubectl uses when it runs the plugin: what setup
// approves and what get-token meets must be equal, so both go through here.

import type { ApiServer } from './approval.ts';
import type { ExecCluster } from './exec-credential.ts';
import type { KubeCluster } from './kubeconfig.ts';

/**
 * The server as an approval names it. `sha256Hex` digests the decoded bytes of a base64 text; the CA is '' when
 * the system's CAs are trusted.
 */
export function apiServerFrom(cluster: ExecCluster, sha256Hex: (base64: string) => string): ApiServer {
  const { server, tlsServerName, insecureSkipTlsVerify, certificateAuthorityData: ca, proxyUrl } = cluster;
  return {
    server,
    tlsServerName,
    insecureSkipTlsVerify,
    caSha256: ca === '' ? '' : sha256Hex(ca),
    proxyUrl,
  };
}

/**
 * What client-go will announce in KUBERNETES_EXEC_INFO for this cluster entry. `caFileBase64`: the bytes of the
 * file that `certificate-authority` names, which client-go reads for us; the data in the entry wins over it.
 */
export function execClusterOf(cluster: KubeCluster, caFileBase64: string): ExecCluster {
  return {
    server: announcedServer(cluster.server),
    tlsServerName: cluster.tlsServerName,
    insecureSkipTlsVerify: cluster.insecureSkipTlsVerify,
    certificateAuthorityData:
      cluster.certificateAuthorityData === '' ? caFileBase64 : cluster.certificateAuthorityData,
    proxyUrl: cluster.proxyUrl,
  };
}

// client-go drops query and fragment, but only of an address that has a path (clientcmd ClientConfig).
function announcedServer(server: string): string {
  const path = /^[a-z][a-z0-9+.-]*:\/\/[^/?#]*\/[^?#]+/i.exec(server);
  return path === null ? server : path[0];
}
