// LISTs of an API server, page by page, as the JSON objects that it sends.

import { isFields } from '../../json-fields.ts';
import { type ApiAnswer, type ApiClient, reasonOf } from './api-client.ts';
import { answerFailure } from './api-failure.ts';

export type JsonObject = Readonly<Record<string, unknown>>;

export type ListedPage = {
  readonly items: readonly JsonObject[];
  readonly resourceVersion: string;
  /** How many the server says are still to come; undefined where it does not say. */
  readonly remaining: number | undefined;
};

/** `expired`: the token grew too old and no other came: what was taken is a part, and the list begins anew. */
export type ListEnd = 'complete' | 'forbidden' | 'expired';

/** Large enough that round trips don't count, small enough that an API server serves it without a thought. */
const pageSize = 2000;

/**
 * Gives each page to `take` as it arrives. A continue token that grew too old (410) goes on with the one that the
 * answer brings, as the API's conventions have it ("Retrieving large results sets in chunks"); what changed meanwhile
 * may then be missed. 403 is an outcome; fails with `cluster` on other answers, and as `ask` does.
 */
export async function listPages(
  api: ApiClient,
  path: string,
  take: (page: ListedPage) => void,
): Promise<ListEnd> {
  let next: string | undefined = '';
  while (next !== undefined) {
    const query = { limit: `${pageSize}`, ...(next !== '' && { continue: next }) };
    const answer = await api.ask({ path, query });
    if (answer.status === 403) return 'forbidden';
    const resumed: string | undefined =
      answer.status === 410 && next !== '' ? continueIn(answer.body) : undefined;
    if (resumed !== undefined) {
      next = resumed;
      continue;
    }
    if (answer.status === 410 && next !== '') return 'expired';
    const page = pageIn(answer);
    if (page === undefined) throw answerFailure(api.server, `list ${path}`, answer);
    take(page);
    next = continueIn(answer.body);
  }
  return 'complete';
}

function pageIn({ status, body }: ApiAnswer): ListedPage | undefined {
  if (status !== 200 || !isFields(body)) return undefined;
  const metadata = isFields(body.metadata) ? body.metadata : {};
  // A list of nothing may come as null (Go's empty slice).
  const items = body.items ?? [];
  if (!Array.isArray(items)) return undefined;
  const { resourceVersion, remainingItemCount } = metadata;
  return {
    items: items.filter(isFields),
    resourceVersion: typeof resourceVersion === 'string' ? resourceVersion : '',
    remaining: typeof remainingItemCount === 'number' ? remainingItemCount : undefined,
  };
}

function continueIn(body: unknown): string | undefined {
  const metadata = isFields(body) && isFields(body.metadata) ? body.metadata : {};
  return typeof metadata.continue === 'string' && metadata.continue !== '' ? metadata.continue : undefined;
}

/** Whether an answer says that the object is not there, rather than the path. */
export function isNotFound(answer: ApiAnswer): boolean {
  return answer.status === 404 && reasonOf(answer) === 'NotFound';
}
