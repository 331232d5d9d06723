// A sign-off as people ask for it, and what must fit together before the first question.

import { Failure } from '../failure.ts';
import { cleanText } from '../foreign-text.ts';
import { counted, countedAre, numberWords } from '../number-words.ts';
import { type LiveWhere, parseNamespaceWish, parseWhere } from '../rbac/where-words.ts';
import { type TypedWords, textOf } from '../typed-words.ts';
import { progressOf, type SignOff, type SignOffGrant } from './sign-off.ts';

export const signOffOptions = {
  'sign-off': {
    type: 'string',
    completes: 'file',
    describe:
      'go through the grants one by one (keep, revoke, ask), keep what is decided in this file, and go on there',
  },
} as const;

export type SignOffRequest = {
  readonly path: string;
  /** undefined: all of them, or those that the pass began with. */
  readonly namespace: string | undefined;
  readonly hidesSystem: boolean;
  readonly where: LiveWhere;
};

/** Fails with `usage` beside what belongs to a review without questions, in another's name, and offline. */
export function parseSignOffRequest(words: TypedWords): SignOffRequest {
  const path = textOf(words, 'sign-off');
  if (path === undefined) {
    throw new Failure('usage', '--sign-off names no file', { hint: 'Give one that keeps what is decided.' });
  }
  const other = [
    'output',
    'by',
    'search',
    'contexts',
    'subject',
    'export',
    'manifest',
    'cluster-name',
    'volume-claim',
    'image',
    'schedule',
  ].find((flag) => words[flag] !== undefined);
  if (other !== undefined || words.risky === true) {
    throw new Failure('usage', `--sign-off and --${other ?? 'risky'} do not go together`, {
      hint: 'It asks about every grant; -n and --hide-system narrow it.',
    });
  }
  const where = parseWhere(words);
  if (where.kind !== 'live') {
    throw new Failure('usage', 'a sign-off needs a cluster, which knows who signs', {
      hint: 'Leave -f and --snapshot out.',
    });
  }
  if (where.impersonate !== undefined) {
    throw new Failure('usage', '--sign-off and --as do not go together', {
      hint: 'The decisions would stand under a name that is not of whoever makes them: leave --as out.',
    });
  }
  const wish = parseNamespaceWish(words);
  return {
    path,
    namespace: wish.kind === 'one' ? wish.namespace : undefined,
    hidesSystem: words['hide-system'] === true,
    where,
  };
}

const mostGrants = 5_000;

/** What the pass began with, which goes before what is typed now. */
export function wishOf(pass: SignOff | undefined): Partial<Pick<SignOff, 'namespace' | 'hidesSystem'>> {
  return pass === undefined ? {} : { namespace: pass.namespace, hidesSystem: pass.hidesSystem };
}

/** Fails with `usage` where other grants are meant than those that the pass began with. */
export function refuseOtherWish(
  { path, namespace, hidesSystem }: SignOffRequest,
  pass: SignOff | undefined,
): void {
  if (pass === undefined) return;
  const isSame =
    (namespace === undefined || namespace === pass.namespace) && (!hidesSystem || pass.hidesSystem);
  if (isSame) return;
  throw new Failure('usage', `the sign-off in ${cleanText(path)} is about ${placeWords(pass)}`, {
    hint: 'Go on without -n and --hide-system, or begin another in a file of its own.',
  });
}

function placeWords({ namespace, hidesSystem }: SignOff): string {
  const place = namespace === '' ? 'all namespaces' : `namespace ${namespace}`;
  return hidesSystem ? `${place}, without what Kubernetes brings` : place;
}

/** Fails with `usage` for another cluster than that of the pass. */
export function refuseOtherCluster(path: string, pass: SignOff | undefined, server: string): void {
  if (pass === undefined || pass.server === server) return;
  throw new Failure(
    'usage',
    `the sign-off in ${cleanText(path)} is of ${cleanText(pass.server)}, and this is ${server}`,
    {
      hint: 'Give the --context that it was begun with, or another file.',
    },
  );
}

/** Fails with `usage` where a pass would outgrow a person, and its file. */
export function refuseTooMany({ length }: readonly SignOffGrant[]): void {
  if (length <= mostGrants) return;
  throw new Failure(
    'usage',
    `there are ${numberWords(length)} grants, more than a person can sign off at once`,
    {
      hint: `Take one namespace with -n, or leave out what Kubernetes brings with --hide-system; ${numberWords(mostGrants)} is the most.`,
    },
  );
}

/** Where the pass stands; `before` is as it was found, `now` with the reading of today. */
export function introduction(
  before: SignOff,
  now: SignOff,
  grants: readonly SignOffGrant[],
): readonly string[] {
  const { holding, open, changed, gone } = progressOf(before, grants);
  const last = before.readings.at(-1);
  const lead = `${counted(grants.length, 'grant')} in ${cleanText(before.cluster)}, ${placeWords(before)}: ${holding.size} decided, ${open.length} to go.`;
  if (last === undefined || now === before) return [lead];
  return [
    lead,
    `Roles or bindings changed since ${last.takenAt}: ${countedAre(changed.length, 'decision')} asked again, since the grant is another now; ${countedAre(gone.length, 'decision')} about what is gone.`,
  ];
}
