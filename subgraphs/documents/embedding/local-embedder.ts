import { fork, type ChildProcess } from 'node:child_process';
import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';
import { killAndWait } from '../../shared/jobs/child/kill-and-wait.js';
import type { Embedder } from './embedder.js';
import type { EncoderRequest, EncoderResponse } from './encoder-messages.js';
import { MINILM } from './minilm.js';

const ENTRY = fileURLToPath(new URL('./generated/encoder.child.js', import.meta.url));
/** The largest number of texts that are embedded at once: a query waits for one batch at most. */
const BATCH_SIZE = 8;
/** The milliseconds after which a batch without a result has failed. A batch takes about 0.2 s of a core. */
const DEADLINE_MS = 60_000;
const MAX_THREADS = 4;

/** A batch of texts of similar lengths that waits for the process. */
interface Batch {
  texts: string[];
  resolve(vectors: Float32Array): void;
  reject(error: Error): void;
}

/**
 * Embeds texts by all-MiniLM-L6-v2 in a child process, because ONNX Runtime blocks the thread. The process is forked at the first
 * text, and again after it has crashed.
 */
export class LocalEmbedder implements Embedder {
  readonly model = MINILM.model;
  readonly dimensions = MINILM.dimensions;
  readonly #queues: Record<'query' | 'document', Batch[]> = { query: [], document: [] };
  #process: ChildProcess | null = null;
  #current: Batch | null = null;
  #isClosed = false;

  async embed(texts: readonly string[], priority: 'query' | 'document'): Promise<Float32Array[]> {
    // Texts of a batch are padded to the longest one, so texts of similar lengths share a batch.
    const order = texts.map((_, index) => index).sort((one, other) => texts[one]!.length - texts[other]!.length);
    const vectors: Float32Array[] = [];
    const embedBatch = async (indexes: readonly number[]) => {
      const joined = await this.#enqueue(
        indexes.map((index) => texts[index]!),
        priority,
      );
      for (const [position, index] of indexes.entries())
        vectors[index] = joined.subarray(position * this.dimensions, (position + 1) * this.dimensions);
    };
    const batches = [];
    for (let start = 0; start < order.length; start += BATCH_SIZE) batches.push(embedBatch(order.slice(start, start + BATCH_SIZE)));
    await Promise.all(batches);
    return vectors;
  }

  /** Ends the process. Texts that wait, and later ones, are rejected. */
  async close(): Promise<void> {
    this.#isClosed = true;
    if (this.#process) await killAndWait(this.#process);
  }

  #enqueue(texts: string[], priority: 'query' | 'document'): Promise<Float32Array> {
    return new Promise((resolve, reject) => {
      this.#queues[priority].push({ texts, resolve, reject });
      this.#next();
    });
  }

  #next(): void {
    if (this.#current) return;
    const batch = this.#queues.query.shift() ?? this.#queues.document.shift();
    if (!batch) return;
    if (this.#isClosed) {
      batch.reject(new Error('The embedder is closed.'));
      return this.#next();
    }
    this.#current = batch;
    const child = (this.#process ??= this.#fork());
    const deadline = setTimeout(() => child.kill('SIGKILL'), DEADLINE_MS);
    const settle = (outcome: EncoderResponse) => {
      clearTimeout(deadline);
      child.off('message', settle);
      child.off('exit', onExit);
      this.#current = null;
      if (outcome.kind === 'vectors') batch.resolve(outcome.vectors);
      else batch.reject(new Error(outcome.message));
      this.#next();
    };
    const onExit = () => {
      this.#process = null;
      settle({ kind: 'fault', message: 'The process that embeds texts ended.' });
    };
    child.on('message', settle);
    child.on('exit', onExit);
    child.send({ texts: batch.texts } satisfies EncoderRequest, (error) => error && child.kill('SIGKILL'));
  }

  #fork(): ChildProcess {
    const threads = Math.min(availableParallelism(), MAX_THREADS);
    const child = fork(ENTRY, [String(threads)], { env: {}, serialization: 'advanced', stdio: ['ignore', 'ignore', 'inherit', 'ipc'] });
    child.on('error', () => child.kill('SIGKILL'));
    child.unref();
    child.channel?.unref();
    return child;
  }
}
