import type { QueryPlan } from '@apollo/query-planner';
import { buildSchema, type GraphQLSchema } from 'graphql';
import type { Logger } from 'pino';
import { sha256 } from '../../subgraphs/shared/digest/sha256.js';
import { codedError } from '../../subgraphs/shared/errors/coded-error.js';
import type { Planner, PlannerOptions } from './planner.js';
import type { PlannerWork, PlanRequest } from './planner-messages.js';
import { PlannerThread, ThreadEnded } from './planner-thread.js';

export interface ThreadOptions extends PlannerOptions {
  logger: Logger;
  /** How long one plan may take, and how long an operation may wait for its turn, in milliseconds; 10 s if not said. */
  deadlineMs?: number;
  /** Megabytes of the thread's heap; 512 if not said. */
  memoryMb?: number;
  /** Operations that may wait in line; 1,000 if not said. */
  lineLength?: number;
}

interface Waiting extends PlanRequest {
  timer: NodeJS.Timeout;
  resolve(plan: QueryPlan): void;
  reject(error: Error): void;
}

/**
 * A planner in a thread of its own: an operation that takes long to plan delays others that have no plan yet, and nothing
 * else. The supergraph lives in that thread only. Rejects where the supergraph does not load.
 */
export async function planInThread(supergraph: string, options: ThreadOptions): Promise<Planner> {
  const { logger, deadlineMs = 10_000, memoryMb = 512, lineLength = 1_000, ...plannerOptions } = options;
  const work = { supergraph, options: plannerOptions };
  const { thread, apiSchema } = await PlannerThread.start(work, memoryMb);
  const schema = buildSchema(apiSchema, { noLocation: true, assumeValid: true });
  return new PlannerInThread(schema, work, thread, { logger, deadlineMs, memoryMb, lineLength });
}

class PlannerInThread implements Planner {
  readonly #line: Waiting[] = [];
  #planned: Waiting | undefined;
  #working: Promise<void> | undefined;
  #isClosed = false;

  constructor(
    readonly apiSchema: GraphQLSchema,
    private readonly work: PlannerWork,
    private thread: PlannerThread,
    private readonly options: Required<Omit<ThreadOptions, keyof PlannerOptions>>,
  ) {}

  plan(document: string, operationName: string | undefined): Promise<QueryPlan> {
    if (this.#isClosed || this.#line.length >= this.options.lineLength) return Promise.reject(unavailable());
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => this.#expire(waiting), this.options.deadlineMs);
      const waiting: Waiting = { document, operationName, timer, resolve, reject };
      this.#line.push(waiting);
      this.#working ??= this.#workOff();
    });
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    await this.#working;
    await this.thread.end();
  }

  /** Plans what is in line, one after another; leaves a thread that is ready for the next. */
  async #workOff(): Promise<void> {
    try {
      while (this.#line.length > 0 || (this.thread.hasEnded && !this.#isClosed)) {
        if (this.thread.hasEnded) ({ thread: this.thread } = await PlannerThread.start(this.work, this.options.memoryMb));
        const next = this.#line.shift();
        if (next) await this.#planNext(next);
      }
    } catch (error) {
      this.options.logger.error({ err: error }, 'the planner does not start again');
      for (const waiting of this.#line.splice(0)) this.#settle(waiting, () => waiting.reject(unavailable()));
    } finally {
      // Here and not in a callback: an operation that comes in between would wait in line for nobody.
      this.#working = undefined;
    }
  }

  async #planNext(waiting: Waiting): Promise<void> {
    const { document, operationName } = waiting;
    waiting.timer.refresh();
    this.#planned = waiting;
    try {
      const plan = await this.thread.plan({ document, operationName });
      this.#settle(waiting, () => waiting.resolve(plan));
    } catch (error) {
      if (error instanceof ThreadEnded) this.#logEnd(error, waiting);
      this.#settle(waiting, () => waiting.reject(error instanceof ThreadEnded ? unavailable() : (error as Error)));
    } finally {
      this.#planned = undefined;
    }
  }

  /** Tells which operation it was without its text, which may hold a person's secrets. */
  #logEnd(error: ThreadEnded, { document, operationName }: PlanRequest): void {
    const documentHash = Buffer.from(sha256(document)).toString('hex');
    this.options.logger.error({ err: error, operationName, documentHash }, 'planning an operation ended the planner');
  }

  /** The time of an operation is over. Planning cannot be stopped, so the thread is; the next plan gets a new one. */
  #expire(waiting: Waiting): void {
    waiting.reject(codedError('TIMEOUT', 'The operation took too long to plan.'));
    if (waiting === this.#planned) void this.thread.end();
    else this.#line.splice(this.#line.indexOf(waiting), 1);
  }

  #settle({ timer }: Waiting, settle: () => void): void {
    clearTimeout(timer);
    settle();
  }
}

const unavailable = () => codedError('UNAVAILABLE', 'The operation cannot be planned at this moment.');
