// What runs on DuckDB here must at least be the language of Trino and Spark: their grammars, as dt-sql-parser has them.
// The engines themselves do not run here.

import { SparkSQL, TrinoSQL } from 'dt-sql-parser';
import { describe, expect, it } from 'vitest';
import { queryNames, sqlText, viewNames } from '../../scripts/parts/warehouse.ts';

const parsers = { trino: new TrinoSQL(), spark: new SparkSQL() };
const shared = [...viewNames, ...queryNames()];

describe.each(['trino', 'spark'] as const)('the grammar of %s', (dialect) => {
  const problemsIn = (statement: string) =>
    parsers[dialect].validate(`${statement};`).map(({ message }) => message);

  it.each([`tables/${dialect}`, ...shared])('takes sql/%s.sql as it is', (name) => {
    expect(problemsIn(sqlText(name))).toEqual([]);
  });

  it('refuses what is only DuckDB’s', () => {
    expect(problemsIn(sqlText('tables/duckdb'))).not.toEqual([]);
  });
});
