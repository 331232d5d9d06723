// What the person asked of `prune`. Words → a request that cannot be wrong.

import type { TypedWords } from '../typed-words.ts';
import { type CronWish, cronOptions, parseCronWish, refuseCronWords } from './cron-request.ts';
import { clusterOptions, liveWhere, writeOptions } from './grant-request.ts';
import { type PlaceWish, parsePlaceWish, placeOptions } from './grant-wishes.ts';
import type { LiveWhere } from './where-words.ts';

const usual = '*/10 * * * *';

export const pruneOptions = {
  namespace: { ...placeOptions.namespace, describe: 'only there (default: everywhere)' },
  manifest: { type: 'boolean', describe: 'print a CronJob that prunes, with an account of least rights' },
  ...cronOptions,
  schedule: { ...cronOptions.schedule, describe: `with --manifest: when it runs (default '${usual}')` },
  ...writeOptions,
  ...clusterOptions,
} as const;

/** `manifest` prints and touches no cluster; `prune` removes. */
export type PruneRequest =
  | ({ readonly kind: 'manifest' } & CronWish)
  | {
      readonly kind: 'prune';
      readonly where: LiveWhere;
      readonly place: PlaceWish;
      readonly dryRun: boolean;
      readonly yes: boolean;
    };

/** Fails with `usage`, naming the flag. */
export function parsePrune(words: TypedWords): PruneRequest {
  if (words.manifest === true) return { kind: 'manifest', ...parseCronWish(words, usual) };
  refuseCronWords(words);
  const place = parsePlaceWish(words);
  return {
    kind: 'prune',
    where: liveWhere(words),
    place: place.kind === 'default' ? { kind: 'everywhere' } : place,
    dryRun: words['dry-run'] === true,
    yes: words.yes === true,
  };
}
