// A cluster that somebody looks at for a while: read, watched, and read again when the connection was lost.

import { setTimeout as wait } from 'node:timers/promises';
import { describeFailure, Failure } from '../../failure.ts';
import type { LiveEvent, ObjectChange } from '../../rbac/object-change.ts';
import type { Snapshot } from '../../rbac/snapshot.ts';
import { livePaths } from '../cluster/live-objects.ts';
import type { OpenCluster } from '../cluster/open-cluster.ts';
import { watchList } from '../cluster/watch.ts';
import { type LiveReading, readLive } from './live-reading.ts';

export type LiveSource = {
  readonly first: OpenCluster;
  /** Anew, with a fresh proof of who asks: the old one may have ended meanwhile. */
  readonly again: () => Promise<OpenCluster>;
};

const firstWaitMs = 1000;
const longestWaitMs = 15_000;
/** Changes come in bursts; looking through a large cluster takes a while. */
const calmMs = 150;

/** Runs until `stop`. `reread` begins anew. After the first whole reading nothing ends it but `stop`. */
export function startLiveFeed(
  source: LiveSource,
  take: (event: LiveEvent) => void,
): { readonly reread: () => void; readonly stop: () => void } {
  const stopped = new AbortController();
  let round = new AbortController();
  const nextRound = (): AbortSignal => {
    round = new AbortController();
    return round.signal;
  };
  void run(source, take, { stopped: stopped.signal, nextRound });
  return {
    reread: () => round.abort(new Reread()),
    stop: () => stopped.abort(new Failure('cancelled', 'it was left')),
  };
}

/** Not an error: the person wants it read anew. */
class Reread extends Error {}

type Rounds = { readonly stopped: AbortSignal; readonly nextRound: () => AbortSignal };

async function run(
  { first, again }: LiveSource,
  take: (event: LiveEvent) => void,
  { stopped, nextRound }: Rounds,
): Promise<void> {
  let cluster: OpenCluster | undefined = first;
  let reading: LiveReading | undefined;
  let waitMs = firstWaitMs;
  while (!stopped.aborted) {
    try {
      cluster ??= await again();
      reading = await readOnce(cluster, reading, take);
      waitMs = firstWaitMs;
      await watchAll(cluster, reading, { take, signal: AbortSignal.any([stopped, nextRound()]) });
    } catch (error) {
      if (stopped.aborted) break;
      if (error instanceof Reread) continue;
      if (reading === undefined) return take({ kind: 'failed', error });
      take({ kind: 'lost', why: lostWords(error, waitMs) });
      cluster?.api.close();
      cluster = undefined;
      await wait(waitMs, undefined, { signal: stopped }).catch(() => undefined);
      waitMs = Math.min(waitMs * 2, longestWaitMs);
    }
  }
  cluster?.api.close();
}

function lostWords(error: unknown, waitMs: number): string {
  const said = describeFailure(error).replace(/^kubectl-oidc: /, '');
  return `Trying again in ${waitMs / 1000} s, this is how it was: ${said}`;
}

async function readOnce(
  cluster: OpenCluster,
  before: LiveReading | undefined,
  take: (event: LiveEvent) => void,
): Promise<LiveReading> {
  const partly = (snapshot: () => Snapshot): void => {
    if (before === undefined) take({ kind: 'snapshot', snapshot: snapshot(), changes: [], isWhole: false });
  };
  const reading = await readLive(cluster, {
    before,
    progress: (read) => take({ kind: 'progress', ...read }),
    partly,
  });
  const changes = before === undefined ? [] : before.objects.changesTo(reading.objects);
  take({ kind: 'snapshot', snapshot: reading.snapshot(), changes, isWhole: true });
  return reading;
}

/** Resolves when a list has to be read anew. */
async function watchAll(
  { api }: OpenCluster,
  { objects, versions, snapshot }: LiveReading,
  { take, signal }: { readonly take: (event: LiveEvent) => void; readonly signal: AbortSignal },
): Promise<void> {
  const ended = new AbortController();
  const all = AbortSignal.any([signal, ended.signal]);
  const changed = inBursts((changes) =>
    take({ kind: 'snapshot', snapshot: snapshot(), changes, isWhole: true }),
  );
  take({ kind: 'live', unwatched: versions.size === 0 ? 1 : 0 });
  const watches = [...versions].map(([kind, resourceVersion]) =>
    watchList(api, livePaths[kind], {
      resourceVersion,
      signal: all,
      take: ({ type, object }) => {
        const change = type === 'DELETED' ? objects.remove(kind, object) : objects.put(kind, object);
        if (change !== undefined) changed.add(change);
      },
    }),
  );
  try {
    await (watches.length > 0 ? Promise.race(watches) : wait(2 ** 31 - 1, undefined, { signal: all }));
  } catch (error) {
    signal.throwIfAborted();
    throw error;
  } finally {
    ended.abort(new Failure('cancelled', 'another list is read anew'));
    await Promise.allSettled(watches);
    changed.flush();
  }
}

function inBursts(show: (changes: readonly ObjectChange[]) => void): {
  readonly add: (change: ObjectChange) => void;
  readonly flush: () => void;
} {
  let waiting: ObjectChange[] = [];
  let timer: NodeJS.Timeout | undefined;
  let costMs = 0;
  const flush = (): void => {
    clearTimeout(timer);
    timer = undefined;
    if (waiting.length === 0) return;
    const changes = waiting;
    waiting = [];
    const startedMs = performance.now();
    show(changes);
    costMs = performance.now() - startedMs;
  };
  return {
    add: (change) => {
      waiting.push(change);
      timer ??= setTimeout(flush, calmMs + 4 * costMs);
    },
    flush,
  };
}
