// A review as CSV (RFC 4180) for a spreadsheet: no name in it becomes a formula.

import { csvLine } from '../rbac/csv-text.ts';
import { rowNote, viewSentence } from '../review/review-words.ts';
import { isRead, type Reviewed } from '../review/reviewed.ts';
import { type RiskMark, risks } from '../review/risk.ts';
import type { ReviewRow } from '../review/rows.ts';
import { serverNotes } from './report-table.ts';

const heading = [
  'cluster',
  'kind',
  'namespace',
  'name',
  'everywhere',
  'namespaces',
  'subjects',
  'roles',
  'bindings',
  ...risks,
  'unknown-roles',
  'note',
];

/** A line for each row; a cluster that could not be read has one with its failure as note, and what no row says is one of kind `Note`. */
export function* reportCsv({ clusters, view }: Reviewed): Generator<string> {
  yield csvLine(heading);
  const part = viewSentence(view);
  if (part !== undefined) yield noteLine('', part);
  for (const cluster of clusters) {
    if (!isRead(cluster)) {
      yield csvLine([cluster.context, 'NotRead', ...heading.slice(3).map(() => ''), cluster.message]);
      continue;
    }
    for (const row of cluster.rows) yield csvLine([cluster.context, ...cellsOf(row)]);
    for (const note of [...(cluster.person?.notes ?? []), ...serverNotes(cluster)])
      yield noteLine(cluster.context, note);
    const missing = cluster.review.gaps.map(({ what, namespace, reason }) => [what, namespace, reason]);
    for (const [what = '', namespace = '', reason = ''] of missing)
      yield csvLine([cluster.context, 'NotRead', namespace, what, ...heading.slice(5).map(() => ''), reason]);
  }
}

function noteLine(context: string, note: string): string {
  return csvLine([context, 'Note', ...heading.slice(3).map(() => ''), note]);
}

function cellsOf(row: ReviewRow): readonly string[] {
  const { everywhere, namespaces, subjects, roles, bindings, unknownRoles, marks } = row;
  return [
    ...identityOf(row),
    `${everywhere}`,
    ...[namespaces, subjects, roles, bindings].map(String),
    ...risks.map((risk) => markCell(marks.find((mark) => mark.risk === risk))),
    `${unknownRoles}`,
    rowNote(row) ?? '',
  ];
}

function identityOf({ of, name }: ReviewRow): readonly string[] {
  switch (of.pivot) {
    case 'subject':
      return [
        of.subject.kind,
        of.subject.kind === 'ServiceAccount' ? of.subject.namespace : '',
        of.subject.name,
      ];
    case 'role':
      return [of.role.kind, of.role.namespace, of.role.name];
    case 'namespace':
      return of.namespace === '' ? ['Cluster', '', ''] : ['Namespace', '', of.namespace];
    case 'resource':
      return [of.target.kind === 'url' ? 'URL' : 'Resource', '', name];
  }
}

/** `everywhere`, `3 namespaces`, either with `named only`; '' without the mark. */
function markCell(mark: RiskMark | undefined): string {
  if (mark === undefined) return '';
  const { everywhere, namespaces, named } = mark;
  const where = everywhere ? 'everywhere' : namespaces === 1 ? '1 namespace' : `${namespaces} namespaces`;
  return named ? `${where}, named only` : where;
}
