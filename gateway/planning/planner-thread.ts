import { Worker } from 'node:worker_threads';
import type { QueryPlan } from '@apollo/query-planner';
import { deserializeError, type PlanResponse, type PlannerWorkerData, type PlanRequest, type StartMessage } from './planner-messages.js';

/**
 * The error of a request to a thread that has ended: because of an exception, for lack of memory, or because it was
 * terminated.
 */
export class ThreadEndedError extends Error {}

/** A worker thread that has one supergraph loaded and plans one operation at a time. It cannot be started again. */
export class PlannerThread {
  readonly #worker: Worker;
  #pendingMessage: { resolve: (message: unknown) => void; reject: (reason: ThreadEndedError) => void } | undefined;
  #endError: ThreadEndedError | undefined;

  private constructor(worker: Worker) {
    this.#worker = worker;
    worker.on('message', (message) => this.#pendingMessage?.resolve(message));
    worker.on('error', (error) => this.#onEnd(new ThreadEndedError(`The planner thread failed: ${error.message}`, { cause: error })));
    worker.on('exit', (code) => this.#onEnd(new ThreadEndedError(`The planner thread exited with code ${code}.`)));
  }

  /**
   * Starts a thread. Rejects if the supergraph does not load.
   * @param memoryMb the maximum size of the thread's old-generation heap, in MB.
   */
  static async start(work: PlannerWorkerData, memoryMb: number): Promise<{ thread: PlannerThread; apiSchema: string }> {
    const thread = new PlannerThread(
      new Worker(new URL('./planner-worker.js', import.meta.url), {
        name: 'planner',
        workerData: work,
        resourceLimits: { maxOldGenerationSizeMb: memoryMb },
      }),
    );
    const started = await thread.#nextMessage<StartMessage>();
    if ('apiSchema' in started) return { thread, apiSchema: started.apiSchema };
    await thread.terminate();
    throw new Error(`The supergraph does not load: ${started.loadError}`);
  }

  get hasEnded(): boolean {
    return this.#endError !== undefined;
  }

  /**
   * Plans one operation. Must not be called while another call is pending. Rejects with a ThreadEndedError if the thread
   * ends.
   */
  async plan(request: PlanRequest): Promise<QueryPlan> {
    const message = this.#nextMessage<PlanResponse>();
    this.#worker.postMessage(request);
    const response = await message;
    if ('error' in response) throw deserializeError(response.error);
    return response.plan;
  }

  async terminate(): Promise<void> {
    await this.#worker.terminate();
  }

  /** Resolves to the next message of the thread. */
  async #nextMessage<Message>(): Promise<Message> {
    if (this.#endError) throw this.#endError;
    try {
      return (await new Promise<unknown>((resolve, reject) => (this.#pendingMessage = { resolve, reject }))) as Message;
    } finally {
      this.#pendingMessage = undefined;
    }
  }

  #onEnd(error: ThreadEndedError): void {
    this.#endError ??= error;
    this.#pendingMessage?.reject(this.#endError);
  }
}
