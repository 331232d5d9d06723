// Rows of a snapshot for an engine that joins many clusters, as people ask for them; and the CronJob that makes them.

import { Failure } from '../failure.ts';
import { cleanText } from '../foreign-text.ts';
import { cronManifests } from '../rbac/cron-manifest.ts';
import { type CronWish, cronOptions, parseCronWish, refuseCronWords } from '../rbac/cron-request.ts';
import { rbacGroup } from '../rbac/manifest.ts';
import { parseWhere, type Where } from '../rbac/where-words.ts';
import { type TypedWords, textOf, textsOf } from '../typed-words.ts';

const usual = '17 3 * * *';

export const exportOptions = {
  export: {
    type: 'string',
    completes: 'file',
    describe:
      'write the access of this cluster as rows for SQL: a file (.ndjson, .ndjson.gz), a folder/, or - for stdout',
  },
  'cluster-name': {
    type: 'string',
    describe: 'with --export and --manifest: what the cluster is called among others (default: the context)',
  },
  manifest: { type: 'boolean', describe: 'print a CronJob that exports, with an account of least rights' },
  'volume-claim': {
    type: 'string',
    describe: 'with --manifest: the PersistentVolumeClaim to write into (default: to the log)',
  },
  ...cronOptions,
  schedule: { ...cronOptions.schedule, describe: `with --manifest: when it runs (default '${usual}')` },
} as const;

export type ExportRequest = {
  readonly kind: 'export';
  /** A file, `folder/`, or `-`. */
  readonly path: string;
  /** undefined: the context's. */
  readonly clusterName: string | undefined;
  readonly where: Where;
};

export type ExportManifestRequest = CronWish & {
  readonly kind: 'manifest';
  readonly clusterName: string;
  readonly volumeClaim: string | undefined;
};

/** Whether the words ask for rows or for their CronJob, rather than for a review. Fails with `usage`. */
export function parseExport(words: TypedWords): ExportRequest | ExportManifestRequest | undefined {
  // yargs takes the word "-" behind a long flag for nothing, and hands "" over.
  const path = words.export === '' ? '-' : textOf(words, 'export');
  if (words.manifest === true) return manifestRequest(words, path);
  refuseCronWords(words);
  const alone = ['volume-claim', ...(path === undefined ? ['cluster-name'] : [])].find(
    (flag) => words[flag] !== undefined,
  );
  if (alone !== undefined) {
    throw new Failure(
      'usage',
      `--${alone} was given without ${alone === 'volume-claim' ? '--manifest' : '--export'}`,
      {
        hint: 'Give both, or neither.',
      },
    );
  }
  if (path === undefined) return undefined;
  refuseBeside(words, 'export');
  return { kind: 'export', path, clusterName: clusterNameIn(words), where: parseWhere(words) };
}

/** What a review shows is not what is exported: that is always everything. */
function refuseBeside(words: TypedWords, flag: string): void {
  const others = [
    'output',
    'by',
    'search',
    'risky',
    'hide-system',
    'namespace',
    'contexts',
    'subject',
    'sign-off',
  ];
  const other = others.find(
    (each) => textsOf(words, each).length > 0 || (words[each] === true && each !== 'subject'),
  );
  if (other === undefined) return;
  throw new Failure(
    'usage',
    `--${flag} and ${other === 'subject' ? 'a subject' : `--${other}`} do not go together`,
    {
      hint: 'It is about the whole cluster; SQL chooses.',
    },
  );
}

function manifestRequest(words: TypedWords, path: string | undefined): ExportManifestRequest {
  refuseBeside(words, 'manifest');
  if (path !== undefined) {
    throw new Failure('usage', '--manifest and --export do not go together', {
      hint: 'The CronJob writes into --volume-claim, or to its log.',
    });
  }
  const clusterName = clusterNameIn(words);
  if (clusterName === undefined) {
    throw new Failure(
      'usage',
      '--cluster-name is missing: inside a cluster nothing tells what it is called',
      {
        hint: 'Give the name that queries should show.',
      },
    );
  }
  return {
    kind: 'manifest',
    ...parseCronWish(words, usual),
    clusterName,
    volumeClaim: textOf(words, 'volume-claim'),
  };
}

function clusterNameIn(words: TypedWords): string | undefined {
  const name = textOf(words, 'cluster-name');
  if (name === undefined || /^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$/.test(name)) return name;
  throw new Failure('usage', `--cluster-name is "${cleanText(name, 60)}"`, {
    hint: 'It is letters, digits, "-", "_" and ".", at most 100.',
  });
}

/** The account may list roles and bindings, and nothing else. */
export function exportManifests(request: ExportManifestRequest): readonly object[] {
  const { image, schedule, namespace, clusterName, volumeClaim } = request;
  const resources = ['roles', 'clusterroles', 'rolebindings', 'clusterrolebindings'];
  const volume = volumeClaim === undefined ? undefined : { claim: volumeClaim, path: '/snapshots' };
  return cronManifests({
    does: 'export',
    words: [
      'review',
      '--export',
      volume === undefined ? '-' : `${volume.path}/`,
      '--cluster-name',
      clusterName,
    ],
    rules: [{ apiGroups: [rbacGroup], resources, verbs: ['list'] }],
    image,
    schedule,
    namespace,
    ...(volume !== undefined && { volume }),
  });
}

/** `prod-20261125T031700Z.ndjson.gz`. */
export function exportFileName(clusterName: string, takenAt: string): string {
  const stamp = takenAt.replace(/\.\d+Z$/, 'Z').replaceAll(/[-:]/g, '');
  return `${clusterName.replaceAll(/[^A-Za-z0-9._-]/g, '-')}-${stamp || 'undated'}.ndjson.gz`;
}
