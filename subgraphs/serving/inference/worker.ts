import { fork, type ChildProcess } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { residentBytes } from '../../shared/jobs/child/resident-bytes.js';
import { InferenceFault } from './inference-fault.js';
import { packed, unpacked, type PackedTensors } from './packed-tensors.js';
import type { Tensor } from './tensor.js';
import type { TensorNames, WorkerRequest, WorkerResponse } from './worker-messages.js';

const ENTRY = fileURLToPath(new URL('./generated/worker.child.js', import.meta.url));
const MEMORY_CHECK_MS = 100;
const HEAP_MEBIBYTES = 512;

export interface WorkerLimits {
  /** An empty folder: what a model might name is not there. */
  folder: string;
  /** A worker that occupies more is killed. */
  memoryBytes: number;
}

/** One process that runs models, one at a time. It is killed where it takes too long or too much, and is of no use any more then. */
export class Worker {
  readonly #process: ChildProcess;
  readonly #memoryBytes: number;
  /** The models that it has open; the one that was used last is last. */
  readonly #models = new Map<string, { byteSize: number; names: TensorNames }>();
  #waiting: { resolve(response: WorkerResponse): void; reject(fault: Error): void } | null = null;

  constructor({ folder, memoryBytes }: WorkerLimits) {
    this.#memoryBytes = memoryBytes;
    this.#process = fork(ENTRY, [], {
      cwd: folder,
      env: {},
      execArgv: [`--max-old-space-size=${HEAP_MEBIBYTES}`],
      serialization: 'advanced',
      stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
    });
    this.#process.on('message', (response: WorkerResponse) => this.#take()?.resolve(response));
    const gone = () => this.#take()?.reject(new InferenceFault('CRASHED', 'The process that ran the model broke down.'));
    this.#process.once('exit', gone);
    this.#process.on('error', gone);
    this.#process.unref();
    this.#process.channel?.unref();
  }

  get isAlive(): boolean {
    const { pid, exitCode, signalCode, connected } = this.#process;
    return pid !== undefined && exitCode === null && signalCode === null && connected && !this.#process.killed;
  }

  has(key: string): boolean {
    return this.#models.has(key);
  }

  /** Opens a model, and closes those that were not used for longest until all together have at most `maxBytes`. */
  async load(key: string, bytes: Uint8Array, names: TensorNames, maxBytes: number, deadline: number): Promise<void> {
    let total = [...this.#models.values()].reduce((sum, { byteSize }) => sum + byteSize, bytes.length);
    for (const [old, { byteSize }] of this.#models) {
      if (total <= maxBytes) break;
      await this.#ask({ kind: 'drop', key: old }, deadline);
      this.#models.delete(old);
      total -= byteSize;
    }
    await this.#ask({ kind: 'load', key, bytes, names }, deadline);
    this.#models.set(key, { byteSize: bytes.length, names });
  }

  /** The outputs of a model that is open, for its inputs in the order of its names. Throws InferenceFault. */
  async run(key: string, feeds: readonly Tensor[], deadline: number): Promise<Tensor[]> {
    const model = this.#models.get(key)!;
    this.#models.delete(key);
    this.#models.set(key, model);
    return unpacked(model.names.outputs, await this.#ask({ kind: 'run', key, feeds: packed(feeds) }, deadline));
  }

  /** Ends the process, and resolves when it is gone. */
  async close(): Promise<void> {
    if (this.#process.exitCode !== null || this.#process.signalCode !== null || this.#process.pid === undefined) return;
    const gone = new Promise((resolve) => this.#process.once('exit', resolve));
    this.#process.kill('SIGKILL');
    await gone;
  }

  async #ask(request: WorkerRequest, deadline: number): Promise<PackedTensors> {
    const fail = (fault: InferenceFault) => {
      this.#process.kill('SIGKILL');
      this.#take()?.reject(fault);
    };
    const tooLong = () => fail(new InferenceFault('TIMEOUT', 'The model took too long.'));
    const timer = setTimeout(tooLong, Math.max(1, deadline - Date.now()));
    let isOver = false;
    const watch = setInterval(async () => {
      const bytes = await residentBytes(this.#process.pid!);
      if (!isOver && bytes !== null && bytes > this.#memoryBytes)
        fail(new InferenceFault('OUT_OF_MEMORY', 'The model needs more memory than it may have.'));
    }, MEMORY_CHECK_MS);
    try {
      const response = await new Promise<WorkerResponse>((resolve, reject) => {
        this.#waiting = { resolve, reject };
        this.#process.send(request, (error) => {
          if (error) this.#take()?.reject(new InferenceFault('CRASHED', 'The process that runs models cannot be reached.'));
        });
      });
      if (response.kind === 'done') return response.outputs;
      throw new InferenceFault('MODEL_FAILED', response.message);
    } finally {
      isOver = true;
      clearTimeout(timer);
      clearInterval(watch);
    }
  }

  #take() {
    const waiting = this.#waiting;
    this.#waiting = null;
    return waiting;
  }
}
