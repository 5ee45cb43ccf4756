import type { Logger } from 'pino';
import type { AnyClient } from '../tenancy/scope.js';
import type { ExecuteSql } from './execute-sql.js';
import { JobLeases, type JobRow } from './job-leases.unscoped.store.js';
import { JobQueues } from './job-queues.js';
import type { JobKind } from './job.js';
import { JobWorker, type JobTiming } from './job-worker.js';

export interface JobsOptions {
  executeSql: ExecuteSql;
  logger: Logger;
  timing?: Partial<JobTiming>;
}

const TIMING: JobTiming = { leaseMs: 15_000, pollMs: 2_000, overdueScanMs: 10_000 };

/**
 * Work beside requests, in this process and its replicas: rows wait in their tables and take turns by the queues. A row
 * is worked on under a lease, so a worker that dies leaves one that another finds; nothing is done twice at once.
 */
export class Jobs {
  readonly #queues: JobQueues;
  readonly #logger: Logger;
  readonly #timing: JobTiming;
  readonly #workers = new Map<string, JobWorker>();

  constructor({ executeSql, logger, timing }: JobsOptions) {
    this.#logger = logger;
    this.#timing = { ...TIMING, ...timing };
    this.#queues = new JobQueues(executeSql, logger);
  }

  /** Makes the queues and begins to work. Without any work there is nothing to make. */
  async start(works: readonly JobKind[], client: AnyClient): Promise<void> {
    if (works.length === 0) return;
    await this.#queues.start(works.map(({ queue }) => queue));
    for (const work of works) {
      const leases = new JobLeases(client, work.table, this.#timing.leaseMs);
      this.#workers.set(work.queue, new JobWorker(work, this.#queues, leases, this.#logger, this.#timing));
    }
    for (const worker of this.#workers.values()) worker.start();
  }

  /**
   * Says that a row waits for work; call it when the transaction that says so is committed. Where it fails the row is
   * found by a pass of the workers, later.
   */
  async send(work: string, row: JobRow): Promise<void> {
    try {
      await this.#queues.send(work, row);
      this.#workers.get(work)?.wake();
    } catch (error) {
      this.#logger.error({ err: error, work, ...row }, 'a row was not sent; the next pass finds it');
    }
  }

  /** Ends at once what this process does for a row whose lease was taken away; others notice when they renew theirs. */
  interrupt(work: string, row: JobRow): void {
    this.#workers.get(work)?.interrupt(row);
  }

  /** Stops what is under way and gives its rows back. */
  async close(): Promise<void> {
    await Promise.all([...this.#workers.values()].map((worker) => worker.close()));
    await this.#queues.stop();
  }
}
