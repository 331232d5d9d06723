// What is to be reviewed, as people type it: words → a request that cannot be wrong.

import { Failure } from '../failure.ts';
import { parseSubjectWord, type SubjectWord } from '../rbac/subject.ts';
import {
  namespaceOptions,
  parseNamespaceWish,
  parseWhere,
  type Where,
  whereOptions,
} from '../rbac/where-words.ts';
import { choiceOf, type TypedWords, textOf, textsOf } from '../typed-words.ts';
import { pivots } from './rows.ts';
import type { View } from './view.ts';

const outputs = ['table', 'json', 'ndjson', 'csv', 'markdown', 'html'] as const;

export const reviewOptions = {
  by: {
    type: 'string',
    completes: pivots,
    describe: 'side to look from: subject (default), resource, role or namespace',
  },
  search: { type: 'string', describe: 'only names with these words, or with these letters in order' },
  risky: { type: 'boolean', describe: 'only rows with a mark of risk, or a role that is not known' },
  'hide-system': {
    type: 'boolean',
    describe: 'leave out roles and bindings named system:…, which Kubernetes brings',
  },
  namespace: {
    ...namespaceOptions.namespace,
    describe: 'what counts in this namespace (default: all namespaces)',
  },
  'all-namespaces': { ...namespaceOptions['all-namespaces'], describe: 'all namespaces (default)' },
  output: {
    alias: 'o',
    type: 'string',
    completes: outputs,
    describe:
      'table (default; on a terminal a screen), json, ndjson, csv, markdown, or html: one page to open in a browser',
  },
  contexts: {
    type: 'string',
    completes: 'context',
    describe: 'contexts to read at the same time: a,b or all',
  },
  ...whereOptions,
} as const;

export type ReviewRequest = {
  /** undefined: everybody. */
  readonly whom: SubjectWord | undefined;
  readonly view: View;
  /** undefined: what fits where stdout goes. */
  readonly output: (typeof outputs)[number] | undefined;
  readonly where: Where;
  /** undefined: `where` is the one place. */
  readonly contexts: 'all' | readonly string[] | undefined;
};

/** Words → request. Fails with `usage`. */
export function parseReview(words: TypedWords): ReviewRequest {
  const subject = textOf(words, 'subject');
  const request = {
    whom: subject === undefined ? undefined : parseSubjectWord(subject),
    view: viewIn(words),
    output: words.output === undefined ? undefined : choiceOf(words, 'output', outputs),
    where: parseWhere(words),
    contexts: contextsIn(words),
  };
  refuseOffline(request);
  return request;
}

function viewIn(words: TypedWords): View {
  const wish = parseNamespaceWish(words);
  return {
    pivot: choiceOf(words, 'by', pivots),
    text: textOf(words, 'search') ?? '',
    risky: words.risky === true,
    namespace: wish.kind === 'one' ? wish.namespace : undefined,
    hidesSystem: words['hide-system'] === true,
  };
}

function contextsIn(words: TypedWords): ReviewRequest['contexts'] {
  const typed = textsOf(words, 'contexts')
    .flatMap((each) => each.split(','))
    .map((each) => each.trim());
  const names = [...new Set(typed)].filter((each) => each !== '');
  if (words.contexts === undefined) return undefined;
  if (names.length === 0)
    throw new Failure('usage', '--contexts names none', { hint: 'Write --contexts a,b or --contexts all.' });
  return names.length === 1 && names[0] === 'all' ? 'all' : names;
}

function refuseOffline({ whom, where, contexts }: ReviewRequest): void {
  if (
    contexts !== undefined &&
    (where.kind !== 'live' || where.context !== undefined || where.saveTo !== undefined)
  ) {
    throw new Failure('usage', '--contexts does not go with --context, -f, --snapshot or --save-snapshot', {
      hint: 'Name every context after --contexts, or one place.',
    });
  }
  if (whom?.kind !== 'me' || where.kind === 'live') return;
  throw new Failure('usage', 'who "me" is, only a cluster knows', {
    hint: 'Name a user:NAME or group:NAME.',
  });
}
