// What a list of kubeconfig files says together, as plain values: contexts, clusters, users, each with its file.
// Merging follows kubectl's rules; reading and writing the files is `edge/kubeconfig.ts`.

import { Failure } from '../failure.ts';
import { cleanText } from '../foreign-text.ts';
import { nearestName } from '../nearest-name.ts';

export type ExecVariable = { readonly name: string; readonly value: string };

/** An exec entry (client.authentication.k8s.io); `command` with a slash is absolute, as kubectl would run it. */
export type ExecEntry = {
  readonly command: string;
  readonly args: readonly string[];
  readonly env: readonly ExecVariable[];
  readonly apiVersion: string;
  readonly interactiveMode: string;
  readonly provideClusterInfo: boolean;
  readonly installHint: string;
};

/** `file` is the kubeconfig that the entry comes from. */
export type KubeContext = {
  readonly name: string;
  readonly file: string;
  readonly cluster: string;
  readonly user: string;
  readonly namespace: string;
};

/** Fields as in the file, '' where absent; `certificateAuthority` is an absolute path, the data wins over it. */
export type KubeCluster = {
  readonly name: string;
  readonly file: string;
  readonly server: string;
  readonly certificateAuthority: string;
  readonly certificateAuthorityData: string;
  readonly insecureSkipTlsVerify: boolean;
  readonly tlsServerName: string;
  readonly proxyUrl: string;
};

/** `exec` is undefined for a user that proves itself in another way. */
export type KubeUser = { readonly name: string; readonly file: string; readonly exec: ExecEntry | undefined };

/** One file of the list; `exists: false` is a file that kubectl would skip. */
export type KubeFile = {
  readonly path: string;
  readonly exists: boolean;
  readonly currentContext: string;
  readonly contexts: readonly KubeContext[];
  readonly clusters: readonly KubeCluster[];
  readonly users: readonly KubeUser[];
};

/** The merged view; `files` keeps the list's order, `defaultFile` is where kubectl puts what is new. */
export type Kubeconfig = {
  readonly files: readonly { readonly path: string; readonly exists: boolean }[];
  readonly defaultFile: string;
  readonly currentContext: string;
  readonly contexts: readonly KubeContext[];
  readonly clusters: readonly KubeCluster[];
  readonly users: readonly KubeUser[];
};

/**
 * The files as one, by kubectl's rules: the first file that names an entry wins with the whole entry, the first
 * that sets current-context wins. New things go to the first file that exists, else to the last of the list.
 */
export function mergeKubeFiles(files: readonly KubeFile[]): Kubeconfig {
  const home = files.find((file) => file.exists) ?? files.at(-1);
  return {
    files: files.map(({ path, exists }) => ({ path, exists })),
    defaultFile: home?.path ?? '',
    currentContext: files.find((file) => file.currentContext !== '')?.currentContext ?? '',
    contexts: firstOfEachName(files.flatMap((file) => file.contexts)),
    clusters: firstOfEachName(files.flatMap((file) => file.clusters)),
    users: firstOfEachName(files.flatMap((file) => file.users)),
  };
}

function firstOfEachName<Entry extends { readonly name: string }>(entries: readonly Entry[]): Entry[] {
  const byName = new Map<string, Entry>();
  for (const entry of entries) if (!byName.has(entry.name)) byName.set(entry.name, entry);
  return [...byName.values()];
}

/** The context of that name. Fails with `usage`, offering the nearest spelling. */
export function contextNamed(kubeconfig: Kubeconfig, name: string): KubeContext {
  const found = kubeconfig.contexts.find((context) => context.name === name);
  if (found !== undefined) return found;
  throw new Failure('usage', `there is no context "${cleanText(name)}" in ${whereLooked(kubeconfig)}`, {
    hint: offer(
      name,
      kubeconfig.contexts.map((context) => context.name),
    ),
  });
}

/** The cluster that a context names. Fails with `usage` when the kubeconfig does not define it. */
export function clusterOfContext(kubeconfig: Kubeconfig, context: KubeContext): KubeCluster {
  const found = kubeconfig.clusters.find((cluster) => cluster.name === context.cluster);
  if (found !== undefined) return found;
  throw new Failure(
    'usage',
    `context "${cleanText(context.name)}" names cluster "${cleanText(context.cluster)}", which ${whereLooked(kubeconfig)} does not define`,
    {
      hint: offer(
        context.cluster,
        kubeconfig.clusters.map((cluster) => cluster.name),
      ),
    },
  );
}

/** The user that a context names, undefined when it names none or one that is not defined. */
export function userOfContext(kubeconfig: Kubeconfig, context: KubeContext): KubeUser | undefined {
  return kubeconfig.users.find((user) => user.name === context.user);
}

/** The files that were read, for messages. */
export function whereLooked(kubeconfig: Kubeconfig): string {
  return kubeconfig.files.map((file) => cleanText(file.path)).join(', ');
}

/** What to say beside an unknown name: the nearest spelling, else the names there are. */
export function offer(name: string, known: readonly string[]): string {
  if (known.length === 0) return 'It defines none.';
  const nearest = nearestName(name, known);
  if (nearest !== undefined) return `Did you mean "${cleanText(nearest)}"?`;
  const shown = known.slice(0, 10).map((each) => cleanText(each, 60));
  return `There are: ${shown.join(', ')}${known.length > shown.length ? ', …' : ''}.`;
}
