import fc from 'fast-check';
import { expect, it } from 'vitest';
import { snapshotOfObjects } from '../../src/rbac/objects.ts';
import type { Gap } from '../../src/rbac/snapshot.ts';
import { formatSnapshot, isSnapshotDocument, parseSnapshot } from '../../src/rbac/snapshot-file.ts';
import { stock } from '../../src/rbac/stock.ts';
import { clusters } from '../integration/rbac-world.ts';

const gaps: readonly Gap[] = [{ what: 'rolebindings', namespace: 'shop', reason: 'forbidden' }];
const origin = {
  takenAt: '2026-01-02T03:04:05.000Z',
  server: 'https://api.example.com',
  kubernetesVersion: 'v1.36.3',
  namespace: 'shop',
};

it('what is saved is read back as it was', () => {
  fc.assert(
    fc.property(clusters, fc.boolean(), (objects, isKnown) => {
      const read = snapshotOfObjects([...stock().objects, ...objects], { aggregated: 'here' });
      const snapshot = { ...read, gaps, discovery: isKnown ? stock().discovery : undefined };
      const document: unknown = JSON.parse(formatSnapshot({ ...origin, snapshot }));
      expect(isSnapshotDocument(document)).toBe(true);
      expect(parseSnapshot(document)).toEqual({ ...origin, snapshot });
    }),
    { numRuns: 20 },
  );
});

it.each([
  [{ apiVersion: 'kubectl-oidc/v2', kind: 'AccessSnapshot', items: [] }, true],
  [{ apiVersion: 'kubectl-oidc/v1', kind: 'AccessSnapshot' }, true],
  [{ apiVersion: 'kubectl-oidc/v1', kind: 'AccessSnapshot', items: [] }, true],
  [{ apiVersion: 'kubectl-oidc/v1', kind: 'AccessSnapshot', gaps: [] }, true],
  [{ apiVersion: 'kubectl-oidc/v1', kind: 'WhoCan' }, false],
  [[], false],
  [undefined, false],
])('%j is none that can be read', (document, isOne) => {
  expect(isSnapshotDocument(document)).toBe(isOne);
  expect(parseSnapshot(document)).toBeUndefined();
});

it('a gap of a kind that is not known here stays one, of everything', () => {
  const document = {
    apiVersion: 'kubectl-oidc/v1',
    kind: 'AccessSnapshot',
    items: [],
    gaps: [{ what: 'webhooks', namespace: '', reason: 'new' }],
  };
  expect(parseSnapshot(document)?.snapshot.gaps).toEqual([
    { what: 'authorizers', namespace: '', reason: 'new' },
  ]);
});
