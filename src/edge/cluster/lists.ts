// LISTs of an API server, whole or page by page, as objects with the fields of the API.

import { type Fields, isFields } from '../../json-fields.ts';
import { type ApiAnswer, type ApiClient, reasonOf } from './api-client.ts';
import { answerFailure } from './api-failure.ts';
import { listsAccepted } from './protobuf-answer.ts';

/** Some of the items of a list, in their order. */
export type ListedPart = {
  readonly items: readonly Fields[];
  /** How many the server says are still to come; undefined where it does not say. */
  readonly remaining: number | undefined;
  /** When the list was read, for a watch to go on from; '' where that is not told with this part. */
  readonly resourceVersion: string;
};

/** `expired`: the token grew too old and no other came: what was taken is a part, and the list begins anew. */
export type ListEnd = 'complete' | 'forbidden' | 'expired';

export type ListWay = 'whole' | 'in pages';

/** Large enough that round trips don't count, small enough that an API server serves it without a thought. */
const pageSize = 2000;

/**
 * How a list of any size is read with the least effort for the server: from Kubernetes 1.33 on as a whole, since that
 * comes out of its memory and is sent as it is encoded (ConsistentListFromCache, StreamingCollectionEncodingToProtobuf),
 * while pages are read from etcd; before that, and where the version is not told, in pages.
 */
export async function listWayFor(api: ApiClient): Promise<ListWay> {
  const [, minor = '0'] = /^v1\.(\d+)/.exec(await api.version()) ?? [];
  return Number(minor) >= 33 ? 'whole' : 'in pages';
}

/**
 * Gives the items to `take` as they arrive. A continue token that grew too old (410) goes on with the one that the
 * answer brings, as the API's conventions have it ("Retrieving large results sets in chunks"); what changed meanwhile
 * may then be missed. 403 is an outcome; fails with `cluster` on other answers, and as `ask` does.
 */
export async function listObjects(
  api: ApiClient,
  { path, way }: { readonly path: string; readonly way: ListWay },
  take: (part: ListedPart) => void,
): Promise<ListEnd> {
  const limit = way === 'whole' ? {} : { limit: `${pageSize}` };
  const takeItems = (items: readonly Fields[]): void =>
    take({ items, remaining: undefined, resourceVersion: '' });
  let next: string | undefined = '';
  while (next !== undefined) {
    const query = { ...limit, ...(next !== '' && { continue: next }) };
    const answer = await api.ask({ path, query, accept: listsAccepted, take: takeItems });
    if (answer.status === 403) return 'forbidden';
    const resumed: string | undefined =
      answer.status === 410 && next !== '' ? continueIn(answer.body) : undefined;
    if (resumed !== undefined) {
      next = resumed;
      continue;
    }
    if (answer.status === 410 && next !== '') return 'expired';
    const last = partIn(answer);
    if (last === undefined) throw answerFailure(api.server, `list ${path}`, answer);
    take(last);
    next = continueIn(answer.body);
  }
  return 'complete';
}

/** What is in the answer itself: all of a page in JSON, only the count of one in protocol buffers. */
function partIn({ status, body }: ApiAnswer): ListedPart | undefined {
  if (status !== 200 || !isFields(body)) return undefined;
  const metadata = isFields(body.metadata) ? body.metadata : {};
  // A list of nothing may come as null (Go's empty slice).
  const items = body.items ?? [];
  if (!Array.isArray(items)) return undefined;
  const { remainingItemCount, resourceVersion } = metadata;
  return {
    items: items.filter(isFields),
    remaining: typeof remainingItemCount === 'number' ? remainingItemCount : 0,
    resourceVersion: typeof resourceVersion === 'string' ? resourceVersion : '',
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
