// A change of one stored object, as whoever watches a cluster tells it.

import type { Binding, Role } from './snapshot.ts';

/** One object that came (`before` undefined), went (`after` undefined) or changed. */
export type ObjectChange =
  | { readonly kind: 'role'; readonly before: Role | undefined; readonly after: Role | undefined }
  | { readonly kind: 'binding'; readonly before: Binding | undefined; readonly after: Binding | undefined };
