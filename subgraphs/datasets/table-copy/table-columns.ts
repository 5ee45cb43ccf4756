import type { ColumnType } from '../generated/graphql.js';

/**
 * A table's copy is a Parquet file with its columns in their order, called c0, c1 and so on: names that people chose may
 * differ by case alone, or be anything. A missing cell is null; none is NaN or infinite.
 */
export const copyColumn = (index: number): string => `c${index}`;

/** The type in the copy of each type of a column. DATETIME is in UTC. */
export const COPY_TYPES: Readonly<Record<ColumnType, string>> = {
  BOOLEAN: 'BOOLEAN',
  INTEGER: 'BIGINT',
  FLOAT: 'DOUBLE',
  DATETIME: 'TIMESTAMP',
  STRING: 'VARCHAR',
};
