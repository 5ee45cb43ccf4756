import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { InferenceFault } from './inference-fault.js';
import type { Tensor } from './tensor.js';
import { InferenceWorker } from './inference-worker.js';
import type { TensorNames } from './worker-messages.js';
import type { Signature } from './signature.js';

/** A model that a worker can load and run. */
export interface RunnableModel {
  /** Identifies the model's bytes across organizations, and so its session in a worker. */
  key: string;
  signature: Signature;
  read(): Promise<Uint8Array>;
}

export interface PoolOptions {
  /** The maximum number of worker processes. */
  workers: number;
  /** The resident memory in bytes above which a worker is killed. */
  memoryBytes: number;
  /** The total file size in bytes of the models whose sessions one worker keeps open. */
  sessionCacheBytes: number;
}

/** A run that waits for a free worker. */
interface QueuedRun {
  resolve(worker: InferenceWorker): void;
}

const MAX_QUEUED = 500;

/**
 * Runs models in worker processes. ONNX Runtime cannot be interrupted, and a model that crashes it crashes its process. A worker
 * loads a model at its first run and keeps the session open until other models need the space (docs/adr/0014).
 */
export class InferencePool {
  readonly #options: PoolOptions;
  readonly #workers = new Set<InferenceWorker>();
  readonly #idle: InferenceWorker[] = [];
  readonly #queue: QueuedRun[] = [];
  /** The reads in progress by model key: concurrent first runs of a model read its file once. */
  readonly #reads = new Map<string, Promise<Uint8Array>>();
  #folder: string | null = null;

  constructor(options: PoolOptions) {
    this.#options = options;
  }

  /** Runs a model and returns its output tensors. `deadline` is in ms since the epoch. Throws InferenceFault. */
  async run(model: RunnableModel, feeds: readonly Tensor[], deadline: number): Promise<Tensor[]> {
    const worker = await this.#acquire(model.key, deadline);
    try {
      if (!worker.has(model.key))
        await worker.load(model.key, await this.#read(model), tensorNames(model.signature), this.#options.sessionCacheBytes, deadline);
      return await worker.run(model.key, feeds, deadline);
    } finally {
      this.#release(worker);
    }
  }

  /** Kills all workers and resolves when they have exited. */
  async close(): Promise<void> {
    await Promise.all([...this.#workers].map((worker) => worker.close()));
    this.#workers.clear();
    this.#idle.length = 0;
    if (this.#folder !== null) rmSync(this.#folder, { recursive: true, force: true });
    this.#folder = null;
  }

  async #acquire(key: string, deadline: number): Promise<InferenceWorker> {
    const worker = this.#takeIdle(key) ?? this.#start();
    if (worker) return worker;
    if (this.#queue.length >= MAX_QUEUED)
      throw new InferenceFault('OVERLOADED', `Too many predictions are queued (at most ${MAX_QUEUED}). Try again later.`);
    return new Promise((resolve, reject) => {
      const queued = { resolve: (free: InferenceWorker) => (clearTimeout(timer), resolve(free)) };
      const timer = setTimeout(
        () => {
          this.#queue.splice(this.#queue.indexOf(queued), 1);
          reject(new InferenceFault('OVERLOADED', 'No worker became free within the time limit. Try again later.'));
        },
        Math.max(1, deadline - Date.now()),
      );
      this.#queue.push(queued);
    });
  }

  /** Takes an idle worker that has the model loaded, or else the one that has been idle for the longest time. */
  #takeIdle(key: string): InferenceWorker | undefined {
    for (let index = this.#idle.length - 1; index >= 0; index--)
      if (!this.#idle[index]!.isAlive) this.#workers.delete(this.#idle.splice(index, 1)[0]!);
    const index = this.#idle.findIndex((worker) => worker.has(key));
    return this.#idle.splice(Math.max(0, index), 1)[0];
  }

  #start(): InferenceWorker | null {
    if (this.#workers.size >= this.#options.workers) return null;
    this.#folder ??= mkdtempSync(join(tmpdir(), 'inference-'));
    const worker = new InferenceWorker({ folder: this.#folder, memoryBytes: this.#options.memoryBytes });
    this.#workers.add(worker);
    return worker;
  }

  #release(worker: InferenceWorker): void {
    if (!worker.isAlive) this.#workers.delete(worker);
    const next = this.#queue.shift();
    const free = worker.isAlive ? worker : next && this.#start();
    if (next && free) next.resolve(free);
    else if (free) this.#idle.push(free);
  }

  async #read({ key, read }: RunnableModel): Promise<Uint8Array> {
    let pending = this.#reads.get(key);
    if (!pending) {
      pending = read().finally(() => this.#reads.delete(key));
      this.#reads.set(key, pending);
    }
    return pending;
  }
}

const tensorNames = ({ inputs, outputs }: Signature): TensorNames => ({
  inputs: inputs.map(({ name }) => name),
  outputs: outputs.map(({ name }) => name),
});
