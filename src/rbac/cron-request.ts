// What people say of a CronJob that a command prints with --manifest. Words → a value that cannot be wrong.

import { Failure } from '../failure.ts';
import { cleanText } from '../foreign-text.ts';
import { type TypedWords, textOf } from '../typed-words.ts';

export const cronOptions = {
  image: { type: 'string', describe: 'with --manifest: the container image that holds kubectl-oidc' },
  schedule: { type: 'string', describe: 'with --manifest: when it runs, as for cron' },
  'manifest-namespace': {
    type: 'string',
    completes: 'namespace',
    describe: 'with --manifest: where it runs (default kubectl-oidc)',
  },
} as const;

export type CronWish = { readonly image: string; readonly schedule: string; readonly namespace: string };

/** Fails with `usage` for flags of a manifest where none was asked for. */
export function refuseCronWords(words: TypedWords): void {
  const alone = Object.keys(cronOptions).find((flag) => textOf(words, flag) !== undefined);
  if (alone !== undefined)
    throw new Failure('usage', `--${alone} is for --manifest`, { hint: 'Give both, or neither.' });
}

/** Fails with `usage`, naming the flag. */
export function parseCronWish(words: TypedWords, usual: string): CronWish {
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
  const schedule = textOf(words, 'schedule') ?? usual;
  if (!/^(@(hourly|daily|weekly)|\S+( \S+){4})$/.test(schedule)) {
    throw new Failure('usage', `--schedule is "${cleanText(schedule, 60)}"`, {
      hint: "Give five fields as for cron, e.g. '*/10 * * * *', or @hourly.",
    });
  }
  return { image, schedule, namespace: textOf(words, 'manifest-namespace') ?? 'kubectl-oidc' };
}
