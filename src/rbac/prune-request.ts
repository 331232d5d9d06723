// What the person asked of `prune`. Words → a request that cannot be wrong.

import { Failure } from '../failure.ts';
import { cleanText } from '../foreign-text.ts';
import { type TypedWords, textOf } from '../typed-words.ts';
import { clusterOptions, liveWhere, writeOptions } from './grant-request.ts';
import { type PlaceWish, parsePlaceWish, placeOptions } from './grant-wishes.ts';
import type { LiveWhere } from './where-words.ts';

export const pruneOptions = {
  namespace: { ...placeOptions.namespace, describe: 'only there (default: everywhere)' },
  manifest: { type: 'boolean', describe: 'print a CronJob that prunes, with an account of least rights' },
  image: { type: 'string', describe: 'with --manifest: the container image that holds kubectl-oidc' },
  schedule: { type: 'string', describe: "with --manifest: when it runs (default '*/10 * * * *')" },
  'manifest-namespace': {
    type: 'string',
    completes: 'namespace',
    describe: 'with --manifest: where it runs (default kubectl-oidc)',
  },
  ...writeOptions,
  ...clusterOptions,
} as const;

/** `manifest` prints and touches no cluster; `prune` removes. */
export type PruneRequest =
  | {
      readonly kind: 'manifest';
      readonly image: string;
      readonly schedule: string;
      readonly namespace: string;
    }
  | {
      readonly kind: 'prune';
      readonly where: LiveWhere;
      readonly place: PlaceWish;
      readonly dryRun: boolean;
      readonly yes: boolean;
    };

/** Fails with `usage`, naming the flag. */
export function parsePrune(words: TypedWords): PruneRequest {
  if (words.manifest === true) return manifestRequest(words);
  const alone = ['image', 'schedule', 'manifest-namespace'].find((flag) => textOf(words, flag) !== undefined);
  if (alone !== undefined)
    throw new Failure('usage', `--${alone} is for --manifest`, { hint: 'Give both, or neither.' });
  const place = parsePlaceWish(words);
  return {
    kind: 'prune',
    where: liveWhere(words),
    place: place.kind === 'default' ? { kind: 'everywhere' } : place,
    dryRun: words['dry-run'] === true,
    yes: words.yes === true,
  };
}

function manifestRequest(words: TypedWords): PruneRequest {
  const image = textOf(words, 'image');
  if (image === undefined) {
    throw new Failure(
      'usage',
      '--image is missing: the CronJob needs a container image that holds kubectl-oidc',
      {
        hint: 'Build one from the release archive (docs/granting.md shows how), and give --image REGISTRY/NAME@DIGEST.',
      },
    );
  }
  const schedule = textOf(words, 'schedule') ?? '*/10 * * * *';
  if (!/^(@(hourly|daily|weekly)|\S+( \S+){4})$/.test(schedule)) {
    throw new Failure('usage', `--schedule is "${cleanText(schedule, 60)}"`, {
      hint: "Give five fields as for cron, e.g. '*/10 * * * *', or @hourly.",
    });
  }
  return {
    kind: 'manifest',
    image,
    schedule,
    namespace: textOf(words, 'manifest-namespace') ?? 'kubectl-oidc',
  };
}
