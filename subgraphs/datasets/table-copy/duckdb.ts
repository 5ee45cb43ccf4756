import { DuckDBInstance, type DuckDBConnection } from '@duckdb/node-api';

export interface DuckDbOptions {
  /** The only folder whose files it may touch. */
  folder: string;
  memoryBytes: number;
  threads: number;
}

/** A DuckDB in memory that sees one folder and nothing else of the machine, whatever a statement or a file says. */
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
  // In this order: a folder cannot be allowed once access is off, and nothing can be changed once it is locked.
  await connection.run(`SET allowed_directories = [${literal(folder)}]`);
  await connection.run('SET enable_external_access = false');
  await connection.run('SET lock_configuration = true');
  connection.closeSync();
  return duckdb;
}

/** A text as a literal of SQL. DuckDB knows no other escapes in it. */
export const literal = (text: string): string => `'${text.replaceAll("'", "''")}'`;

/** The rows that a statement answers. Whole numbers of 64 bits are bigints. */
export async function rowsOf<Row extends unknown[]>(connection: DuckDBConnection, statement: string): Promise<Row[]> {
  return (await connection.runAndReadAll(statement)).getRows() as unknown[] as Row[];
}
