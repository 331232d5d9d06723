// Where a login is put: which context, new or not, on which cluster. Nothing that belongs to somebody else is
// taken over here unless the person named it.

import { Failure } from '../failure.ts';
import { cleanText } from '../foreign-text.ts';
import { isOurEntry } from './exec-entry.ts';
import {
  clusterOfContext,
  contextNamed,
  type KubeCluster,
  type KubeContext,
  type Kubeconfig,
  userOfContext,
} from './kubeconfig.ts';

export type SetupTarget =
  /** The cluster of the current context, in a context of its own. */
  | { readonly kind: 'current' }
  /** An existing context, which gets the new user. */
  | { readonly kind: 'context'; readonly name: string }
  /** A cluster by name; `server` makes a new one. `caBase64` is '' for the system's CAs. */
  | {
      readonly kind: 'cluster';
      readonly name: string;
      readonly server: string;
      readonly caBase64: string;
      readonly contextName: string | undefined;
    };

/** Where the login goes: the context (which may not exist yet) and its cluster (likewise). */
export type Place = {
  readonly contextName: string;
  readonly existing: KubeContext | undefined;
  readonly cluster: KubeCluster;
  readonly isNewCluster: boolean;
  readonly namespace: string;
};

/**
 * The place a target means. Fails with `usage` on unknown names, with `conflict` where the name that a new entry
 * would get belongs to something else.
 */
export function placeOf(kubeconfig: Kubeconfig, target: SetupTarget): Place {
  if (target.kind === 'cluster') return placeOfCluster(kubeconfig, target);
  if (target.kind === 'context') return placeOfContext(kubeconfig, contextNamed(kubeconfig, target.name));
  if (kubeconfig.currentContext === '') {
    throw new Failure('usage', 'there is no current context to take the cluster from', {
      hint: 'Give --context NAME, or --cluster NAME --server URL for a new cluster.',
    });
  }
  const current = contextNamed(kubeconfig, kubeconfig.currentContext);
  const user = userOfContext(kubeconfig, current);
  if (user?.exec !== undefined && isOurEntry(user.exec)) return placeOfContext(kubeconfig, current);
  const contextName = withSuffix(current.name);
  const existing = kubeconfig.contexts.find((context) => context.name === contextName);
  refuseForeign(kubeconfig, existing, current.cluster);
  return { ...placeOfContext(kubeconfig, current), contextName, existing };
}

function placeOfContext(kubeconfig: Kubeconfig, context: KubeContext): Place {
  return {
    contextName: context.name,
    existing: context,
    cluster: clusterOfContext(kubeconfig, context),
    isNewCluster: false,
    namespace: context.namespace,
  };
}

function placeOfCluster(kubeconfig: Kubeconfig, target: SetupTarget & { kind: 'cluster' }): Place {
  const found = kubeconfig.clusters.find((cluster) => cluster.name === target.name);
  const contextName = target.contextName ?? target.name;
  const existing = kubeconfig.contexts.find((context) => context.name === contextName);
  refuseForeign(kubeconfig, existing, target.name);
  if (found === undefined && target.server === '') {
    throw new Failure('usage', `there is no cluster "${cleanText(target.name)}" yet`, {
      hint: 'Give --server URL as well, and --cluster-certificate-authority FILE unless its certificate is a public one.',
    });
  }
  if (found !== undefined && target.server !== '' && target.server !== found.server) {
    throw conflict(
      `cluster "${target.name}" is at ${found.server}, not at ${target.server}`,
      '--cluster NAME',
    );
  }
  if (found !== undefined && target.caBase64 !== '' && target.caBase64 !== found.certificateAuthorityData) {
    throw conflict(`cluster "${target.name}" has another certificate authority`, '--cluster NAME');
  }
  const cluster = found ?? newCluster(kubeconfig, target);
  return { contextName, existing, cluster, isNewCluster: found === undefined, namespace: '' };
}

/** A context that the person did not name is only changed when it is a login of ours on the same cluster. */
function refuseForeign(kubeconfig: Kubeconfig, existing: KubeContext | undefined, cluster: string): void {
  if (existing === undefined) return;
  if (existing.cluster !== cluster) {
    throw conflict(`context "${existing.name}" is for cluster "${existing.cluster}"`, '--context NAME');
  }
  const user = userOfContext(kubeconfig, existing);
  if (user !== undefined && !(user.exec !== undefined && isOurEntry(user.exec))) {
    throw new Failure(
      'conflict',
      `context "${cleanText(existing.name)}" exists, with user "${cleanText(user.name)}"`,
      {
        hint: 'Give --context NAME alone to change the user of a context that exists.',
      },
    );
  }
}

function newCluster(kubeconfig: Kubeconfig, target: SetupTarget & { kind: 'cluster' }): KubeCluster {
  return {
    name: target.name,
    file: kubeconfig.defaultFile,
    server: target.server,
    certificateAuthority: '',
    certificateAuthorityData: target.caBase64,
    insecureSkipTlsVerify: false,
    tlsServerName: '',
    proxyUrl: '',
  };
}

/** The user to write when the person named none: the one of ours that the context has, else one called after it. */
export function usualUserName(kubeconfig: Kubeconfig, { existing, contextName }: Place): string {
  const user = existing === undefined ? undefined : userOfContext(kubeconfig, existing);
  return user?.exec !== undefined && isOurEntry(user.exec) ? user.name : withSuffix(contextName);
}

function withSuffix(name: string): string {
  return name.endsWith('-oidc') ? name : `${name}-oidc`;
}

/** An entry of that name is in the way; `flag` is how to choose another. */
export function conflict(what: string, flag: string): Failure {
  return new Failure('conflict', cleanText(what, 300), { hint: `Choose another name with ${flag}.` });
}
