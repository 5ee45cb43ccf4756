import { Worker } from 'node:worker_threads';
import type { QueryPlan } from '@apollo/query-planner';
import { heardError, type PlanAnswer, type PlannerWork, type PlanRequest, type Started } from './planner-messages.js';

/** The thread ended while somebody waited for it: by a fault, for want of memory, or because it was ended. */
export class ThreadEnded extends Error {}

/** A thread with one supergraph loaded, which makes one plan at a time. Once it has ended it stays so. */
export class PlannerThread {
  readonly #worker: Worker;
  #waiting: { resolve: (message: unknown) => void; reject: (reason: ThreadEnded) => void } | undefined;
  #end: ThreadEnded | undefined;

  private constructor(worker: Worker) {
    this.#worker = worker;
    worker.on('message', (message) => this.#waiting?.resolve(message));
    worker.on('error', (error) => this.#ended(new ThreadEnded(`The planner's thread failed: ${error.message}`, { cause: error })));
    worker.on('exit', (code) => this.#ended(new ThreadEnded(`The planner's thread ended with ${code}.`)));
  }

  /** Starts a thread; rejects where the supergraph does not load. `memoryMb` bounds its heap, in megabytes. */
  static async start(work: PlannerWork, memoryMb: number): Promise<{ thread: PlannerThread; apiSchema: string }> {
    const thread = new PlannerThread(
      new Worker(new URL('./planner-worker.js', import.meta.url), {
        name: 'planner',
        workerData: work,
        resourceLimits: { maxOldGenerationSizeMb: memoryMb },
      }),
    );
    const started = await thread.#message<Started>();
    if ('apiSchema' in started) return { thread, apiSchema: started.apiSchema };
    await thread.end();
    throw new Error(`The supergraph does not load: ${started.refused}`);
  }

  get hasEnded(): boolean {
    return this.#end !== undefined;
  }

  /** One plan; ask for the next when this one is settled. Rejects with ThreadEnded when the thread ends meanwhile. */
  async plan(request: PlanRequest): Promise<QueryPlan> {
    const answer = this.#message<PlanAnswer>();
    this.#worker.postMessage(request);
    const said = await answer;
    if ('error' in said) throw heardError(said.error);
    return said.plan;
  }

  async end(): Promise<void> {
    await this.#worker.terminate();
  }

  /** The next message. */
  async #message<Message>(): Promise<Message> {
    if (this.#end) throw this.#end;
    try {
      return (await new Promise<unknown>((resolve, reject) => (this.#waiting = { resolve, reject }))) as Message;
    } finally {
      this.#waiting = undefined;
    }
  }

  #ended(end: ThreadEnded): void {
    this.#end ??= end;
    this.#waiting?.reject(this.#end);
  }
}
