// Matrix and marks beside the verdicts of the engine, which tests hold to a real API server's.

import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type Access, accessOf, judge } from '../../src/rbac/access.ts';
import { partsOf } from '../../src/rbac/discovery.ts';
import { snapshotOfObjects } from '../../src/rbac/objects.ts';
import { type Attributes, resourceAttributes } from '../../src/rbac/rule.ts';
import { stock } from '../../src/rbac/stock.ts';
import { identityOf, isMaster } from '../../src/rbac/subject.ts';
import { isVerbOf } from '../../src/rbac/verbs.ts';
import { nameableResources } from '../../src/rbac/virtual-resources.ts';
import { type MatrixCell, matrixOf } from '../../src/review/matrix.ts';
import { type Review, reviewOf } from '../../src/review/review.ts';
import { grantsOf, rowsBy } from '../../src/review/rows.ts';
import { isWide, scopesOf, type Target } from '../../src/review/target.ts';
import { clusters } from '../integration/rbac-world.ts';

const { discovery } = stock();
const read = (objects: readonly object[]): Access =>
  accessOf({ ...snapshotOfObjects(objects, { aggregated: 'here' }), discovery });

function asked(target: Target, verb: string, namespace: string): Attributes {
  if (target.kind === 'url') return { kind: 'non-resource', verb, path: target.url };
  const { group, resource, subresource } = partsOf({ group: target.group, name: target.resource });
  // Some object: rules for named ones do not allow it.
  return resourceAttributes({ verb, group, resource, subresource, namespace, name: 'some-object' });
}

/** A request that can be made: a verb that the resource has. */
function isReal(target: Target, verb: string): boolean {
  if (target.kind === 'url') return true;
  const found = nameableResources(discovery).find(
    ({ group, name }) => group === target.group && name === target.resource,
  );
  return found !== undefined && isVerbOf(found, verb);
}

type Case = { readonly access: Access; readonly review: Review };

function checkCell(
  { access, review }: Case,
  subject: Parameters<typeof identityOf>[0],
  at: { readonly target: Target; readonly verb: string; readonly cell: MatrixCell | undefined },
): number {
  const { target, verb, cell } = at;
  const identity = identityOf(subject);
  const isPlaced = scopesOf(access).isPlaced(target);
  const everywhere = judge(access, identity, asked(target, verb, '')).allowed;
  const places = review.places.filter(
    ({ namespace }) =>
      namespace !== '' &&
      isPlaced &&
      !everywhere &&
      judge(access, identity, asked(target, verb, namespace)).allowed,
  );
  const words = `${JSON.stringify(subject)} ${verb} ${JSON.stringify(target)}`;
  if (everywhere) expect(cell?.everywhere, words).toBe(true);
  expect(cell?.namespaces ?? 0, words).toBeGreaterThanOrEqual(places.length);
  if (cell !== undefined && !cell.named) expect(everywhere || places.length > 0, words).toBe(true);
  if (cell?.named === true) expect(everywhere, words).toBe(false);
  return everywhere || places.length > 0 ? 1 : 0;
}

test('a cell of a subject is what the authorizer says of it', () => {
  let allowed = 0;
  fc.assert(
    fc.property(clusters, (objects) => {
      const access = read(objects);
      const review = reviewOf(access);
      for (const row of rowsBy(review, 'subject')) {
        if (row.of.pivot !== 'subject' || isMaster(identityOf(row.of.subject))) continue;
        const { subject } = row.of;
        const { verbs, rows } = matrixOf(review, grantsOf(review, row));
        for (const { target, cells } of rows.filter((each) => !isWide(each.target))) {
          for (const [index, verb] of verbs.entries()) {
            if (isReal(target, verb))
              allowed += checkCell({ access, review }, subject, { target, verb, cell: cells[index] });
          }
        }
      }
    }),
    { numRuns: 40, seed: 11 },
  );
  expect(allowed).toBeGreaterThan(200);
});

test('who is marked as reading secrets everywhere may, and who is not marked may not', () => {
  const seen = { marked: 0, unmarked: 0 };
  fc.assert(
    fc.property(clusters, (objects) => {
      const access = read(objects);
      for (const { of, marks } of rowsBy(reviewOf(access), 'subject')) {
        if (of.pivot !== 'subject' || isMaster(identityOf(of.subject))) continue;
        const may = ['get', 'list', 'watch'].some(
          (verb) =>
            judge(access, identityOf(of.subject), resourceAttributes({ verb, resource: 'secrets' })).allowed,
        );
        const mark = marks.find(({ risk }) => risk === 'reads-secrets');
        if (mark?.everywhere === true && !mark.named && mark.namespaces === 0) expect(may).toBe(true);
        if (mark === undefined) expect(may).toBe(false);
        seen[mark === undefined ? 'unmarked' : 'marked']++;
      }
    }),
    { numRuns: 250, seed: 12 },
  );
  expect(Math.min(seen.marked, seen.unmarked)).toBeGreaterThan(20);
});
