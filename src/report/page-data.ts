// What the page's script works on: one cluster's review in numbers that point into lists, each name once. Names are
// cleaned here; the script writes them as text and never as HTML.

import {
  describeMark,
  markPlace,
  riskNames,
  rowNote,
  rowWords,
  unknownWords,
} from '../review/review-words.ts';
import type { ReadCluster } from '../review/reviewed.ts';
import { risks, tellingMarks } from '../review/risk.ts';
import { type Pivot, pivots, type ReviewRow } from '../review/rows.ts';
import { targetKey } from '../review/target.ts';
import { grantsIn, rowsOf, type View } from '../review/view.ts';
import { type Indexes, listsOf, type PageLists } from './page-lists.ts';

/**
 * `[title, note, everywhere, namespaces, subjects, roles, bindings, marks, entry, unknownRoles, unknown]`; `entry`
 * points into that side's list, `title` is '' where that list has it, `unknown` tells of the roles in words.
 */
export type PageRow = readonly [
  string,
  string,
  0 | 1,
  number,
  number,
  number,
  number,
  number,
  number,
  number,
  string,
];

type PageMark = readonly [risk: number, name: string, place: string, sentence: string];

export type PageData = PageLists & {
  readonly rows: Readonly<Record<Pivot, readonly PageRow[]>>;
  /** `[risk, name, place, sentence]` for each mark of each set of marks. */
  readonly marks: readonly (readonly PageMark[])[];
};

/** Everything that the script shows of one cluster. */
export function pageData(cluster: ReadCluster, view: View): PageData {
  const { review, within } = cluster;
  const grants = grantsIn(view, within);
  const { lists, indexes } = listsOf(review, grants);
  const marks = new Map<string, { readonly index: number; readonly row: ReviewRow }>();
  const rowsFor = (pivot: Pivot): readonly PageRow[] =>
    rowsFrom(cluster, view, pivot).map((row) => pageRow(row, { lists, indexes, marks }));
  const rows = Object.fromEntries(pivots.map((pivot) => [pivot, rowsFor(pivot)]));
  const { subject = [], resource = [], role = [], namespace = [] } = rows;
  return {
    rows: { subject, resource, role, namespace },
    marks: [...marks.values()].map(({ row }) => marksOf(row)),
    ...lists,
  };
}

/** Those that were made already, where they are not searched in. */
function rowsFrom({ review, within, rows }: ReadCluster, view: View, pivot: Pivot): readonly ReviewRow[] {
  return pivot === view.pivot && view.text === ''
    ? rows
    : rowsOf(review, { ...view, pivot, text: '' }, within);
}

type Around = {
  readonly lists: PageLists;
  readonly indexes: Indexes;
  readonly marks: Map<string, { readonly index: number; readonly row: ReviewRow }>;
};

function pageRow(row: ReviewRow, { lists, indexes, marks }: Around): PageRow {
  const key = JSON.stringify(row.marks);
  const set = marks.get(key) ?? { index: marks.size, row };
  marks.set(key, set);
  const { everywhere, namespaces, subjects, roles, bindings } = row;
  const counts = [namespaces, subjects, roles, bindings] as const;
  const entry = entryOf(row, indexes);
  const title = rowWords(row);
  const shown = title === listTitle(lists, row.of.pivot, entry) ? '' : title;
  const known = [shown, rowNote(row) ?? '', everywhere ? 1 : 0, ...counts] as const;
  return [...known, set.index, entry, row.unknownRoles, unknownWords(row)];
}

/** As the script finds it. */
function listTitle({ subjects, roles, targets }: PageLists, pivot: Pivot, entry: number): string | undefined {
  switch (pivot) {
    case 'subject':
      return subjects[entry];
    case 'role':
      return roles[entry]?.[0];
    case 'resource':
      return targets[entry]?.[0];
    case 'namespace':
      return undefined;
  }
}

function entryOf({ of, key }: ReviewRow, { subjects, roles, places, targets }: Indexes): number {
  switch (of.pivot) {
    case 'subject':
      return subjects.get(key) ?? 0;
    case 'role':
      return roles.get(key) ?? 0;
    case 'namespace':
      return places.get(of.namespace) ?? 0;
    case 'resource':
      return targets.get(targetKey(of.target)) ?? 0;
  }
}

function marksOf({ marks }: ReviewRow): readonly PageMark[] {
  return tellingMarks(marks).map((mark) => [
    risks.indexOf(mark.risk),
    riskNames[mark.risk],
    markPlace(mark),
    describeMark(mark),
  ]);
}
