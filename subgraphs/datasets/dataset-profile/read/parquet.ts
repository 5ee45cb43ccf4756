import { JobError } from '../../../shared/jobs/job.js';
import type { ColumnType } from '../../generated/graphql.js';
import { readRows } from '../../table-copy/duckdb.js';
import { copyColumnName } from '../../table-copy/table-columns.js';
import { MAX_COLUMNS } from '../profile-task.js';
import { NOT_FINITE } from './column-types.js';
import { INPUT_LITERAL, type OpenTableSource } from './table-source.js';

/** Reads a Parquet file with the types of its schema. Nested columns become JSON. */
export const openParquet: OpenTableSource = async (connection) => {
  const described = await readRows<[string, string]>(connection, `DESCRIBE SELECT * FROM read_parquet(${INPUT_LITERAL})`);
  if (described.length > MAX_COLUMNS)
    throw new JobError('TOO_MANY_COLUMNS', `The file has ${described.length} columns; the limit is ${MAX_COLUMNS}.`);
  const names = described.map(([name]) => name);
  if (names.some((name) => name.trim() === '' || name.includes('\0')))
    throw new JobError('BAD_HEADER', 'Every column must have a name without NUL characters.');
  const columns = described.map(([, type], index) => convertColumn(type, copyColumnName(index)));
  const own = described.map((_, index) => copyColumnName(index)).join(', ');
  return {
    names,
    from: `(SELECT ${columns.map(({ text }, index) => `${text} AS ${copyColumnName(index)}`).join(', ')} FROM read_parquet(${INPUT_LITERAL}) AS file(${own}))`,
    types: columns.map(({ type }) => type),
  };
};

/** Returns the SQL that reads a column. A type whose numbers may exceed BIGINT and DOUBLE is read as text, whose type is found later. */
function convertColumn(type: string, column: string): { type: ColumnType | null; text: string } {
  if (type === 'BOOLEAN') return { type: 'BOOLEAN', text: column };
  if (/^(U?(TINY|SMALL)INT|U?INTEGER|BIGINT)$/.test(type)) return { type: 'INTEGER', text: `${column}::BIGINT` };
  if (/^(FLOAT|DOUBLE)$/.test(type))
    return {
      type: 'FLOAT',
      text: `CASE WHEN isnan(${column}) THEN NULL WHEN isinf(${column}) THEN ${NOT_FINITE} ELSE ${column}::DOUBLE END`,
    };
  if (/^(DATE|TIMESTAMP.*)$/.test(type))
    return {
      type: 'DATETIME',
      text: `CASE WHEN isfinite(${column}) THEN ${column}::TIMESTAMP WHEN ${column} IS NULL THEN NULL ELSE ${NOT_FINITE} END`,
    };
  if (/^(U?HUGEINT|UBIGINT|DECIMAL.*)$/.test(type)) return { type: null, text: `${column}::VARCHAR` };
  const isNested = /(\[\d*\]$|^(STRUCT|MAP|UNION))/.test(type);
  return { type: 'STRING', text: isNested ? `to_json(${column})::VARCHAR` : `${column}::VARCHAR` };
}
