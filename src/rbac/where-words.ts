// Where access is read from, as every command about access lets people say it: a cluster, manifests, or a snapshot
// that was saved. Words → a value that cannot be wrong.

import { Failure } from '../failure.ts';
import { cleanText } from '../foreign-text.ts';
import { type TypedWords, textOf, textsOf } from '../typed-words.ts';

export const whereOptions = {
  context: { type: 'string', describe: 'context of the cluster to read (default: the current one)' },
  kubeconfig: { type: 'string', describe: 'kubeconfig file to use instead of KUBECONFIG' },
  as: { type: 'string', describe: 'user to act as when the cluster is read' },
  'as-group': { type: 'string', describe: 'group to act as besides; may be given several times' },
  filename: {
    alias: 'f',
    type: 'string',
    describe: 'read manifests instead of a cluster: a file, a folder, or - for stdin; several times',
  },
  stock: {
    type: 'boolean',
    describe: 'with --filename: add the roles and bindings that Kubernetes brings by itself',
  },
  'kubernetes-version': {
    type: 'string',
    completes: ['1.36'],
    describe: 'with --filename: whose roles and bindings to add (implies --stock; 1.36 is there)',
  },
  snapshot: {
    type: 'string',
    completes: 'file',
    describe: 'read a file that --save-snapshot wrote instead of a cluster',
  },
  'save-snapshot': {
    type: 'string',
    completes: 'file',
    describe: 'read everything and keep it in this file, for --snapshot',
  },
} as const;

export const namespaceOptions = {
  namespace: { alias: 'n', type: 'string', describe: "namespace (default: the context's)" },
  'all-namespaces': { alias: 'A', type: 'boolean', describe: 'all namespaces' },
} as const;

/** The Kubernetes version whose roles come with this program (`stock()`). */
export const stockVersion = '1.36';

export type LiveWhere = {
  readonly kind: 'live';
  readonly kubeconfig: string | undefined;
  readonly context: string | undefined;
  readonly impersonate: { readonly user: string; readonly groups: readonly string[] } | undefined;
  readonly saveTo: string | undefined;
};

export type ManifestsWhere = {
  readonly kind: 'manifests';
  /** Files, folders, `-` for stdin. */
  readonly paths: readonly string[];
  readonly stock: boolean;
  readonly saveTo: string | undefined;
};

export type SnapshotWhere = { readonly kind: 'snapshot'; readonly path: string };

export type Where = LiveWhere | ManifestsWhere | SnapshotWhere;

/** Fails with `usage` for words that name two places, or that belong to another one. */
export function parseWhere(words: TypedWords): Where {
  const paths = textsOf(words, 'filename');
  const path = textOf(words, 'snapshot');
  if (path !== undefined) {
    refuseBeside(words, 'snapshot', [...ofManifests, ...ofClusters, 'save-snapshot']);
    return { kind: 'snapshot', path };
  }
  if (paths.length > 0) {
    refuseBeside(words, 'filename', ofClusters);
    return manifestsIn(words, paths);
  }
  for (const flag of ['stock', 'kubernetes-version']) {
    if (isGiven(words, flag))
      throw new Failure('usage', `--${flag} is for manifests`, { hint: 'Name them with -f.' });
  }
  return {
    kind: 'live',
    kubeconfig: textOf(words, 'kubeconfig'),
    context: textOf(words, 'context'),
    impersonate: impersonationIn(words),
    saveTo: textOf(words, 'save-snapshot'),
  };
}

const ofManifests = ['filename', 'stock', 'kubernetes-version'];
const ofClusters = ['context', 'kubeconfig', 'as', 'as-group'];

function isGiven(words: TypedWords, flag: string): boolean {
  return words[flag] === true || textsOf(words, flag).length > 0;
}

function refuseBeside(words: TypedWords, flag: string, others: readonly string[]): void {
  const other = others.find((each) => isGiven(words, each));
  if (other === undefined) return;
  throw new Failure('usage', `--${flag} and --${other} do not go together`, {
    hint: 'Access is read from one place: a cluster, manifests (-f), or a snapshot.',
  });
}

function manifestsIn(words: TypedWords, paths: readonly string[]): ManifestsWhere {
  const version = textOf(words, 'kubernetes-version');
  if (version !== undefined && !isStockVersion(version)) {
    throw new Failure('usage', `the roles of Kubernetes ${cleanText(version, 40)} are not known here`, {
      hint: `Those of ${stockVersion} are; for another version save a snapshot of a cluster that runs it.`,
    });
  }
  const stock = words.stock === true || version !== undefined;
  return { kind: 'manifests', paths, stock, saveTo: textOf(words, 'save-snapshot') };
}

/** `1.36`, `v1.36`, `v1.36.3`: of one minor version the roles stay as they are. */
function isStockVersion(version: string): boolean {
  const plain = version.replace(/^v/, '');
  return plain === stockVersion || plain.startsWith(`${stockVersion}.`);
}

function impersonationIn(words: TypedWords): LiveWhere['impersonate'] {
  const user = textOf(words, 'as');
  const groups = textsOf(words, 'as-group');
  if (user !== undefined) return { user, groups };
  if (groups.length === 0) return undefined;
  throw new Failure('usage', '--as-group was given without --as', {
    hint: 'The API server acts as groups only together with a user: give --as USER too.',
  });
}

/** One namespace, all of them, or the one of the context. */
export type NamespaceWish =
  | { readonly kind: 'one'; readonly namespace: string }
  | { readonly kind: 'all' }
  | { readonly kind: 'default' };

const label = /^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/;

/** Fails with `usage` when both are given, and for what no namespace can be called (RFC 1123). */
export function parseNamespaceWish(words: TypedWords): NamespaceWish {
  const namespace = textOf(words, 'namespace');
  const isAll = words['all-namespaces'] === true;
  if (namespace === undefined) return { kind: isAll ? 'all' : 'default' };
  if (isAll) {
    throw new Failure('usage', '--namespace and --all-namespaces do not go together', {
      hint: 'Give one of them.',
    });
  }
  if (label.test(namespace)) return { kind: 'one', namespace };
  throw new Failure('usage', `"${cleanText(namespace, 80)}" is no name of a namespace`, {
    hint: 'It has lower-case letters, digits and "-" only; -A is for all of them.',
  });
}
