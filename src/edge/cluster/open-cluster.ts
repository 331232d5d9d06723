// The cluster that a command is about: the context's server, with the proof of the context's user.

import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { Failure } from '../../failure.ts';
import { cleanText } from '../../foreign-text.ts';
import type { Host } from '../../host.ts';
import { parseFields } from '../../json-fields.ts';
import { execClusterOf } from '../../oidc/api-server.ts';
import {
  clusterOfContext,
  contextNamed,
  type KubeContext,
  type Kubeconfig,
  userOfContext,
  whereLooked,
} from '../../oidc/kubeconfig.ts';
import { clusterCaBase64, readKubeconfig } from '../kubeconfig/kubeconfig.ts';
import { readUserProof, type UserProof } from '../kubeconfig/user-proof.ts';
import { type ApiClient, type Impersonation, openApiClient } from './api-client.ts';
import { execProof } from './exec-proof.ts';

export type ClusterChoice = {
  /** `--kubeconfig`: this file alone. */
  readonly kubeconfig: string | undefined;
  /** `--context`; default: the current one. */
  readonly context: string | undefined;
  readonly impersonate?: Impersonation | undefined;
};

export type OpenCluster = {
  readonly api: ApiClient;
  /** The context's name; '' inside a cluster, where there is no kubeconfig. */
  readonly context: string;
  /** Where a command acts when no namespace is given. */
  readonly namespace: string;
  /** What the bearer token says, where it is a JWT: never checked here, for comparing names only. */
  readonly claims: Readonly<Record<string, unknown>> | undefined;
};

/**
 * Opens what kubectl would talk to. Fails with `usage` for an unknown context or none, `refused` for an address that
 * is not https, and as the user's exec entry does.
 */
export async function openCluster(choice: ClusterChoice, host: Host): Promise<OpenCluster> {
  const { environment, signal } = host;
  const kubeconfig = await readKubeconfig({ file: choice.kubeconfig, environment });
  const name = choice.context ?? kubeconfig.currentContext;
  const isBare = choice.kubeconfig === undefined && name === '' && kubeconfig.contexts.length === 0;
  if (isBare && environment.KUBERNETES_SERVICE_HOST) return openOwnCluster(choice, host);
  const context = contextFor(kubeconfig, name);
  const kubeCluster = clusterOfContext(kubeconfig, context);
  const cluster = execClusterOf(kubeCluster, await clusterCaBase64(kubeCluster));
  const proof = await proofOf(kubeconfig, context, { cluster, host });
  const api = openApiClient({ cluster, proof, environment, signal, impersonate: choice.impersonate });
  return {
    api,
    context: context.name,
    namespace: context.namespace || 'default',
    claims: claimsIn(proof),
  };
}

function claimsIn(proof: UserProof): OpenCluster['claims'] {
  const [, payload] = 'token' in proof ? proof.token.split('.') : [];
  return payload === undefined ? undefined : parseFields(Buffer.from(payload, 'base64url').toString('utf8'));
}

function contextFor(kubeconfig: Kubeconfig, name: string): KubeContext {
  if (name !== '') return contextNamed(kubeconfig, name);
  const [only, ...others] = kubeconfig.contexts;
  throw new Failure('usage', `${whereLooked(kubeconfig)} names no current context`, {
    hint:
      only === undefined
        ? 'Give --kubeconfig FILE, or -f FILE for manifests.'
        : `Give --context NAME, e.g. ${cleanText(only.name)}${others.length > 0 ? ', or another one there' : ''}.`,
  });
}

async function proofOf(
  kubeconfig: Kubeconfig,
  context: KubeContext,
  { cluster, host }: { readonly cluster: ReturnType<typeof execClusterOf>; readonly host: Host },
): Promise<UserProof> {
  const user = userOfContext(kubeconfig, context);
  if (user?.exec !== undefined) return execProof({ entry: user.exec, file: user.file, cluster }, host);
  const proof = user === undefined ? undefined : await readUserProof(user);
  if (proof !== undefined) return proof;
  throw new Failure(
    'usage',
    `context "${cleanText(context.name)}" has no user with an exec entry, a token or a client certificate`,
    { hint: 'Make it sign in with "kubectl oidc setup", or use another context with --context.' },
  );
}

/** Inside a pod: the service account's own files (Kubernetes, "Accessing the API from a Pod"). */
function openOwnCluster(choice: ClusterChoice, { environment, signal }: Host): OpenCluster {
  const folder = '/var/run/secrets/kubernetes.io/serviceaccount';
  const read = (name: string): string => {
    try {
      return readFileSync(resolve(folder, name), 'utf8');
    } catch {
      throw new Failure('file', `the service account's ${name} of this pod cannot be read`, {
        hint: 'Let the pod mount its service account token, or give --kubeconfig.',
      });
    }
  };
  const { KUBERNETES_SERVICE_HOST: name = '', KUBERNETES_SERVICE_PORT: port = '443' } = environment;
  const cluster = {
    server: `https://${name.includes(':') ? `[${name}]` : name}:${port}`,
    tlsServerName: '',
    insecureSkipTlsVerify: false,
    certificateAuthorityData: Buffer.from(read('ca.crt')).toString('base64'),
    proxyUrl: '',
  };
  const proof = { token: read('token').trim() };
  const api = openApiClient({ cluster, proof, environment, signal, impersonate: choice.impersonate });
  return { api, context: '', namespace: read('namespace').trim(), claims: undefined };
}
