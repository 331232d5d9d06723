// The connections to one API server: TLS and proxy as the kubeconfig says, with the proof of who asks.

import * as https from 'node:https';
import { getCACertificates } from 'node:tls';
import type { ExecCluster } from '../../oidc/exec-credential.ts';
import type { UserProof } from '../kubeconfig/user-proof.ts';

/** HTTPS_PROXY and NO_PROXY are read from `environment`; a proxy of the cluster's entry wins over them. */
export type ApiServerAddress = {
  readonly cluster: ExecCluster;
  readonly proof: UserProof;
  readonly environment: Readonly<Record<string, string | undefined>>;
};

/** Connections that are kept open between requests. Without a CA in the entry the system's are trusted. */
export function agentFor({ cluster, proof, environment }: ApiServerAddress): https.Agent {
  const { HTTPS_PROXY, https_proxy, NO_PROXY, no_proxy } = environment;
  const ca = Buffer.from(cluster.certificateAuthorityData, 'base64').toString('latin1');
  return new https.Agent({
    keepAlive: true,
    // TCP's own probes, ten of them a second apart after this: a network that is gone is known after 20 s.
    keepAliveMsecs: 10_000,
    proxyEnv:
      cluster.proxyUrl === ''
        ? { HTTPS_PROXY, https_proxy, NO_PROXY, no_proxy }
        : { HTTPS_PROXY: cluster.proxyUrl },
    ca: ca === '' ? [...getCACertificates('default'), ...getCACertificates('system')] : ca,
    rejectUnauthorized: !cluster.insecureSkipTlsVerify,
    ...(cluster.tlsServerName !== '' && { servername: cluster.tlsServerName }),
    ...('certificate' in proof && { cert: proof.certificate, key: proof.privateKey }),
  });
}

/** What a request carries besides. */
export function headersFor(proof: UserProof): Readonly<Record<string, string>> {
  return 'token' in proof ? { authorization: `Bearer ${proof.token}` } : {};
}
