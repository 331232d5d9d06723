// What kubectl says to a credential plugin and what it wants to hear (client.authentication.k8s.io).

import { Failure } from '../failure.ts';

const apiVersions = ['client.authentication.k8s.io/v1', 'client.authentication.k8s.io/v1beta1'] as const;
export type ExecApiVersion = (typeof apiVersions)[number];

/** The cluster as kubectl announces it with `provideClusterInfo: true`; CA as base64. */
export type ExecCluster = {
  readonly server: string;
  readonly tlsServerName: string;
  readonly insecureSkipTlsVerify: boolean;
  readonly certificateAuthorityData: string;
  readonly proxyUrl: string;
};

/** `announced: false`: the caller set no KUBERNETES_EXEC_INFO (run by hand, or a client that does not know it). */
export type ExecInfo = {
  readonly announced: boolean;
  readonly apiVersion: ExecApiVersion;
  readonly interactive: boolean;
  readonly cluster: ExecCluster | undefined;
};

/** KUBERNETES_EXEC_INFO → what it says; v1 is assumed without it. Fails with `usage` where it is malformed. */
export function parseExecInfo(text: string | undefined): ExecInfo {
  if (text === undefined || text === '') {
    return { announced: false, apiVersion: apiVersions[0], interactive: false, cluster: undefined };
  }
  const info = objectOf(parseJson(text), 'it is not a JSON object');
  const apiVersion = apiVersions.find((each) => each === info.apiVersion);
  if (info.kind !== 'ExecCredential') throw malformed('its kind is not ExecCredential');
  if (apiVersion === undefined) throw malformed(`its apiVersion is none of ${apiVersions.join(', ')}`);
  const spec = objectOf(info.spec ?? {}, 'its spec is not an object');
  const cluster =
    spec.cluster === undefined ? undefined : objectOf(spec.cluster, 'its spec.cluster is not an object');
  return {
    announced: true,
    apiVersion,
    interactive: spec.interactive === true,
    cluster: cluster === undefined ? undefined : clusterOf(cluster),
  };
}

function clusterOf(cluster: Readonly<Record<string, unknown>>): ExecCluster {
  const text = (field: string): string => {
    const value = cluster[field] ?? '';
    if (typeof value !== 'string') throw malformed(`its spec.cluster.${field} is not a string`);
    return value;
  };
  const server = text('server');
  if (server === '') throw malformed('its spec.cluster names no server');
  const url = URL.canParse(server) ? new URL(server) : undefined;
  if (url?.protocol !== 'https:' || url.username !== '' || url.password !== '') {
    throw new Failure('refused', 'the kubeconfig names an API server that is no plain https address', {
      hint: 'Tokens are only sent over https, to an address without a user name in it.',
    });
  }
  return {
    server,
    tlsServerName: text('tls-server-name'),
    insecureSkipTlsVerify: cluster['insecure-skip-tls-verify'] === true,
    certificateAuthorityData: text('certificate-authority-data'),
    proxyUrl: text('proxy-url'),
  };
}

/** The ExecCredential for stdout, one line. `expiresAt` in epoch seconds, already with the margin taken off. */
export function formatExecCredential(apiVersion: ExecApiVersion, token: string, expiresAt: number): string {
  const expirationTimestamp = new Date(expiresAt * 1000).toISOString().replace(/\.\d+Z$/, 'Z');
  return `${JSON.stringify({ apiVersion, kind: 'ExecCredential', status: { token, expirationTimestamp } })}\n`;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw malformed('it is not JSON');
  }
}

function objectOf(value: unknown, otherwise: string): Readonly<Record<string, unknown>> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw malformed(otherwise);
  return Object.fromEntries(Object.entries(value));
}

function malformed(why: string): Failure {
  return new Failure('usage', `KUBERNETES_EXEC_INFO cannot be read: ${why}`, {
    hint: 'kubectl sets it; unset it when running get-token by hand.',
  });
}
