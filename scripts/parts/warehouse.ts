// DuckDB over exported snapshots, with the repository's own table, views and queries (sql/): for tests and the bench.

import { readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';

export const sqlFolder = join(import.meta.dirname, '..', '..', 'sql');

/** The text of `sql/NAME.sql`, without its end. */
export function sqlText(name: string): string {
  return readFileSync(join(sqlFolder, `${name}.sql`), 'utf8')
    .trimEnd()
    .replace(/;$/, '');
}

/** Names of the queries, without `.sql`. */
export function queryNames(): readonly string[] {
  return readdirSync(sqlFolder)
    .filter((name) => name.endsWith('.sql'))
    .map((name) => basename(name, '.sql'))
    .sort();
}

/** The views in the order in which they are made: each stands on those before it. */
export const viewNames = ['latest_snapshots', 'week_old_snapshots', 'bindings', 'rules', 'granted_rules'].map(
  (name) => `views/${name}`,
);

export type Cells = Readonly<Record<string, string | number | boolean | null>>;
export type Warehouse = {
  /** The rows of a query of `sql/`, or of a statement. Counts are numbers. */
  readonly query: (nameOrStatement: string) => Promise<readonly Cells[]>;
  readonly close: () => void;
};

/** A database in memory, or in a file where one is named, that has read the `*.ndjson` and `*.ndjson.gz` of a folder. */
export async function openWarehouse(folder: string, database = ':memory:'): Promise<Warehouse> {
  const instance = await DuckDBInstance.create(database);
  const connection = await instance.connect();
  await connection.run(sqlText('tables/duckdb').replace('snapshots/*.ndjson*', `${folder}/*.ndjson*`));
  for (const view of viewNames) await connection.run(sqlText(view));
  return {
    query: async (nameOrStatement) => {
      const statement = nameOrStatement.includes(' ') ? nameOrStatement : sqlText(nameOrStatement);
      const reader = await connection.runAndReadAll(statement);
      return reader.getRowObjectsJson().map(plainCells);
    },
    close: () => {
      connection.closeSync();
      instance.closeSync();
    },
  };
}

/** 64-bit counts come as text. */
function plainCells(row: Readonly<Record<string, unknown>>): Cells {
  const isCell = (value: unknown): value is Cells[string] =>
    value === null || ['string', 'number', 'boolean'].includes(typeof value);
  return Object.fromEntries(
    Object.entries(row).map(([name, value]) => {
      if (!isCell(value)) throw new TypeError(`the column ${name} holds no plain value`);
      return [name, /^(clusters|bindings|rows|days_behind)$/.test(name) ? Number(value) : value];
    }),
  );
}
