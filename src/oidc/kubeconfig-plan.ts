// What setup will change in the kubeconfig, decided before anything is written: edits as values, and the words
// for them.

import { cleanText } from '../foreign-text.ts';
import { isOurEntry } from './exec-entry.ts';
import type { ExecEntry, KubeCluster, Kubeconfig, KubeUser } from './kubeconfig.ts';
import { conflict, type Place, placeOf, type SetupTarget, usualUserName } from './kubeconfig-place.ts';

/** A key of a mapping, or the entry of a list that has this name. */
export type EditStep = string | { readonly named: string };
export type EditValue = string | boolean | readonly EditValue[] | { readonly [key: string]: EditValue };
/** One value to set in one file; what is missing on the way to it is made. */
export type KubeEdit = {
  readonly file: string;
  readonly path: readonly EditStep[];
  readonly value: EditValue;
};

export type SetupPlan = {
  readonly edits: readonly KubeEdit[];
  /** One line for each thing that changes or that the person should know. */
  readonly words: readonly string[];
  readonly contextName: string;
  readonly userName: string;
  readonly cluster: KubeCluster;
  /** The entry as it will stand, with the variables that an older one of ours had. */
  readonly entry: ExecEntry;
};

export type SetupWish = {
  readonly target: SetupTarget;
  readonly userName: string | undefined;
  /** Make the context the current one. */
  readonly useContext: boolean;
  readonly entry: ExecEntry;
};

/**
 * The edits that a setup needs; none when everything is there. Fails with `usage` on unknown names and with
 * `conflict` where an entry of that name is somebody else's: nothing that is not ours is overwritten.
 */
export function planSetup(kubeconfig: Kubeconfig, wish: SetupWish): SetupPlan {
  const place = placeOf(kubeconfig, wish.target);
  const userName = wish.userName ?? usualUserName(kubeconfig, place);
  const user = kubeconfig.users.find((each) => each.name === userName);
  const entry: ExecEntry = { ...wish.entry, env: user?.exec?.env ?? [] };
  const parts = [
    planCluster(kubeconfig, place),
    planUser(kubeconfig, { name: userName, existing: user, entry }),
    planContext(kubeconfig, place, userName),
    planCurrent(kubeconfig, place.contextName, wish.useContext),
  ];
  return {
    edits: parts.flatMap((part) => part.edits),
    words: parts.flatMap((part) => part.words),
    contextName: place.contextName,
    userName,
    cluster: place.cluster,
    entry,
  };
}

type Part = { readonly edits: readonly KubeEdit[]; readonly words: readonly string[] };
const unchanged: Part = { edits: [], words: [] };

function planCluster(kubeconfig: Kubeconfig, { cluster, isNewCluster }: Place): Part {
  if (!isNewCluster) return unchanged;
  const ca: Record<string, string> =
    cluster.certificateAuthorityData === ''
      ? {}
      : { 'certificate-authority-data': cluster.certificateAuthorityData };
  return {
    edits: [
      {
        file: kubeconfig.defaultFile,
        path: ['clusters', { named: cluster.name }],
        value: { cluster: { server: cluster.server, ...ca } },
      },
    ],
    words: [`new cluster ${quoted(cluster.name)} at ${cleanText(cluster.server)}`],
  };
}

function planUser(
  kubeconfig: Kubeconfig,
  user: { readonly name: string; readonly existing: KubeUser | undefined; readonly entry: ExecEntry },
): Part {
  const { existing, name, entry } = user;
  if (existing === undefined) {
    const path = ['users', { named: name }] as const;
    const exec = execValue(entry);
    return {
      edits: [{ file: kubeconfig.defaultFile, path, value: { user: { exec } } }],
      words: [`new user ${quoted(name)}`],
    };
  }
  if (existing.exec === undefined || !isOurEntry(existing.exec)) {
    throw conflict(`user "${name}" exists and is not a login of kubectl-oidc`, '--user-name NAME');
  }
  const before = execValue(existing.exec);
  const edits = Object.entries(execValue(entry))
    .filter(([field, value]) => JSON.stringify(before[field]) !== JSON.stringify(value))
    .map(([field, value]) => ({
      file: existing.file,
      path: ['users', { named: name }, 'user', 'exec', field],
      value,
    }));
  if (edits.length === 0) return unchanged;
  const kept = entry.env.map((variable) => cleanText(variable.name));
  return {
    edits,
    words: [
      `changed user ${quoted(name)}: ${edits.map((edit) => edit.path.at(-1)).join(', ')}`,
      ...(kept.length === 0 ? [] : [`user ${quoted(name)} keeps its variables ${kept.join(', ')}`]),
    ],
  };
}

function execValue(entry: ExecEntry): Record<string, EditValue> {
  return {
    apiVersion: entry.apiVersion,
    command: entry.command,
    args: entry.args,
    interactiveMode: entry.interactiveMode,
    provideClusterInfo: entry.provideClusterInfo,
    installHint: entry.installHint,
  };
}

function planContext(kubeconfig: Kubeconfig, place: Place, userName: string): Part {
  const { contextName, existing, cluster, namespace } = place;
  if (existing === undefined) {
    const context = { cluster: cluster.name, user: userName, ...(namespace === '' ? {} : { namespace }) };
    return {
      edits: [
        {
          file: kubeconfig.defaultFile,
          path: ['contexts', { named: contextName }],
          value: { context },
        },
      ],
      words: [
        `new context ${quoted(contextName)}: cluster ${quoted(cluster.name)}, user ${quoted(userName)}`,
      ],
    };
  }
  const sharing = kubeconfig.contexts.filter((each) => each.user === userName && each.name !== contextName);
  const shared = sharing.map((each) => quoted(each.name)).join(', ');
  const alsoWords = shared === '' ? [] : [`user ${quoted(userName)} is also the user of ${shared}`];
  if (existing.user === userName) return { edits: [], words: alsoWords };
  const path = ['contexts', { named: contextName }, 'context', 'user'] as const;
  const stays = existing.user === '' ? '' : ` instead of ${quoted(existing.user)}, which stays in the file`;
  return {
    edits: [{ file: existing.file, path, value: userName }],
    words: [`changed context ${quoted(contextName)}: user ${quoted(userName)}${stays}`, ...alsoWords],
  };
}

function planCurrent(kubeconfig: Kubeconfig, contextName: string, useContext: boolean): Part {
  const { currentContext, defaultFile } = kubeconfig;
  if (currentContext === contextName) return unchanged;
  if (currentContext !== '' && !useContext) return unchanged;
  return {
    edits: [{ file: defaultFile, path: ['current-context'], value: contextName }],
    words: [`current context is now ${quoted(contextName)}`],
  };
}

function quoted(name: string): string {
  return `"${cleanText(name)}"`;
}
