import { fork, type ChildProcess } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { hasEnded, killAndWait } from '../../shared/jobs/child/kill-and-wait.js';
import { residentBytes } from '../../shared/jobs/child/resident-bytes.js';
import { InferenceFault } from './inference-fault.js';
import { packTensors, unpackTensors, type PackedTensors } from './packed-tensors.js';
import type { Tensor } from './tensor.js';
import type { TensorNames, WorkerRequest, WorkerResponse } from './worker-messages.js';

const ENTRY = fileURLToPath(new URL('./generated/worker.child.js', import.meta.url));
const MEMORY_CHECK_MS = 100;
const HEAP_MEBIBYTES = 512;

export interface WorkerLimits {
  /** The working directory: an empty folder, so that a relative path in a model leads to no file. */
  folder: string;
  /** The resident memory in bytes above which the worker is killed. */
  memoryBytes: number;
}

/** A child process that runs models, one at a time. It is killed when it exceeds the time or memory limit, and cannot be used afterwards. */
export class InferenceWorker {
  readonly #process: ChildProcess;
  readonly #memoryBytes: number;
  /** The loaded models, from the least to the most recently used. */
  readonly #models = new Map<string, { byteSize: number; names: TensorNames }>();
  #pending: { resolve(response: WorkerResponse): void; reject(fault: Error): void } | null = null;

  constructor({ folder, memoryBytes }: WorkerLimits) {
    this.#memoryBytes = memoryBytes;
    this.#process = fork(ENTRY, [], {
      cwd: folder,
      env: {},
      execArgv: [`--max-old-space-size=${HEAP_MEBIBYTES}`],
      serialization: 'advanced',
      stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
    });
    this.#process.on('message', (response: WorkerResponse) => this.#takePending()?.resolve(response));
    const onExit = () => this.#takePending()?.reject(new InferenceFault('CRASHED', 'The process that ran the model crashed. Try again.'));
    this.#process.once('exit', onExit);
    this.#process.on('error', onExit);
    this.#process.unref();
    this.#process.channel?.unref();
  }

  get isAlive(): boolean {
    const { connected, killed } = this.#process;
    return !hasEnded(this.#process) && connected && !killed;
  }

  has(key: string): boolean {
    return this.#models.has(key);
  }

  /**
   * Loads a model. First unloads the least recently used models until the files of all loaded models have at most `maxBytes`.
   * `deadline` is in ms since the epoch. Throws InferenceFault.
   */
  async load(key: string, bytes: Uint8Array, names: TensorNames, maxBytes: number, deadline: number): Promise<void> {
    let total = [...this.#models.values()].reduce((sum, { byteSize }) => sum + byteSize, bytes.length);
    for (const [oldKey, { byteSize }] of this.#models) {
      if (total <= maxBytes) break;
      await this.#request({ kind: 'drop', key: oldKey }, deadline);
      this.#models.delete(oldKey);
      total -= byteSize;
    }
    await this.#request({ kind: 'load', key, bytes, names }, deadline);
    this.#models.set(key, { byteSize: bytes.length, names });
  }

  /** Runs a loaded model; `feeds` are in the order of its input names. Throws InferenceFault. */
  async run(key: string, feeds: readonly Tensor[], deadline: number): Promise<Tensor[]> {
    const model = this.#models.get(key)!;
    this.#models.delete(key);
    this.#models.set(key, model);
    return unpackTensors(model.names.outputs, await this.#request({ kind: 'run', key, feeds: packTensors(feeds) }, deadline));
  }

  /** Kills the process and resolves when it has exited. */
  close(): Promise<void> {
    return killAndWait(this.#process);
  }

  async #request(request: WorkerRequest, deadline: number): Promise<PackedTensors> {
    const fail = (fault: InferenceFault) => {
      this.#process.kill('SIGKILL');
      this.#takePending()?.reject(fault);
    };
    const onTimeout = () =>
      fail(new InferenceFault('TIMEOUT', 'The model did not finish within the time limit. Send fewer rows or use a smaller model.'));
    const timer = setTimeout(onTimeout, Math.max(1, deadline - Date.now()));
    let isSettled = false;
    const memoryCheck = setInterval(async () => {
      const bytes = await residentBytes(this.#process.pid!);
      if (!isSettled && bytes !== null && bytes > this.#memoryBytes)
        fail(
          new InferenceFault(
            'OUT_OF_MEMORY',
            `The model exceeded the memory limit of ${this.#memoryBytes} bytes. Send fewer rows or use a smaller model.`,
          ),
        );
    }, MEMORY_CHECK_MS);
    try {
      const response = await new Promise<WorkerResponse>((resolve, reject) => {
        this.#pending = { resolve, reject };
        this.#process.send(request, (error) => {
          if (error)
            this.#takePending()?.reject(new InferenceFault('CRASHED', 'The process that runs models could not be reached. Try again.'));
        });
      });
      if (response.kind === 'done') return response.outputs;
      throw new InferenceFault('MODEL_FAILED', response.message);
    } finally {
      isSettled = true;
      clearTimeout(timer);
      clearInterval(memoryCheck);
    }
  }

  #takePending() {
    const pending = this.#pending;
    this.#pending = null;
    return pending;
  }
}
