import type { DuckDBConnection } from '@duckdb/node-api';
import type { ColumnType } from '../../generated/graphql.js';
import { readRows } from '../../table-copy/duckdb.js';
import { copyColumnName } from '../../table-copy/table-columns.js';
import type { TableSource } from './table-source.js';
import { isOfType, nullIfMissing, COLUMN_TYPES } from './column-types.js';

/** The number of rows that are checked first. A type that they rule out is ruled out for the whole column. */
const SAMPLE_ROWS = 2_000;

/** Returns the narrowest types that represent the first rows. `isCertain` is true if they represent all rows. */
export async function guessTypes(connection: DuckDBConnection, source: TableSource): Promise<{ types: ColumnType[]; isCertain: boolean }> {
  const sample = { ...source, from: `(SELECT * FROM ${source.from} LIMIT ${SAMPLE_ROWS})` };
  const { rowCount, types } = await narrowest(connection, sample, source.types);
  if (rowCount < SAMPLE_ROWS) return { types: types.map((type) => type ?? 'STRING'), isCertain: true };
  // A column without a value in the sample may have values of any type after it.
  if (types.includes(null)) return { types: await findTypes(connection, source, types), isCertain: true };
  return { types: types as ColumnType[], isCertain: false };
}

/** Returns the narrowest types that represent all rows. No type is narrower than that in `atLeast`. */
export async function findTypes(
  connection: DuckDBConnection,
  source: TableSource,
  atLeast: readonly (ColumnType | null)[],
): Promise<ColumnType[]> {
  const { types } = await narrowest(connection, source, atLeast);
  return types.map((type) => type ?? 'STRING');
}

/** Counts, in one statement, the values of each column and those that each type represents. Returns null for a column without a value. */
async function narrowest(
  connection: DuckDBConnection,
  source: TableSource,
  atLeast: readonly (ColumnType | null)[],
): Promise<{ rowCount: number; types: (ColumnType | null)[] }> {
  const candidates = new Map(
    [...source.types.entries()]
      .filter(([, known]) => known === null)
      .map(([index]) => [index, COLUMN_TYPES.slice(COLUMN_TYPES.indexOf(atLeast[index] ?? 'BOOLEAN'), -1)]),
  );
  const texts = [...candidates.keys()].map((index) => `, ${nullIfMissing(copyColumnName(index))} AS t${index}`);
  const counts = [...candidates].flatMap(([index, types]) => [
    `, count(t${index})`,
    ...types.map((type) => `, count_if(${isOfType(type, `t${index}`)})`),
  ]);
  const statement = `SELECT count(*)${counts.join('')} FROM (SELECT 1${texts.join('')} FROM ${source.from})`;
  const [[rowCount, ...valueCounts] = []] = await readRows<bigint[]>(connection, statement);
  const types = source.types.map((known, index): ColumnType | null => {
    const tried = candidates.get(index);
    if (!tried) return known;
    const [values, ...held] = valueCounts.splice(0, 1 + tried.length);
    return values === 0n ? null : (tried.find((_, at) => held[at] === values) ?? 'STRING');
  });
  return { rowCount: Number(rowCount), types };
}
