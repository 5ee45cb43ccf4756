import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { InferenceFault } from './inference-fault.js';
import type { Tensor } from './tensor.js';
import { Worker } from './worker.js';
import type { TensorNames } from './worker-messages.js';
import type { Signature } from './signature.js';

/** A model as workers run it. */
export interface RunnableModel {
  /** Names its bytes, wherever they are. */
  key: string;
  signature: Signature;
  read(): Promise<Uint8Array>;
}

export interface PoolOptions {
  /** How many processes run models at once. */
  workers: number;
  /** A process that occupies more is killed. */
  memoryBytes: number;
  /** Bytes of the files of the models that one process keeps open. */
  openBytes: number;
}

interface Waiting {
  key: string;
  resolve(worker: Worker): void;
}

const MAX_WAITING = 500;

/**
 * Runs models in processes of their own: the runtime cannot be interrupted, and a model that breaks it breaks the process
 * that it is in. Models are opened when they are first asked, and kept open as long as there is room.
 */
export class InferencePool {
  readonly #options: PoolOptions;
  readonly #workers = new Set<Worker>();
  readonly #idle: Worker[] = [];
  readonly #waiting: Waiting[] = [];
  /** Files that are being read at this moment, so that many who ask for a model at once read it once. */
  readonly #reading = new Map<string, Promise<Uint8Array>>();
  #folder: string | null = null;

  constructor(options: PoolOptions) {
    this.#options = options;
  }

  /** What the model gives for these tensors, until `deadline` (milliseconds since the epoch). Throws InferenceFault. */
  async run(model: RunnableModel, feeds: readonly Tensor[], deadline: number): Promise<Tensor[]> {
    const worker = await this.#acquire(model.key, deadline);
    try {
      if (!worker.has(model.key))
        await worker.load(model.key, await this.#read(model), namesOf(model.signature), this.#options.openBytes, deadline);
      return await worker.run(model.key, feeds, deadline);
    } finally {
      this.#release(worker);
    }
  }

  /** Ends all processes. */
  async close(): Promise<void> {
    await Promise.all([...this.#workers].map((worker) => worker.close()));
    this.#workers.clear();
    this.#idle.length = 0;
    if (this.#folder !== null) rmSync(this.#folder, { recursive: true, force: true });
    this.#folder = null;
  }

  async #acquire(key: string, deadline: number): Promise<Worker> {
    const worker = this.#takeIdle(key) ?? this.#start();
    if (worker) return worker;
    if (this.#waiting.length >= MAX_WAITING) throw new InferenceFault('OVERLOADED', 'Too many predictions are waiting at this moment.');
    return new Promise((resolve, reject) => {
      const waiting = { key, resolve: (free: Worker) => (clearTimeout(timer), resolve(free)) };
      const timer = setTimeout(
        () => {
          this.#waiting.splice(this.#waiting.indexOf(waiting), 1);
          reject(new InferenceFault('OVERLOADED', 'Other predictions took all the time there was.'));
        },
        Math.max(1, deadline - Date.now()),
      );
      this.#waiting.push(waiting);
    });
  }

  /** One that has the model open, or else the one that has been idle for longest. */
  #takeIdle(key: string): Worker | undefined {
    for (let index = this.#idle.length - 1; index >= 0; index--)
      if (!this.#idle[index]!.isAlive) this.#workers.delete(this.#idle.splice(index, 1)[0]!);
    const index = this.#idle.findIndex((worker) => worker.has(key));
    return this.#idle.splice(Math.max(0, index), 1)[0];
  }

  #start(): Worker | null {
    if (this.#workers.size >= this.#options.workers) return null;
    this.#folder ??= mkdtempSync(join(tmpdir(), 'inference-'));
    const worker = new Worker({ folder: this.#folder, memoryBytes: this.#options.memoryBytes });
    this.#workers.add(worker);
    return worker;
  }

  #release(worker: Worker): void {
    if (!worker.isAlive) this.#workers.delete(worker);
    const next = this.#waiting.shift();
    const free = worker.isAlive ? worker : next && this.#start();
    if (next && free) next.resolve(free);
    else if (free) this.#idle.push(free);
  }

  async #read({ key, read }: RunnableModel): Promise<Uint8Array> {
    let reading = this.#reading.get(key);
    if (!reading) {
      reading = read().finally(() => this.#reading.delete(key));
      this.#reading.set(key, reading);
    }
    return reading;
  }
}

const namesOf = ({ inputs, outputs }: Signature): TensorNames => ({
  inputs: inputs.map(({ name }) => name),
  outputs: outputs.map(({ name }) => name),
});
