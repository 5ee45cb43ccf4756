import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ChildProcessPool } from '../../shared/jobs/child/child-process-pool.js';
import { JobError } from '../../shared/jobs/job.js';
import { refusal } from '../../shared/errors/user-error.js';
import { chunkTextResult, type ChunkTextResult, type ChunkTextTask } from './chunk-text-task.js';

const FIELD = ['input', 'text'];
/** The number of texts that are divided at once. */
const CONCURRENCY = 2;
/** The number of texts that wait for a child process. More are refused. */
const MAX_WAITING = 50;

/** Divides texts into chunks in child processes with limited memory and time. */
export class TextChunker {
  readonly #pool = new ChildProcessPool<ChunkTextTask, ChunkTextResult>({
    entry: new URL('./generated/chunk-text.child.js', import.meta.url),
    scratchFolder: join(tmpdir(), 'document-chunks'),
    memoryBytes: 512 * 1024 * 1024,
    heapMebibytes: 256,
    deadlineMs: 3_000,
    result: chunkTextResult,
  });
  readonly #waiting: (() => void)[] = [];
  #running = 0;

  /** Returns the chunks of a text. Refuses with INVALID a text that exceeds the limits, and with CONFLICT if too many texts wait. */
  async chunksOf(task: ChunkTextTask): Promise<ChunkTextResult> {
    if (this.#waiting.length >= MAX_WAITING)
      throw refusal('CONFLICT', FIELD, `At most ${MAX_WAITING} texts may wait to be divided into chunks. Repeat the ingest later.`);
    if (this.#running >= CONCURRENCY) await new Promise<void>((resolve) => this.#waiting.push(resolve));
    this.#running++;
    try {
      return await this.#pool.use((child) => child.run(task), { signal: new AbortController().signal });
    } catch (error) {
      if (error instanceof JobError) throw refusal('INVALID', FIELD, `text cannot be divided into chunks: ${error.message}`);
      throw error;
    } finally {
      this.#running--;
      this.#waiting.shift()?.();
    }
  }

  close(): Promise<void> {
    return this.#pool.close();
  }
}
