import { DuckDBInstance, type DuckDBConnection } from '@duckdb/node-api';

export interface DuckDbOptions {
  /** The only folder whose files DuckDB may read and write. */
  folder: string;
  memoryBytes: number;
  threads: number;
}

/** Opens an in-memory DuckDB that can access one folder and nothing else on the machine, whatever a statement or a file contains. */
export async function openDuckDb({ folder, memoryBytes, threads }: DuckDbOptions): Promise<DuckDBInstance> {
  const duckdb = await DuckDBInstance.create(':memory:', {
    memory_limit: `${memoryBytes}B`,
    threads: String(threads),
    temp_directory: `${folder}/spilled`,
    max_temp_directory_size: '4GB',
    autoinstall_known_extensions: 'false',
    autoload_known_extensions: 'false',
  });
  const connection = await duckdb.connect();
  await connection.run(`SET GLOBAL TimeZone = 'UTC'`);
  // The order matters: no folder can be allowed after access is disabled, and nothing can be changed after the lock.
  await connection.run(`SET allowed_directories = [${stringLiteral(folder)}]`);
  await connection.run('SET enable_external_access = false');
  await connection.run('SET lock_configuration = true');
  connection.closeSync();
  return duckdb;
}

/** Returns a text as a string literal of SQL. Only the quote needs an escape in DuckDB. */
export const stringLiteral = (text: string): string => `'${text.replaceAll("'", "''")}'`;

/** Returns the rows of a statement. BIGINT values are bigints. */
export async function readRows<Row extends unknown[]>(connection: DuckDBConnection, statement: string): Promise<Row[]> {
  return (await connection.runAndReadAll(statement)).getRows() as unknown[] as Row[];
}
