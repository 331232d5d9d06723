// The same review in every format: what they say agrees, and no name in it acts on whoever reads it.

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { reportCsv } from '../../src/report/report-csv.ts';
import { reportJson, reportNdjson } from '../../src/report/report-json.ts';
import { reportMarkdown } from '../../src/report/report-markdown.ts';
import { reportTable } from '../../src/report/report-table.ts';
import type { ReadCluster, Reviewed } from '../../src/review/reviewed.ts';
import { pivots } from '../../src/review/rows.ts';
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
  readonly marks: readonly { readonly risk: string; readonly everywhere: boolean }[];
  readonly grants?: readonly unknown[];
};

/** What every format says of a row: how far it reaches, by how many bindings, with which marks. */
type Said = readonly [everywhere: boolean, namespaces: number, bindings: number, marks: string];

const modelSays = ({ rows }: ReadCluster): readonly Said[] =>
  rows.map(({ everywhere, namespaces, bindings, marks }) => [
    everywhere,
    namespaces,
    bindings,
    marks.map(({ risk }) => risk).join(),
  ]);

function jsonSays(of: Reviewed): readonly Said[] {
  const rows: readonly JsonRow[] = JSON.parse([...reportJson(of)].join('')).clusters[0].rows;
  for (const { bindings, grants } of rows) expect((grants?.length ?? bindings) >= bindings).toBe(true);
  return rows.map(({ everywhere, namespaces, bindings, marks }) => [
    everywhere,
    namespaces,
    bindings,
    marks.map(({ risk }) => risk).join(),
  ]);
}

function ndjsonSays(of: Reviewed): readonly Said[] {
  const lines = [...reportNdjson(of)].join('').trimEnd().split('\n');
  const documents: readonly { readonly kind: string; readonly row: JsonRow }[] = lines.map((line) =>
    JSON.parse(line),
  );
  expect(documents[0]?.kind).toBe('ReviewCluster');
  const rows = documents.filter(({ kind }) => kind === 'ReviewRow').map(({ row }) => row);
  return rows.map(({ everywhere, namespaces, bindings, marks }) => [
    everywhere,
    namespaces,
    bindings,
    marks.map(({ risk }) => risk).join(),
  ]);
}

function csvSays(of: Reviewed): readonly Said[] {
  const [heading = [], ...records] = csvRecords([...reportCsv(of)].join(''));
  const risks = heading.slice(9, 13);
  return records.map((cells) => [
    cells[4] === 'true',
    Number(cells[5]),
    Number(cells[8]),
    risks.filter((_, index) => cells[9 + index] !== '').join(),
  ]);
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
    return `${plain(name.replace(/<span class="note">.*?<\/span>/, ''))} ${counts[2]}`;
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

describe('of any cluster', () => {
  it('JSON, NDJSON, CSV, table and page say the same rows, on every side', () => {
    fc.assert(
      fc.property(clusters, fc.constantFrom(...pivots), fc.boolean(), (objects, pivot, hidesSystem) => {
        const cluster = readCluster(objects, { view: { pivot, hidesSystem } });
        const of = reviewed(objects, { view: { pivot, hidesSystem } });
        const expected = modelSays(cluster);
        expect(jsonSays(of)).toEqual(expected);
        expect(ndjsonSays(of)).toEqual(expected);
        expect(csvSays(of)).toEqual(expected);
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
    expect(rows.join('\n')).not.toMatch(/<script|(?<!\\)`|(?<!\\)\[/);
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
