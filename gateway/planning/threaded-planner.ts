import type { QueryPlan } from '@apollo/query-planner';
import { buildSchema, type GraphQLSchema } from 'graphql';
import type { Log } from '../log.js';
import { sha256Hex } from '../../subgraphs/shared/digest/sha256.js';
import { codedError } from '../../subgraphs/shared/errors/coded-error.js';
import type { Planner, PlannerOptions } from './planner.js';
import type { PlannerWorkerData, PlanRequest } from './planner-messages.js';
import { PlannerThread, ThreadEndedError } from './planner-thread.js';

/** The options of a planner thread. */
export interface ThreadedPlannerOptions extends PlannerOptions {
  logger: Log;
  /**
   * The maximum time to plan an operation, and the maximum time that an operation may be queued, in milliseconds. Default:
   * 10,000.
   */
  deadlineMs?: number;
  /** The maximum size of the thread's old-generation heap, in MB. Default: 512. */
  memoryMb?: number;
  /** The maximum number of queued operations. Default: 1,000. */
  maxQueued?: number;
}

/** An operation that is queued or being planned. */
interface QueuedOperation extends PlanRequest {
  timer: NodeJS.Timeout;
  resolve(plan: QueryPlan): void;
  reject(error: Error): void;
}

/**
 * Creates a planner that plans in a thread of its own: an operation that takes long to plan delays only operations that have
 * no plan yet. Only that thread loads the supergraph. Rejects if the supergraph does not load.
 */
export async function createThreadedPlanner(supergraph: string, options: ThreadedPlannerOptions): Promise<Planner> {
  const { logger, deadlineMs = 10_000, memoryMb = 512, maxQueued = 1_000, ...plannerOptions } = options;
  const workerData = { supergraph, options: plannerOptions };
  const { thread, apiSchema } = await PlannerThread.start(workerData, memoryMb);
  const schema = buildSchema(apiSchema, { noLocation: true, assumeValid: true });
  return new ThreadedPlanner(schema, workerData, thread, { logger, deadlineMs, memoryMb, maxQueued });
}

class ThreadedPlanner implements Planner {
  readonly #queue: QueuedOperation[] = [];
  #active: QueuedOperation | undefined;
  #processing: Promise<void> | undefined;
  #isClosed = false;

  constructor(
    readonly apiSchema: GraphQLSchema,
    private readonly workerData: PlannerWorkerData,
    private thread: PlannerThread,
    private readonly options: Required<Omit<ThreadedPlannerOptions, keyof PlannerOptions>>,
  ) {}

  plan(document: string, operationName: string | undefined, activeOverrides: readonly string[] = []): Promise<QueryPlan> {
    if (this.#isClosed || this.#queue.length >= this.options.maxQueued) return Promise.reject(unavailable());
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => this.#expire(operation), this.options.deadlineMs);
      const operation: QueuedOperation = { document, operationName, activeOverrides, timer, resolve, reject };
      this.#queue.push(operation);
      this.#processing ??= this.#processQueue();
    });
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    await this.#processing;
    await this.thread.terminate();
  }

  /** Plans the queued operations one after another. Afterwards the thread is ready for the next, restarted if it has ended. */
  async #processQueue(): Promise<void> {
    try {
      while (this.#queue.length > 0 || (this.thread.hasEnded && !this.#isClosed)) {
        if (this.thread.hasEnded) ({ thread: this.thread } = await PlannerThread.start(this.workerData, this.options.memoryMb));
        const next = this.#queue.shift();
        if (next) await this.#planNext(next);
      }
    } catch (error) {
      this.options.logger.error({ err: error }, 'planner thread did not restart');
      for (const operation of this.#queue.splice(0)) this.#settle(operation, () => operation.reject(unavailable()));
    } finally {
      // Synchronously with the end of the loop: otherwise an operation that is queued in between would never be planned.
      this.#processing = undefined;
    }
  }

  async #planNext(operation: QueuedOperation): Promise<void> {
    const { document, operationName, activeOverrides } = operation;
    operation.timer.refresh();
    this.#active = operation;
    try {
      const plan = await this.thread.plan({ document, operationName, activeOverrides });
      this.#settle(operation, () => operation.resolve(plan));
    } catch (error) {
      if (error instanceof ThreadEndedError) this.#logEnd(error, operation);
      this.#settle(operation, () => operation.reject(error instanceof ThreadEndedError ? unavailable() : (error as Error)));
    } finally {
      this.#active = undefined;
    }
  }

  /** Logs which operation it was, by a hash: the document itself may contain secrets. */
  #logEnd(error: ThreadEndedError, { document, operationName }: PlanRequest): void {
    const documentHash = sha256Hex(document);
    this.options.logger.error({ err: error, operationName, documentHash }, 'planner thread ended while planning an operation');
  }

  /** Rejects an operation whose time is over. Planning cannot be interrupted, so the thread is terminated and restarted. */
  #expire(operation: QueuedOperation): void {
    operation.reject(codedError('TIMEOUT', 'The operation took too long to plan. Select fewer fields or use fewer fragments.'));
    if (operation === this.#active) void this.thread.terminate();
    else this.#queue.splice(this.#queue.indexOf(operation), 1);
  }

  #settle({ timer }: QueuedOperation, settle: () => void): void {
    clearTimeout(timer);
    settle();
  }
}

const unavailable = () => codedError('UNAVAILABLE', 'The gateway cannot plan the operation at the moment. Try again later.');
