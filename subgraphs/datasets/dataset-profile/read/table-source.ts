import type { DuckDBConnection } from '@duckdb/node-api';
import { INPUT_FILE } from '../profile-task.js';
import type { ColumnType } from '../../generated/graphql.js';

/** The table of a file, in the form in which DuckDB reads it. */
export interface TableSource {
  names: string[];
  /** The SQL for FROM, with the columns c0, c1 and so on. */
  from: string;
  /** The type of each column, or null for a column of text whose narrowest type has to be found. */
  types: (ColumnType | null)[];
}

export type OpenTableSource = (connection: DuckDBConnection) => Promise<TableSource>;

/** The path of the input file, as a literal of SQL. */
export const INPUT_LITERAL = `'${INPUT_FILE}'`;
