import type { ColumnType } from '../generated/graphql.js';

/**
 * A table's copy is a Parquet file with its columns in their order, called c0, c1 and so on: names that people chose may
 * differ by case alone, or be anything. A missing cell is null; none is NaN or infinite.
 */
export const copyColumn = (index: number): string => `c${index}`;

/** A text as a value of a type of the copy; null where it is none. */
export const castText = (dtype: ColumnType, text: string): string =>
  dtype === 'DATETIME' ? castMoment(text) : `TRY_CAST(${text} AS ${COPY_TYPES[dtype]})`;

/** DuckDB reads a moment in another zone as if it were in UTC, unless it is asked for one with a zone, which takes longer. */
function castMoment(text: string): string {
  const isZoned = `(contains(substr(${text}, 12), '+') OR contains(substr(${text}, 12), '-'))`;
  return `CASE WHEN ${isZoned} THEN TRY_CAST(${text} AS TIMESTAMPTZ) AT TIME ZONE 'UTC' ELSE TRY_CAST(${text} AS TIMESTAMP) END`;
}

/** The type in the copy of each type of a column. DATETIME is in UTC. */
export const COPY_TYPES: Readonly<Record<ColumnType, string>> = {
  BOOLEAN: 'BOOLEAN',
  INTEGER: 'BIGINT',
  FLOAT: 'DOUBLE',
  DATETIME: 'TIMESTAMP',
  STRING: 'VARCHAR',
};
