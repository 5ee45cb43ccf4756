import type { DuckDBConnection } from '@duckdb/node-api';
import { INPUT } from '../profile-task.js';
import type { ColumnType } from '../../generated/graphql.js';

/** A file as a table that DuckDB can read, before it is copied. */
export interface TableSource {
  names: string[];
  /** What stands in FROM: the columns c0, c1 and so on. */
  from: string;
  /** The type of each column; null for text whose narrowest type is to be found. */
  types: (ColumnType | null)[];
}

export type OpenTableSource = (connection: DuckDBConnection) => Promise<TableSource>;

export const FILE = `'${INPUT}'`;
