// A review of objects, as the command would make it.

import { sha256Base64 } from '../../src/edge/files/digest.ts';
import { accessOf } from '../../src/rbac/access.ts';
import { snapshotOfObjects } from '../../src/rbac/objects.ts';
import type { Gap } from '../../src/rbac/snapshot.ts';
import { stock } from '../../src/rbac/stock.ts';
import { reportPage } from '../../src/report/report-page.ts';
import { reviewOf } from '../../src/review/review.ts';
import type { ReadCluster, Reviewed } from '../../src/review/reviewed.ts';
import { rowsOf, type View, wholeView } from '../../src/review/view.ts';

export type Given = {
  readonly view?: Partial<View>;
  readonly gaps?: readonly Gap[];
  readonly context?: string;
};

export function readCluster(
  objects: readonly object[],
  { view, gaps = [], context = '' }: Given = {},
): ReadCluster {
  const snapshot = snapshotOfObjects(objects, { aggregated: 'here' });
  const review = reviewOf(accessOf({ ...snapshot, discovery: stock().discovery, gaps }));
  const rows = rowsOf(review, { ...wholeView, ...view }, review.grants);
  return {
    kind: 'read',
    source: context === '' ? 'the manifests' : `the cluster of context "${context}"`,
    context,
    server: '',
    review,
    person: undefined,
    within: review.grants,
    rows,
    serverRules: undefined,
  };
}

export function reviewed(objects: readonly object[], given: Given = {}): Reviewed {
  const view = { ...wholeView, ...given.view };
  return { readAt: 1_790_000_000, view, isOfMany: false, clusters: [readCluster(objects, given)] };
}

export function pageOf(of: Reviewed): string {
  return [...reportPage(of, sha256Base64)].join('');
}
