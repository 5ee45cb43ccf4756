import type { ColumnType } from '../generated/graphql.js';

/**
 * Returns the name of a column in the copy of a table: c0, c1 and so on, because the original names may differ by case only or
 * contain any character. The copy is a Parquet file with the columns in the original order. A missing cell is NULL; no cell is NaN
 * or infinite.
 */
export const copyColumnName = (index: number): string => `c${index}`;

/** Returns the SQL that casts a text to the type of a column in the copy. It is NULL if the text does not have the type. */
export const castText = (dtype: ColumnType, text: string): string =>
  dtype === 'DATETIME' ? castDateTime(text) : `TRY_CAST(${text} AS ${COPY_TYPES[dtype]})`;

/** A cast to TIMESTAMP ignores the time zone of a text. A cast to TIMESTAMPTZ respects it, but takes longer. */
function castDateTime(text: string): string {
  const isZoned = `(contains(substr(${text}, 12), '+') OR contains(substr(${text}, 12), '-'))`;
  return `CASE WHEN ${isZoned} THEN TRY_CAST(${text} AS TIMESTAMPTZ) AT TIME ZONE 'UTC' ELSE TRY_CAST(${text} AS TIMESTAMP) END`;
}

/** The DuckDB type of each column type. DATETIME is in UTC. */
export const COPY_TYPES: Readonly<Record<ColumnType, string>> = {
  BOOLEAN: 'BOOLEAN',
  INTEGER: 'BIGINT',
  FLOAT: 'DOUBLE',
  DATETIME: 'TIMESTAMP',
  STRING: 'VARCHAR',
};
