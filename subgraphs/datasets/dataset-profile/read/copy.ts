import type { DuckDBConnection } from '@duckdb/node-api';
import type { ColumnType } from '../../generated/graphql.js';
import { copyColumnName } from '../../table-copy/table-columns.js';
import { COPY_FILE } from '../profile-task.js';
import { findTypes, guessTypes } from './find-types.js';
import type { TableSource } from './table-source.js';
import { castOrFail } from './column-types.js';

/**
 * Copies a table into a Parquet file and returns the types of its columns. It guesses the types from the first rows, and the copy
 * checks them cell by cell. So most files are read once, and a file whose types were guessed wrong is read twice more.
 */
export async function copyTable(connection: DuckDBConnection, source: TableSource): Promise<ColumnType[]> {
  const { types, isCertain } = await guessTypes(connection, source);
  try {
    await copyAs(connection, source, types);
    return types;
  } catch (error) {
    if (isCertain || !(error as Error).message.includes('cell not of type')) throw error;
  }
  const found = await findTypes(connection, source, types);
  await copyAs(connection, source, found);
  return found;
}

async function copyAs(connection: DuckDBConnection, source: TableSource, types: readonly ColumnType[]): Promise<void> {
  const columns = types.map((type, index) => {
    const column = copyColumnName(index);
    return `${source.types[index] === null ? castOrFail(type, column) : column} AS ${column}`;
  });
  await connection.run(`COPY (SELECT ${columns.join(', ')} FROM ${source.from}) TO '${COPY_FILE}' (FORMAT parquet, COMPRESSION zstd)`);
}
