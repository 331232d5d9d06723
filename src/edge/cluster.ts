// What an API server says, asked with a token that was handed over in-process: no kubeconfig is loaded, no exec
// entry is run. client-node is imported when first needed, since it loads a thousand files.

import type { Middleware } from '@kubernetes/client-node';
import { Failure } from '../failure.ts';
import { cleanText } from '../foreign-text.ts';
import type { ExecCluster } from '../oidc/exec-credential.ts';
import type { SeenUser } from '../oidc/seen-by-cluster.ts';

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

const networkHints: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'Nothing listens there: check the server address and that the cluster runs.',
  ENOTFOUND: 'The name is not known: check the server address, your network or VPN.',
  EAI_AGAIN: 'Names cannot be looked up right now: check your network.',
  ECONNRESET: 'It closed the connection: check for a proxy in between.',
};
const tlsHint =
  'Its certificate is not trusted: check the certificate-authority of the cluster in the kubeconfig.';

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
  if (timedOut) {
    return new Failure('cluster', `${attempt} did not answer within ${timeoutMs / 1000} seconds`, {
      hint: 'Check the server address, your network or VPN.',
    });
  }
  const code = deepestCode(error);
  const isTls = /CERT|SIGNATURE|ISSUER|_TLS_|_SSL_|EPROTO/.test(code);
  const hint = isTls ? tlsHint : (networkHints[code] ?? 'Check the server address, your network or VPN.');
  return new Failure('cluster', `cannot reach ${attempt}`, {
    hint,
    cause: code === '' ? 'no reason given' : code,
  });
}

function statusOf(error: unknown): number | undefined {
  return error instanceof Error && 'code' in error && typeof error.code === 'number' ? error.code : undefined;
}

/** fetch wraps the reason of the socket. */
function deepestCode(error: unknown): string {
  if (!(error instanceof Error)) return '';
  const inner = deepestCode(error.cause);
  if (inner !== '') return inner;
  return 'code' in error && typeof error.code === 'string' ? cleanText(error.code, 60) : '';
}
