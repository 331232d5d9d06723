// The rows of a list as lines: columns for each side of a review, cut to the width that there is.

import { numberWords } from '../number-words.ts';
import { nameWords } from '../rbac/access-words.ts';
import { targetWords, unknownWords } from '../review/review-words.ts';
import { tellingMarks } from '../review/risk.ts';
import type { Pivot, ReviewRow } from '../review/rows.ts';
import { type Line, type Span, type Style, span, toWidth } from './cells.ts';
import { riskTags } from './help.ts';
import { type Touch, type Touched, touchOf } from './touched.ts';

type Column = {
  readonly head: string;
  readonly width: number;
  readonly align?: 'end';
  readonly style?: Style;
  readonly text: (row: ReviewRow) => string;
};

const kindWords = { Group: 'group', User: 'user', ServiceAccount: 'account' } as const;
const kind: Column = {
  head: 'KIND',
  width: 7,
  style: 'dim',
  text: ({ of }) => {
    if (of.pivot === 'subject') return kindWords[of.subject.kind];
    return of.pivot === 'role' ? (of.role.kind === 'Role' ? 'role' : 'cluster') : '';
  },
};
const reach: Column = { head: 'REACH', width: 15, text: reachTag };
const count = (head: string, of: (row: ReviewRow) => number): Column => ({
  head,
  width: head.length,
  align: 'end',
  text: (row) => numberWords(of(row)),
});
const subjects = count('SUBJECTS', (row) => row.subjects);
const roles = count(' ROLES', (row) => row.roles);
const bindings = count('BINDINGS', (row) => row.bindings);
const namespaces = count('NAMESPACES', (row) => row.namespaces);
const risk: Column = { head: 'RISK', width: 23, style: 'risk', text: riskTag };

/** The last ones give way first. */
const columns: Readonly<
  Record<Pivot, { readonly before: readonly Column[]; readonly after: readonly Column[] }>
> = {
  subject: { before: [kind], after: [reach, risk, bindings, roles] },
  resource: { before: [], after: [subjects, risk, reach, roles] },
  role: { before: [kind], after: [subjects, risk, reach, bindings] },
  namespace: { before: [], after: [subjects, risk, bindings, roles, namespaces].slice(0, 4) },
};

/** Names of resources and roles are long, and what tells one from another stands at their end. */
const leastName: Readonly<Record<Pivot, number>> = { subject: 18, resource: 34, role: 26, namespace: 18 };

function chosenColumns(
  pivot: Pivot,
  width: number,
): { readonly before: readonly Column[]; readonly after: readonly Column[]; readonly name: number } {
  const { before, after } = columns[pivot];
  const kept: Column[] = [];
  let left = width - 3 - before.reduce((sum, column) => sum + column.width + 1, 0);
  for (const column of after) {
    if (left - column.width - 1 < leastName[pivot]) break;
    left -= column.width + 1;
    kept.push(column);
  }
  // The marks stand last: they are of any length.
  return {
    before,
    after: [...kept.filter((each) => each !== risk), ...kept.filter((each) => each === risk)],
    name: left,
  };
}

const nameHeads: Readonly<Record<Pivot, string>> = {
  subject: 'WHO',
  resource: 'RESOURCE',
  role: 'ROLE',
  namespace: 'NAMESPACE',
};

/** The headings of that side. */
export function headLine(pivot: Pivot, width: number): Line {
  const { before, after, name } = chosenColumns(pivot, width);
  const cells = [
    ...before.map((column) => toWidth(column.head, column.width)),
    toWidth(nameHeads[pivot], name),
    ...after.map((column) => toWidth(column.head, column.width, column.align)),
  ];
  return [span(toWidth(`   ${cells.join(' ')}`, width), 'head')];
}

export type Shown = {
  readonly width: number;
  readonly touched: Touched;
  readonly isChosen: boolean;
};

/** One row; the chosen one is told by its first cell too, not by its colours alone. */
export function rowLine(row: ReviewRow, { width, touched, isChosen }: Shown): Line {
  const { before, after, name } = chosenColumns(row.of.pivot, width);
  const touch = touchOf(touched, row);
  const cells: Span[] = [
    span(isChosen ? '› ' : '  ', 'strong'),
    span(touchSigns[touch ?? 'none'], 'fresh'),
    ...before.map((column) => span(`${toWidth(column.text(row), column.width)} `, column.style)),
    span(toWidth(nameOf(row), name), isChosen || touch !== undefined ? 'strong' : 'plain'),
    ...after.map((column) => span(` ${toWidth(column.text(row), column.width, column.align)}`, column.style)),
  ];
  return isChosen ? [span(cells.map(({ text }) => text).join(''), 'chosen')] : cells;
}

const touchSigns: Readonly<Record<Touch | 'none', string>> = { none: ' ', new: '+', changed: '~' };

function nameOf({ of, name }: ReviewRow): string {
  if (of.pivot === 'namespace' && of.namespace === '') return '(the whole cluster)';
  if (of.pivot === 'resource') return targetWords(name);
  return nameWords(name);
}

function reachTag({ everywhere, namespaces: placed }: ReviewRow): string {
  if (everywhere) return placed === 0 ? 'everywhere' : `everywhere +${numberWords(placed)}`;
  return placed === 1 ? '1 namespace' : `${numberWords(placed)} namespaces`;
}

/** A role that is not known stands first: marks behind it may be cut. */
function riskTag(row: ReviewRow): string {
  if (row.of.pivot === 'role' && row.of.state !== 'read')
    return row.of.state === 'missing' ? 'not there' : 'not read';
  const marks = tellingMarks(row.marks).map(
    ({ risk: each, everywhere, named }) => `${riskTags[each]}${everywhere ? '*' : ''}${named ? "'" : ''}`,
  );
  const unknown = unknownWords(row);
  if (unknown === '' || marks.length === 0) return unknown || marks.join(' ');
  return [`?${numberWords(row.unknownRoles)}`, ...marks].join(' ');
}
