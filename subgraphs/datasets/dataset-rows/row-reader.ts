import { availableParallelism } from 'node:os';
import { mkdir } from 'node:fs/promises';
import type { DuckDBInstance } from '@duckdb/node-api';
import { codedError } from '../../shared/errors/coded-error.js';
import { openDuckDb } from '../table-copy/duckdb.js';

const MEMORY_BYTES = 256 * 1024 * 1024;
const DEADLINE_MS = 4_000;
/** More at once would each be slower. */
const AT_ONCE = 2;

/** Reads the copies of tables for requests: they are files of our own, and what it can do is reading them. One for a process. */
export class RowReader {
  readonly #folder: string;
  #duckdb: Promise<DuckDBInstance> | undefined;
  #running = 0;
  readonly #waiting: (() => void)[] = [];

  constructor(folder: string) {
    this.#folder = folder;
  }

  /** The rows of a statement, in which $1, $2 and so on stand for the values. TIMEOUT where it takes too long. */
  async read(statement: string, values: readonly string[]): Promise<unknown[][]> {
    if (this.#running >= AT_ONCE) await new Promise<void>((resolve) => this.#waiting.push(resolve));
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
    let isLate = false;
    const deadline = setTimeout(() => {
      isLate = true;
      connection.interrupt();
    }, DEADLINE_MS);
    try {
      return (await connection.runAndReadAll(statement, [...values])).getRows();
    } catch (error) {
      if (isLate) throw codedError('TIMEOUT', 'Reading these rows takes too long.');
      throw error;
    } finally {
      clearTimeout(deadline);
      connection.closeSync();
    }
  }

  async #open(): Promise<DuckDBInstance> {
    await mkdir(this.#folder, { recursive: true });
    return openDuckDb({ folder: this.#folder, memoryBytes: MEMORY_BYTES, threads: Math.min(availableParallelism(), 2) });
  }
}
