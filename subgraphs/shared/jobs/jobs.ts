import type { Logger } from 'pino';
import type { ExecuteSql } from './execute-sql.js';
import type { JobLeases } from './job-leases.unscoped.store.js';
import { JobQueues } from './job-queues.js';
import { JobWorker, type JobTiming } from './job-worker.js';
import type { JobKind, JobRow, JobTable } from './job.js';

export interface JobsOptions {
  executeSql: ExecuteSql;
  logger: Logger;
  timing?: Partial<JobTiming>;
}

const DEFAULT_TIMING: JobTiming = { leaseMs: 15_000, pollMs: 2_000, overdueScanMs: 10_000 };

/**
 * The jobs of one subgraph process. Requests send jobs; the workers of this process and of its replicas run them. A worker holds
 * a lease on the row of its job, so that two workers never run a job at once. If the worker dies, another one runs the job when the lease has expired.
 */
export class Jobs {
  readonly #queues: JobQueues;
  readonly #logger: Logger;
  readonly #timing: JobTiming;
  readonly #workers = new Map<string, JobWorker>();

  constructor({ executeSql, logger, timing }: JobsOptions) {
    this.#logger = logger;
    this.#timing = { ...DEFAULT_TIMING, ...timing };
    this.#queues = new JobQueues(executeSql, logger);
  }

  /** Creates the queues of the kinds and starts their workers. Does nothing if there are no kinds. */
  async start(kinds: readonly JobKind[], leasesOf: (table: JobTable, leaseMs: number) => JobLeases): Promise<void> {
    if (kinds.length === 0) return;
    await this.#queues.start(kinds.map(({ queue }) => queue));
    for (const kind of kinds) {
      const leases = leasesOf(kind.table, this.#timing.leaseMs);
      const options = { queues: this.#queues, leases, logger: this.#logger, timing: this.#timing };
      this.#workers.set(kind.queue, new JobWorker(kind, options));
    }
    for (const worker of this.#workers.values()) worker.start();
  }

  /**
   * Sends a row to its queue. Call it after the transaction that inserted the row. Never rejects: if the row cannot be sent, the
   * next search for overdue rows finds it.
   */
  async send(queue: string, row: JobRow): Promise<void> {
    try {
      await this.#queues.send(queue, row);
      this.#workers.get(queue)?.wake();
    } catch (error) {
      this.#logger.error({ err: error, queue, ...row }, 'job could not be sent; the next search for overdue jobs finds it');
    }
  }

  /**
   * Aborts the job of a row if it runs in this process. Call it after the change that took the row's lease away. Other processes
   * notice the loss when they next renew the lease.
   */
  abort(queue: string, row: JobRow): void {
    this.#workers.get(queue)?.abort(row);
  }

  /** Aborts the jobs that run and sets their rows back to waiting. */
  async close(): Promise<void> {
    await Promise.all([...this.#workers.values()].map((worker) => worker.close()));
    await this.#queues.stop();
  }
}
