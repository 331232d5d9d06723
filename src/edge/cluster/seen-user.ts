// What an API server says, asked with a token that was handed over in-process: no kubeconfig is loaded, no exec
// entry is run. client-node is imported when first needed, since it loads a thousand files.

import type { Middleware } from '@kubernetes/client-node';
import { Failure } from '../../failure.ts';
import { cleanText } from '../../foreign-text.ts';
import type { ExecCluster } from '../../oidc/exec-credential.ts';
import type { SeenUser } from '../../oidc/seen-by-cluster.ts';
import { networkFailure } from './api-failure.ts';

const timeoutMs = 30_000;

export type ClusterQuestion = {
  readonly cluster: ExecCluster;
  readonly token: string;
  readonly signal: AbortSignal;
};

/** Who the API server takes the token's bearer for (SelfSubjectReview, Kubernetes 1.28). Fails with `cluster`, `cancelled`. */
export async function whoDoesClusterSee({ cluster, token, signal }: ClusterQuestion): Promise<SeenUser> {
  const client = await import('@kubernetes/client-node');
  const config = new client.KubeConfig();
  config.loadFromOptions({
    clusters: [clientCluster(cluster)],
    users: [{ name: 'oidc', token }],
    contexts: [{ name: 'oidc', cluster: 'oidc', user: 'oidc' }],
    currentContext: 'oidc',
  });
  const deadline = AbortSignal.timeout(timeoutMs);
  try {
    const review = await new client.AuthenticationV1Api(
      client.createConfiguration({
        baseServer: new client.ServerConfiguration(cluster.server, {}),
        authMethods: { default: config },
        promiseMiddleware: [withSignal(AbortSignal.any([signal, deadline]))],
      }),
    ).createSelfSubjectReview({
      body: { apiVersion: 'authentication.k8s.io/v1', kind: 'SelfSubjectReview' },
    });
    const { username = '', groups = [], uid = '' } = review.status?.userInfo ?? {};
    return { username, groups, uid };
  } catch (error) {
    signal.throwIfAborted();
    throw clusterFailure(cluster.server, error, deadline.aborted);
  }
}

/** client-node takes a signal only from something that looks at each request before it leaves. */
function withSignal(signal: AbortSignal): Middleware {
  return {
    pre: (request) => {
      request.setSignal(signal);
      return Promise.resolve(request);
    },
    post: (response) => Promise.resolve(response),
  };
}

function clientCluster(cluster: ExecCluster) {
  return {
    name: 'oidc',
    server: cluster.server,
    skipTLSVerify: cluster.insecureSkipTlsVerify,
    ...(cluster.certificateAuthorityData === '' ? {} : { caData: cluster.certificateAuthorityData }),
    ...(cluster.tlsServerName === '' ? {} : { tlsServerName: cluster.tlsServerName }),
    ...(cluster.proxyUrl === '' ? {} : { proxyUrl: cluster.proxyUrl }),
  };
}

/** By status and code, never by message: what the server wrote is not repeated. */
function clusterFailure(server: string, error: unknown, timedOut: boolean): Failure {
  const attempt = `the API server ${cleanText(server)}`;
  const status = statusOf(error);
  if (status === 401) {
    return new Failure('cluster', `${attempt} does not accept the token`, {
      hint: 'Compare its AuthenticationConfiguration with the one that setup prints (issuer letter by letter, audience = client id, CA, claims), and see its log.',
      cause: '401',
    });
  }
  if (status === 404) {
    return new Failure('cluster', `${attempt} knows no SelfSubjectReview`, {
      hint: 'It is older than Kubernetes 1.28: look with "kubectl auth can-i --list".',
    });
  }
  if (status !== undefined) {
    return new Failure('cluster', `${attempt} refused to say who the token belongs to`, {
      cause: `${status}`,
    });
  }
  return networkFailure(server, error, timedOut ? timeoutMs : undefined);
}

function statusOf(error: unknown): number | undefined {
  return error instanceof Error && 'code' in error && typeof error.code === 'number' ? error.code : undefined;
}
