// Flags and files of the API server in tests and demo, as plain values.

import { join } from 'node:path';
import type { IssuedCertificate } from './certificates.ts';

export const configurationFile = 'authentication.json';

/** No issuer at all: only client certificates get in. */
export const nobodyElse = {
  apiVersion: 'apiserver.config.k8s.io/v1',
  kind: 'AuthenticationConfiguration',
  jwt: [],
};

/** What an API server needs to accept ID tokens: prefixed user name and groups, `system:` names refused. Rules are CEL. */
export function authenticationConfigurationOf(
  provider: {
    readonly issuerUrl: string;
    readonly caPem: string;
    readonly clientId: string;
    readonly prefix?: string;
  },
  claimValidationRules: readonly { readonly expression: string; readonly message: string }[] = [],
): object {
  const prefix = provider.prefix ?? 'oidc:';
  return {
    apiVersion: 'apiserver.config.k8s.io/v1',
    kind: 'AuthenticationConfiguration',
    jwt: [
      {
        issuer: {
          url: provider.issuerUrl,
          certificateAuthority: provider.caPem,
          audiences: [provider.clientId],
        },
        claimValidationRules,
        claimMappings: { username: { claim: 'sub', prefix }, groups: { claim: 'groups', prefix } },
      },
    ],
  };
}

/** etcd's flags: loopback only, fast rather than safe. */
export function etcdWords(folder: string, port: number, peerPort: number): string[] {
  const client = `http://127.0.0.1:${port}`;
  const peer = `http://127.0.0.1:${peerPort}`;
  return [
    `--data-dir=${join(folder, 'etcd')}`,
    `--listen-client-urls=${client}`,
    `--advertise-client-urls=${client}`,
    `--listen-peer-urls=${peer}`,
    `--initial-advertise-peer-urls=${peer}`,
    `--initial-cluster=default=${peer}`,
    '--unsafe-no-fsync',
    '--log-level=warn',
  ];
}

/** kube-apiserver's flags: OIDC by file, RBAC, nothing that needs a node. */
export function apiServerWords(folder: string, port: number, etcdPort: number): string[] {
  const at = (name: string) => join(folder, name);
  return [
    `--etcd-servers=http://127.0.0.1:${etcdPort}`,
    '--bind-address=127.0.0.1',
    '--advertise-address=127.0.0.1',
    `--secure-port=${port}`,
    `--cert-dir=${folder}`,
    `--tls-cert-file=${at('server.pem')}`,
    `--tls-private-key-file=${at('server.key')}`,
    `--client-ca-file=${at('ca.pem')}`,
    '--authorization-mode=Node,RBAC',
    `--authentication-config=${at(configurationFile)}`,
    '--service-account-issuer=https://kubernetes.default.svc',
    `--service-account-key-file=${at('service-account.key')}`,
    `--service-account-signing-key-file=${at('service-account.key')}`,
    '--service-cluster-ip-range=10.0.0.0/24',
    '--disable-admission-plugins=ServiceAccount',
    '--endpoint-reconciler-type=none',
  ];
}

/** A kubeconfig of its own for a client certificate. */
export function adminKubeconfig(server: string, caPem: string, admin: IssuedCertificate): string {
  const base64 = (text: string) => Buffer.from(text).toString('base64');
  return JSON.stringify({
    apiVersion: 'v1',
    kind: 'Config',
    clusters: [{ name: 'test', cluster: { server, 'certificate-authority-data': base64(caPem) } }],
    users: [
      {
        name: 'administrator',
        user: {
          'client-certificate-data': base64(admin.certPem),
          'client-key-data': base64(admin.keyPem),
        },
      },
    ],
    contexts: [{ name: 'admin', context: { cluster: 'test', user: 'administrator' } }],
    'current-context': 'admin',
  });
}
