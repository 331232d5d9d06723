// The same review in every format: what they say agrees, and no name in it acts on whoever reads it.

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { nameWords } from '../../src/rbac/access-words.ts';
import { reportCsv } from '../../src/report/report-csv.ts';
import { reportJson, reportNdjson } from '../../src/report/report-json.ts';
import { reportMarkdown } from '../../src/report/report-markdown.ts';
import { reportTable } from '../../src/report/report-table.ts';
import { targetWords } from '../../src/review/review-words.ts';
import { isRead, type ReadCluster, type Reviewed } from '../../src/review/reviewed.ts';
import { pivots } from '../../src/review/rows.ts';
import type { View } from '../../src/review/view.ts';
import { frameOf } from '../../src/ui/frame.ts';
import { listTop } from '../../src/ui/layout.ts';
import { rowLine } from '../../src/ui/rows-view.ts';
import { initialState } from '../../src/ui/state.ts';
import { makeTables } from '../../src/ui/table.ts';
import { untouched } from '../../src/ui/touched.ts';
import { update } from '../../src/ui/update.ts';
import { clusters } from '../integration/rbac-world.ts';
import { binding, clusterRole } from '../rbac/objects.ts';
import { pageOf, readCluster, reviewed } from './reviewed.ts';

/** Records of RFC 4180. */
function csvRecords(text: string): readonly (readonly string[])[] {
  const records: string[][] = [[]];
  for (const [, quoted, plain = '', end] of text.matchAll(/(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r\n)/g)) {
    records.at(-1)?.push(quoted?.replaceAll('""', '"') ?? plain);
    if (end === '\r\n') records.push([]);
  }
  return records.slice(0, -1);
}

type JsonRow = {
  readonly kind?: string;
  readonly namespace?: string;
  readonly name?: string;
  readonly url?: string;
  readonly everywhere: boolean;
  readonly namespaces: number;
  readonly bindings: number;
  /** Not in a row of a role, which is one or is not. */
  readonly unknownRoles?: number;
  readonly state?: string;
  readonly marks: readonly { readonly risk: string; readonly everywhere: boolean }[];
  readonly grants?: readonly unknown[];
};

/** What every format says of a row: how far it reaches, by how many bindings, with which marks and unknown roles. */
type Said = readonly [
  everywhere: boolean,
  namespaces: number,
  bindings: number,
  unknownRoles: number,
  marks: string,
];

const modelSays = ({ rows }: Pick<ReadCluster, 'rows'>): readonly Said[] =>
  rows.map(({ everywhere, namespaces, bindings, unknownRoles, marks }) => [
    everywhere,
    namespaces,
    bindings,
    unknownRoles,
    marks.map(({ risk }) => risk).join(),
  ]);

const rowSays = ({ everywhere, namespaces, bindings, unknownRoles, state, marks }: JsonRow): Said => [
  everywhere,
  namespaces,
  bindings,
  unknownRoles ?? (state === undefined ? 0 : 1),
  marks.map(({ risk }) => risk).join(),
];

function jsonSays(of: Reviewed): readonly Said[] {
  const rows: readonly JsonRow[] = JSON.parse([...reportJson(of)].join('')).clusters[0].rows;
  for (const { bindings, grants } of rows) expect((grants?.length ?? bindings) >= bindings).toBe(true);
  return rows.map(rowSays);
}

function ndjsonSays(of: Reviewed): readonly Said[] {
  const lines = [...reportNdjson(of)].join('').trimEnd().split('\n');
  const documents: readonly { readonly kind: string; readonly row: JsonRow }[] = lines.map((line) =>
    JSON.parse(line),
  );
  expect(documents[0]?.kind).toBe('ReviewCluster');
  return documents.filter(({ kind }) => kind === 'ReviewRow').map(({ row }) => rowSays(row));
}

function csvSays(of: Reviewed): readonly Said[] {
  const [heading = [], ...all] = csvRecords([...reportCsv(of)].join(''));
  const records = all.filter(([, kind]) => kind !== 'Note');
  const risks = heading.slice(9, 13);
  return records.map((cells) => [
    cells[4] === 'true',
    Number(cells[5]),
    Number(cells[8]),
    Number(cells[13]),
    risks.filter((_, index) => cells[9 + index] !== '').join(),
  ]);
}

/** The rows of the screen that was opened with that view, each of which is drawn by its name. */
function screenSays({ review }: ReadCluster, view: View): readonly Said[] {
  const tables = makeTables();
  const opened = initialState({
    name: 'this',
    columns: 200,
    rows: 10_000,
    source: { kind: 'static' },
    canWrite: false,
    canSuspend: false,
    view,
    whom: undefined,
  });
  const { state } = update(opened, { kind: 'review', review, changes: [] }, tables);
  const table = tables.of(state);
  const rows = table.kind === 'rows' ? table.rows : [];
  const lines = frameOf(state, table).map((line) => line.map(({ text }) => text).join(''));
  const drawn = lines.slice(listTop, listTop + rows.length);
  for (const [index, { name, of }] of rows.entries())
    expect(drawn[index]).toContain(of.pivot === 'resource' ? targetWords(name) : nameWords(name));
  expect(lines[listTop + Math.max(1, rows.length)]?.trim()).toBe('');
  return modelSays({ rows });
}

/** Name, reach and bindings as people see them, of the text table and of the page. */
function tableSays(of: Reviewed): readonly string[] {
  const [head = '', ...lines] = reportTable(of).split('\n\n')[0]?.split('\n') ?? [];
  const [at, end] = [head.indexOf('BINDINGS'), head.indexOf('MARKS')];
  return lines
    .filter((line) => line !== '')
    .map((line) => `${line.slice(0, head.indexOf('  ')).trim()} ${line.slice(at, end).trim()}`);
}

function pageSays(of: Reviewed): readonly string[] {
  const rows = pageOf(of).matchAll(/<tr><th scope="row">(.*?)<\/th>(.*?)<\/tr>/g);
  return [...rows].map(([, name = '', cells = '']) => {
    const counts = [...cells.matchAll(/<td class="n opt"(?: hidden)?>([^<]*)<\/td>/g)].map(
      ([, count]) => count,
    );
    return `${plain(name.replace(/<span class="note">.*?<\/span>/, ''))} ${counts.at(-1)}`;
  });
}

const plain = (html: string): string =>
  html
    .replaceAll(/<[^>]*>/g, '')
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&quot;', '"')
    .replaceAll('&#39;', "'")
    .replaceAll('&amp;', '&');

/** `2 roles unknown`, or nothing, at the end of each line of the text table, of Markdown, of the page and the screen. */
function unknownSays(of: Reviewed): readonly (readonly string[])[] {
  const [{ rows = [] } = {}] = of.clusters.filter(isRead);
  const lines = [
    (reportTable(of).split('\n\n')[0] ?? '').split('\n').slice(1),
    reportMarkdown(of)
      .split('\n')
      .filter((line) => line.startsWith('| '))
      .slice(2),
    [...pageOf(of).matchAll(/<tr><th scope="row">.*?<\/tr>/g)].map(([line]) => line),
    rows.map((row) =>
      rowLine(row, { width: 120, touched: untouched, isChosen: false })
        .map(({ text }) => text)
        .join(''),
    ),
  ];
  return lines.map((each) => each.map((line) => /\d+ roles? unknown|\?\d+/.exec(line)?.[0] ?? ''));
}

/** Roles are in the world of tests; without every third some are bound that are not there. */
function lossy(objects: readonly object[]): readonly object[] {
  return objects.filter(
    (each, index) => index % 3 !== 0 || ('kind' in each && /Binding/.test(`${each.kind}`)),
  );
}

describe('of any cluster', () => {
  it('each format tells which rows have roles that are unknown, and --risky keeps them', () => {
    let unknown = 0;
    fc.assert(
      fc.property(clusters, fc.constantFrom('subject', 'namespace'), (objects, pivot) => {
        const of = reviewed(lossy(objects), { view: { pivot } });
        const cluster = readCluster(lossy(objects), { view: { pivot } });
        const expected = cluster.rows.map(({ unknownRoles }) => unknownRoles);
        unknown += expected.filter((count) => count > 0).length;
        if (expected.length > 0)
          for (const said of unknownSays(of))
            expect(said.map((each) => Number(/\d+/.exec(each)?.[0] ?? 0))).toEqual(expected);
        const risky = readCluster(lossy(objects), { view: { pivot, risky: true } }).rows;
        const kept = cluster.rows.filter(({ marks, unknownRoles }) => marks.length + unknownRoles > 0);
        expect(risky.map(({ key }) => key)).toEqual(kept.map(({ key }) => key));
      }),
      { numRuns: 40, seed: 7 },
    );
    expect(unknown).toBeGreaterThan(50);
  });

  it('JSON, NDJSON, CSV, table, page and screen say the same rows, on every side', () => {
    fc.assert(
      fc.property(clusters, fc.constantFrom(...pivots), fc.boolean(), (objects, pivot, hidesSystem) => {
        const cluster = readCluster(lossy(objects), { view: { pivot, hidesSystem } });
        const of = reviewed(lossy(objects), { view: { pivot, hidesSystem } });
        const expected = modelSays(cluster);
        expect(jsonSays(of)).toEqual(expected);
        expect(ndjsonSays(of)).toEqual(expected);
        expect(csvSays(of)).toEqual(expected);
        expect(screenSays(cluster, of.view)).toEqual(expected);
        expect(pageSays(of)).toHaveLength(expected.length);
        if (expected.length > 0)
          expect(pageSays(of).map((each) => each.split(' ').at(-1))).toEqual(
            tableSays(of).map((each) => each.split(' ').at(-1)),
          );
      }),
      { numRuns: 60, seed: 6 },
    );
  });
});

const hostile = [
  "=cmd|' /C calc'!A0",
  '+1+1',
  '-2',
  '@SUM(A1)',
  '＝1',
  'a"b,c',
  '|x|',
  '[x](http://e.vil)',
  'https://e.vil#ann',
  'www.e.vil',
  '<script>',
  '`id`',
  '\u001b[31mred',
  '\u202egnp',
  'a\r\nb',
  '\t=1',
];
const named = hostile.map((name, index) => ({
  ...binding(`shop/b${index}`, 'clusterrole:edit'),
  subjects: [{ kind: 'User', name }],
}));
const of = reviewed([clusterRole('edit', 'get pods'), ...named]);

describe('names that others chose', () => {
  it('are no formula in a spreadsheet, and their quotes and commas stay in their cell', () => {
    const names = csvRecords([...reportCsv(of)].join(''))
      .slice(1)
      .map((cells) => cells[3] ?? '');
    expect(names).toHaveLength(hostile.length);
    expect(names.filter((name) => /^[=+\-@＝]/.test(name))).toEqual([]);
    expect(names).toContain('a"b,c');
    expect(names).toContain("'=cmd|' /C calc'!A0");
  });

  it('are no cell, link, code or HTML in Markdown', () => {
    const rows = reportMarkdown(of)
      .split('\n')
      .filter((line) => line.startsWith('| User'));
    expect(rows).toHaveLength(hostile.length);
    for (const row of rows) expect(row.match(/(?<!\\)\|/g)).toHaveLength(6);
    expect(rows.join('\n')).not.toMatch(/<script|(?<!\\)`|(?<!\\)\[|https?:|www\./);
  });

  it('do nothing to a terminal, in any format', () => {
    const all = [
      reportTable(of),
      reportMarkdown(of),
      ...reportCsv(of),
      ...reportJson(of),
      ...reportNdjson(of),
    ].join('');
    expect(all).not.toMatch(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f\u202a-\u202e]/);
  });

  it('stay what they are in JSON', () => {
    const { clusters: found } = JSON.parse([...reportJson(of)].join(''));
    expect(found[0].rows.map(({ name }: { name: string }) => name).sort()).toEqual([...hostile].sort());
  });
});
