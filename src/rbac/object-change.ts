// What whoever watches a cluster tells: the whole of it, and each change of a stored object.

import type { Binding, Role, Snapshot } from './snapshot.ts';

/** One object that came (`before` undefined), went (`after` undefined) or changed. */
export type ObjectChange =
  | { readonly kind: 'role'; readonly before: Role | undefined; readonly after: Role | undefined }
  | { readonly kind: 'binding'; readonly before: Binding | undefined; readonly after: Binding | undefined };

export type LiveEvent =
  | { readonly kind: 'progress'; readonly objects: number; readonly expected: number }
  /** `isWhole`: all of it was read; else what came so far. */
  | {
      readonly kind: 'snapshot';
      readonly snapshot: Snapshot;
      readonly changes: readonly ObjectChange[];
      readonly isWhole: boolean;
    }
  /** Changes arrive from now on; `unwatched` lists do not. */
  | { readonly kind: 'live'; readonly unwatched: number }
  | { readonly kind: 'lost'; readonly why: string }
  /** Before anything was read: the screen ends with it. */
  | { readonly kind: 'failed'; readonly error: unknown };
