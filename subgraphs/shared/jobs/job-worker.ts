import { randomUUID } from 'node:crypto';
import type { Logger } from 'pino';
import { CoalescingSignal } from '../subscriptions/coalescing-signal.js';
import type { JobLeases } from './job-leases.unscoped.store.js';
import type { FetchedJob, JobQueues } from './job-queues.js';
import { JobError, type Job, type JobFailure, type JobKind, type JobRow } from './job.js';

export interface JobTiming {
  /** Milliseconds after which the lease of a worker that does not renew it expires. A worker renews it three times as often. */
  leaseMs: number;
  /** Milliseconds between two fetches from an empty queue, which find messages that other processes sent. */
  pollMs: number;
  /** Milliseconds between two searches for rows that are in no queue. */
  overdueScanMs: number;
}

export interface JobWorkerOptions {
  queues: JobQueues;
  leases: JobLeases;
  logger: Logger;
  timing: JobTiming;
}

/** Runs the jobs of one kind, up to its concurrency at once, until it is closed. */
export class JobWorker {
  readonly #kind: JobKind;
  readonly #queues: JobQueues;
  readonly #leases: JobLeases;
  readonly #logger: Logger;
  readonly #timing: JobTiming;
  /** One signal for each job that may run at once. It wakes a loop that waits on an empty queue. */
  readonly #wakeUps: CoalescingSignal[];
  readonly #overdueScan = new CoalescingSignal();
  readonly #running = new Map<string, AbortController>();
  #loops: Promise<void>[] = [];
  #isClosing = false;

  constructor(kind: JobKind, { queues, leases, logger, timing }: JobWorkerOptions) {
    this.#kind = kind;
    this.#queues = queues;
    this.#leases = leases;
    this.#logger = logger.child({ queue: kind.queue });
    this.#timing = timing;
    this.#wakeUps = Array.from({ length: kind.concurrency }, () => new CoalescingSignal());
  }

  start(): void {
    this.#kind.start?.();
    this.#loops = [...this.#wakeUps.map((wakeUp) => this.#processQueue(wakeUp)), this.#sendOverdueRows()];
  }

  /** Makes idle loops fetch from the queue at once. */
  wake(): void {
    for (const wakeUp of this.#wakeUps) wakeUp.notify();
  }

  /** Aborts the job of a row if it runs in this process. */
  abort(row: JobRow): void {
    this.#running.get(keyOf(row))?.abort();
  }

  /** Fetches no more, aborts the jobs that run, and sets their rows back to waiting. */
  async close(): Promise<void> {
    this.#isClosing = true;
    for (const signal of [...this.#wakeUps, this.#overdueScan]) signal.close();
    for (const controller of this.#running.values()) controller.abort();
    await Promise.all(this.#loops);
    await this.#kind.close?.();
  }

  async #processQueue(wakeUp: CoalescingSignal): Promise<void> {
    const { queue } = this.#kind;
    while (!this.#isClosing) {
      const fetched = await this.#logErrors('job queue could not be read', () => this.#queues.fetch(queue));
      if (fetched) {
        await this.#logErrors('job could not be run', () => this.#run(fetched));
        await this.#logErrors('job message could not be completed', () => this.#queues.complete(queue, fetched));
      } else {
        wakeUp.notifyAt(new Date(Date.now() + this.#timing.pollMs));
        if (!(await wakeUp.wait())) return;
      }
    }
  }

  /** Sends rows whose process died before it sent them, and rows whose worker died, again and again until it is closed. */
  async #sendOverdueRows(): Promise<void> {
    do {
      await this.#logErrors('overdue jobs could not be sent', async () => {
        for (const row of await this.#leases.findOverdue()) await this.#queues.send(this.#kind.queue, row);
        this.wake();
      });
      this.#overdueScan.notifyAt(new Date(Date.now() + this.#timing.overdueScanMs));
    } while (await this.#overdueScan.wait());
  }

  async #run({ organizationId, id }: FetchedJob): Promise<void> {
    const row = { organizationId, id };
    const leaseToken = randomUUID();
    const claimed = await this.#leases.claim(row, leaseToken);
    if (!claimed) return;
    const controller = new AbortController();
    const job: Job = { ...claimed, id, leaseToken, signal: controller.signal };
    this.#running.set(keyOf(row), controller);
    const renewal = setInterval(() => void this.#renewLease(row, leaseToken, controller), this.#timing.leaseMs / 3);
    try {
      if (this.#isClosing) controller.abort();
      else if (job.attempt > this.#kind.maxAttempts) await this.#kind.fail(job, this.#workerDied());
      else await this.#kind.perform(job);
    } catch (error) {
      await this.#handleError(job, row, error);
    } finally {
      clearInterval(renewal);
      this.#running.delete(keyOf(row));
      if (this.#isClosing) await this.#leases.release(row, leaseToken, { countsAttempt: false });
    }
  }

  /** Fails the job, or sends it again if another attempt is left. */
  async #handleError(job: Job, row: JobRow, error: unknown): Promise<void> {
    if (job.signal.aborted) return;
    if (error instanceof JobError) return this.#kind.fail(job, { code: error.code, message: error.message });
    this.#logger.error({ err: error, ...row, attempt: job.attempt }, 'job attempt failed');
    if (job.attempt >= this.#kind.maxAttempts) return this.#kind.fail(job, this.#workerDied());
    await this.#leases.release(row, job.leaseToken, { countsAttempt: true });
    await this.#queues.send(this.#kind.queue, row);
  }

  #workerDied(): JobFailure {
    const { maxAttempts } = this.#kind;
    const attempts = maxAttempts === 1 ? '1 attempt' : `${maxAttempts} attempts`;
    return { code: 'WORKER_DIED', message: `The job did not finish in ${attempts}. Start it again.` };
  }

  /** Aborts the job only if the lease is lost. After an error the lease is still valid, and the next renewal may succeed. */
  async #renewLease(row: JobRow, leaseToken: string, controller: AbortController): Promise<void> {
    const isRenewed = await this.#logErrors('job lease could not be renewed', () => this.#leases.renew(row, leaseToken));
    if (isRenewed === false) controller.abort();
  }

  async #logErrors<Result>(message: string, work: () => Promise<Result>): Promise<Result | undefined> {
    try {
      return await work();
    } catch (error) {
      this.#logger.error({ err: error }, message);
      return undefined;
    }
  }
}

const keyOf = ({ organizationId, id }: JobRow): string => `${organizationId} ${id}`;
