// A review as lines for a person. Lives here: the formats of a review that is not on a screen of its own. Names that
// others chose are made harmless by each format in its own way.

import { counted, numberWords } from '../number-words.ts';
import { columns, gapLines, nameWords } from '../rbac/access-words.ts';
import { mastersGroup } from '../rbac/subject.ts';
import { describeRule } from '../rbac/words.ts';
import {
  markWords,
  pivotWords,
  reachWords,
  rowNote,
  rowWords,
  unknownSentence,
  unknownWords,
  viewSentence,
} from '../review/review-words.ts';
import { isRead, type ReadCluster, type Reviewed, type ReviewedCluster } from '../review/reviewed.ts';
import type { Pivot, ReviewRow } from '../review/rows.ts';
import { grantsIn } from '../review/view.ts';

/** The columns between a row's name and its marks. */
const countsOf: Readonly<Record<Pivot, readonly (readonly [string, 'subjects' | 'roles' | 'bindings'])[]>> = {
  subject: [
    ['ROLES', 'roles'],
    ['BINDINGS', 'bindings'],
  ],
  resource: [
    ['SUBJECTS', 'subjects'],
    ['ROLES', 'roles'],
    ['BINDINGS', 'bindings'],
  ],
  role: [
    ['SUBJECTS', 'subjects'],
    ['BINDINGS', 'bindings'],
  ],
  namespace: [
    ['SUBJECTS', 'subjects'],
    ['ROLES', 'roles'],
    ['BINDINGS', 'bindings'],
  ],
};

/** The heading and a row each, as text that is not cleaned further; for a table of any format. */
export function tableRows(reviewed: Reviewed): {
  readonly heading: readonly string[];
  readonly rows: readonly (readonly string[])[];
} {
  const { view, isOfMany } = reviewed;
  const counts = countsOf[view.pivot];
  const hasReach = view.pivot !== 'namespace';
  const rowOf = (row: ReviewRow): readonly string[] => [
    rowWords(row),
    ...(hasReach ? [reachWords(row)] : []),
    ...counts.map(([, field]) => numberWords(row[field])),
    marksWithNote(row),
  ];
  const rows = reviewed.clusters
    .filter(isRead)
    .flatMap((cluster) =>
      cluster.rows.map((row) => [...(isOfMany ? [nameWords(cluster.context)] : []), ...rowOf(row)]),
    );
  const heading = [
    ...(isOfMany ? ['CLUSTER'] : []),
    pivotWords[view.pivot].toUpperCase(),
    ...(hasReach ? ['REACH'] : []),
    ...counts.map(([title]) => title),
    'MARKS',
  ];
  return { heading, rows };
}

function marksWithNote(row: ReviewRow): string {
  const note = rowNote(row);
  const marks = [markWords(row.marks), unknownWords(row)].filter((each) => each !== '').join(', ');
  if (note === undefined) return marks;
  return marks === '' ? `(${note})` : `${marks} (${note})`;
}

/** A table, then what it does not say by itself. */
export function reportTable(reviewed: Reviewed): string {
  const { heading, rows } = tableRows(reviewed);
  const table = rows.length === 0 ? '' : columns([heading, ...rows]);
  return `${table}${table === '' ? '' : '\n'}${reportNotes(reviewed).join('\n')}\n`;
}

/** The cluster as a whole is a place too. */
const rowNouns = { ...pivotWords, namespace: 'place' } as const;

/** A sentence a line: how many, of what, and what was not read. */
export function reportNotes(reviewed: Reviewed): readonly string[] {
  const part = viewSentence(reviewed.view);
  return [
    ...(part === undefined ? [] : [part]),
    ...reviewed.clusters.flatMap((cluster) => clusterNotes(cluster, reviewed)),
    ...(reviewed.clusters.some((each) => isRead(each) && each.person === undefined)
      ? [`Whoever is in ${mastersGroup} may do everything besides, whatever is bound.`]
      : []),
  ];
}

function clusterNotes(cluster: ReviewedCluster, reviewed: Reviewed): readonly string[] {
  if (cluster.kind === 'failed')
    return [`Not read: context ${nameWords(cluster.context)}: ${cluster.message}. ${cluster.hint}`.trimEnd()];
  const whose = cluster.person === undefined ? '' : ` of ${cluster.person.title}`;
  const grants = grantsIn(reviewed.view, cluster.within);
  const bindings = new Set(grants.map(({ binding }) => binding)).size;
  return [
    `${counted(cluster.rows.length, rowNouns[reviewed.view.pivot])}${whose}, by ${counted(bindings, 'binding')} in ${cluster.source}.`,
    ...(cluster.person?.notes ?? []),
    ...(grants.some(({ role }) => role.role === undefined) ? [unknownSentence] : []),
    ...gapNotes(cluster),
    ...serverNotes(cluster),
  ];
}

function gapNotes({ review: { complete, gaps } }: ReadCluster): readonly string[] {
  if (complete) return [];
  return ['Not all could be read, so there may be more:', ...gapLines(gaps).map((line) => `  ${line}`)];
}

/** What the API server itself says of who asks, a rule a line; none where nobody asked it. */
export function serverNotes({ serverRules }: ReadCluster): readonly string[] {
  if (serverRules === undefined) return [];
  const { namespace, rules } = serverRules;
  return [
    `In namespace ${nameWords(namespace)} the API server itself says that you may (SelfSubjectRulesReview):`,
    ...rules.map((each) => `  ${describeRule(each)}`),
  ];
}
