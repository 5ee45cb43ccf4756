import type { DuckDBConnection } from '@duckdb/node-api';
import type { ColumnType } from '../../generated/graphql.js';
import { cellText } from '../../table-copy/cell-text.js';
import { readRows } from '../../table-copy/duckdb.js';
import { TOP_VALUE_LENGTH, TOP_VALUES, type ColumnProfileResult } from '../profile-task.js';
import { describeNumbers } from './describe-numbers.js';

/** Computes the exact statistics of a column. `from` is the SQL for the copy of the table, `column` the name in the copy. */
export async function describeColumn(
  connection: DuckDBConnection,
  from: string,
  { column, name, dtype }: { column: string; name: string; dtype: ColumnType },
): Promise<ColumnProfileResult> {
  const [[nullCount] = [0n]] = await readRows<[bigint]>(connection, `SELECT count(*) - count(${column}) FROM ${from}`);
  const top = await readRows<[bigint, unknown, bigint]>(
    connection,
    `WITH groups AS MATERIALIZED (SELECT ${column} AS value, count(*) AS times FROM ${from} WHERE ${column} IS NOT NULL GROUP BY value)
     SELECT (SELECT count(*) FROM groups), value, times FROM groups ORDER BY times DESC, value LIMIT ${TOP_VALUES}`,
  );
  const isNumeric = (dtype === 'INTEGER' || dtype === 'FLOAT') && top.length > 0;
  return {
    name,
    dtype,
    nullCount: Number(nullCount),
    distinctCount: Number(top[0]?.[0] ?? 0n),
    numeric: isNumeric ? await describeNumbers(connection, from, column) : null,
    topValues: top.map(([, value, count]) => ({ value: truncate(cellText(value)!), count: Number(count) })),
  };
}

/** Truncates a text to TOP_VALUE_LENGTH UTF-16 code units, without splitting a surrogate pair. */
const truncate = (text: string): string =>
  text.length <= TOP_VALUE_LENGTH ? text : text.slice(0, TOP_VALUE_LENGTH).replace(/[\ud800-\udbff]$/, '');
