import fc from 'fast-check';
import { expect, it } from 'vitest';
import { snapshotOfObjects } from '../../src/rbac/objects.ts';
import type { Gap } from '../../src/rbac/snapshot.ts';
import { isSnapshotDocument, readSnapshotDocument, snapshotDocument } from '../../src/rbac/snapshot-file.ts';
import { stock } from '../../src/rbac/stock.ts';
import { clusters } from '../integration/rbac-world.ts';

const gaps: readonly Gap[] = [{ what: 'rolebindings', namespace: 'shop', reason: 'forbidden' }];

it('what is saved is read back as it was', () => {
  fc.assert(
    fc.property(clusters, fc.boolean(), (objects, isKnown) => {
      const read = snapshotOfObjects([...stock().objects, ...objects], { aggregated: 'here' });
      const snapshot = { ...read, gaps, discovery: isKnown ? stock().discovery : undefined };
      const document: unknown = JSON.parse(JSON.stringify(snapshotDocument(snapshot, 'a test')));
      expect(isSnapshotDocument(document)).toBe(true);
      expect(readSnapshotDocument(document)).toEqual(snapshot);
    }),
    { numRuns: 20 },
  );
});

it.each([
  [{ apiVersion: 'kubectl-oidc/v2', kind: 'Snapshot' }, 'It says that it is "kubectl-oidc/v2 Snapshot".'],
  [[], ''],
])('%j is refused', (document, hint) => {
  expect(isSnapshotDocument(document)).toBe(false);
  expect(() => readSnapshotDocument(document)).toThrow(expect.objectContaining({ code: 'usage', hint }));
});
