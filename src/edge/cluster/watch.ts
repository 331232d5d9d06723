// A watch on one list of an API server: what changes, as it changes (API concepts, "Efficient detection of changes").

import { setTimeout as wait } from 'node:timers/promises';
import { type Fields, isFields } from '../../json-fields.ts';
import type { ApiClient } from './api-client.ts';
import { answerFailure } from './api-failure.ts';
import { versionOf } from './live-objects.ts';

export type WatchEvent = { readonly type: 'ADDED' | 'MODIFIED' | 'DELETED'; readonly object: Fields };

export type Watching = {
  /** Where the list was read: events after it come. */
  readonly resourceVersion: string;
  readonly take: (event: WatchEvent) => void;
  readonly signal: AbortSignal;
};

/**
 * The server ends a watch after this long, and sends a bookmark before (apiserver, cacheWatcher). A network that is gone
 * is told by TCP much sooner; only a server, or a proxy in between, that lives and says nothing is found out by this. A
 * minute is one small request for each list that is watched: whoever looks costs less than one `kubectl get` would.
 */
const serverSeconds = 60;
/** How much later than that it is taken for lost. */
const overdueMs = 15_000;
const silentMs = serverSeconds * 1000 + overdueMs;
const shortMs = 1000;

/**
 * Resolves when the server no longer knows that version, and the list has to be read anew. A watch that the server ends
 * goes on where it was. Fails with `cluster` when it is lost, `forbidden`, and as `follow` does.
 */
export async function watchList(
  api: ApiClient,
  path: string,
  { resourceVersion, take, signal }: Watching,
): Promise<void> {
  let version = resourceVersion;
  let isExpired = false;
  const takeLine = (line: unknown): void => {
    if (!isFields(line) || !isFields(line.object)) return;
    const { type, object } = line;
    // An ERROR carries a Status: 410, the version is too old.
    if (type === 'ERROR') isExpired = true;
    version = versionOf(object) || version;
    if (type === 'ADDED' || type === 'MODIFIED' || type === 'DELETED') take({ type, object });
  };
  while (!isExpired) {
    const query = {
      watch: 'true',
      allowWatchBookmarks: 'true',
      resourceVersion: version,
      timeoutSeconds: `${serverSeconds}`,
    };
    const startedMs = performance.now();
    const answer = await api.follow({ path, query }, { take: takeLine, silentMs, signal });
    if (answer?.status === 410) return;
    if (answer !== undefined) throw answerFailure(api.server, `watch ${path}`, answer);
    // A proxy in between may end every answer at once.
    if (performance.now() - startedMs < shortMs) await wait(shortMs, undefined, { signal });
  }
}
