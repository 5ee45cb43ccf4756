import { availableParallelism } from 'node:os';
import { mkdir } from 'node:fs/promises';
import type { DuckDBInstance } from '@duckdb/node-api';
import { codedError } from '../../shared/errors/coded-error.js';
import { openDuckDb } from './duckdb.js';

const MEMORY_BYTES = 256 * 1024 * 1024;
const TIMEOUT_MS = 4_000;
/** More reads at a time would slow each other down. */
const MAX_CONCURRENT_READS = 2;

/** Reads rows from the Parquet copies of tables by DuckDB. The process has one. */
export class RowReader {
  readonly #folder: string;
  #duckdb: Promise<DuckDBInstance> | undefined;
  #running = 0;
  readonly #waiting: (() => void)[] = [];

  constructor(folder: string) {
    this.#folder = folder;
  }

  /** Returns the rows of a statement with the parameters $1, $2 and so on. Throws TIMEOUT after 4 s. */
  async read(statement: string, values: readonly string[]): Promise<unknown[][]> {
    if (this.#running >= MAX_CONCURRENT_READS) await new Promise<void>((resolve) => this.#waiting.push(resolve));
    else this.#running++;
    try {
      return await this.#read(statement, values);
    } finally {
      const next = this.#waiting.shift();
      if (next) next();
      else this.#running--;
    }
  }

  async #read(statement: string, values: readonly string[]): Promise<unknown[][]> {
    const connection = await (await (this.#duckdb ??= this.#open())).connect();
    let isTimedOut = false;
    const timer = setTimeout(() => {
      isTimedOut = true;
      connection.interrupt();
    }, TIMEOUT_MS);
    try {
      return (await connection.runAndReadAll(statement, [...values])).getRows();
    } catch (error) {
      if (isTimedOut)
        throw codedError('TIMEOUT', `Reading the rows took more than ${TIMEOUT_MS / 1000} s. Use a smaller offset or fewer conditions.`);
      throw error;
    } finally {
      clearTimeout(timer);
      connection.closeSync();
    }
  }

  async #open(): Promise<DuckDBInstance> {
    await mkdir(this.#folder, { recursive: true });
    return openDuckDb({ folder: this.#folder, memoryBytes: MEMORY_BYTES, threads: Math.min(availableParallelism(), 2) });
  }
}
