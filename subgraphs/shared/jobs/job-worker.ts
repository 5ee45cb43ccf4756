import { randomUUID } from 'node:crypto';
import type { Logger } from 'pino';
import { CoalescingSignal } from '../subscriptions/coalescing-signal.js';
import type { JobLeases, JobRow } from './job-leases.unscoped.store.js';
import type { FetchedJob, JobQueues } from './job-queues.js';
import { JobError, type Job, type Lease, type JobKind } from './job.js';

export interface JobTiming {
  /** How long a worker that is not heard of keeps its row. It is renewed three times as often. */
  leaseMs: number;
  /** How often a queue is asked for what other processes sent. */
  pollMs: number;
  /** How often rows are looked for that no queue knows of. */
  overdueScanMs: number;
}

/** A row is tried twice: a worker may die of something else than its work. */
const MAX_ATTEMPTS = 2;
const DIED = { code: 'WORKER_DIED', message: 'The work was begun twice and did not come to its end.' };

/** Takes rows from the queue of one kind of work, so many at once, until it is closed. */
export class JobWorker {
  readonly #work: JobKind;
  readonly #queues: JobQueues;
  readonly #leases: JobLeases;
  readonly #logger: Logger;
  readonly #timing: JobTiming;
  readonly #bells: CoalescingSignal[];
  readonly #running = new Map<string, AbortController>();
  #loops: Promise<void>[] = [];
  #isClosing = false;

  constructor(work: JobKind, queues: JobQueues, leases: JobLeases, logger: Logger, timing: JobTiming) {
    this.#work = work;
    this.#queues = queues;
    this.#leases = leases;
    this.#logger = logger.child({ work: work.queue });
    this.#timing = timing;
    this.#bells = Array.from({ length: work.concurrency }, () => new CoalescingSignal());
  }

  start(): void {
    this.#loops = [...this.#bells.map((bell) => this.#takeRows(bell)), this.#findRows()];
  }

  /** Something was sent: whoever is idle looks at once. */
  wake(): void {
    for (const bell of this.#bells) bell.notify();
  }

  /** Ends what this process does for the row. */
  interrupt(row: JobRow): void {
    this.#running.get(keyOf(row))?.abort();
  }

  /** Takes no more, stops what is under way and gives its rows back. */
  async close(): Promise<void> {
    this.#isClosing = true;
    for (const bell of [...this.#bells, this.#passBell]) bell.close();
    for (const running of this.#running.values()) running.abort();
    await Promise.all(this.#loops);
  }

  async #takeRows(bell: CoalescingSignal): Promise<void> {
    while (!this.#isClosing) {
      const delivery = await this.#caught('a queue could not be read', () => this.#queues.fetch(this.#work.queue));
      if (delivery) {
        await this.#caught('a row could not be worked on', () => this.#workOn(delivery));
        await this.#caught('a message could not be removed', () => this.#queues.complete(this.#work.queue, delivery));
      } else {
        bell.notifyAt(new Date(Date.now() + this.#timing.pollMs));
        if (!(await bell.wait())) return;
      }
    }
  }

  readonly #passBell = new CoalescingSignal();

  /** Sends what was never sent because its process died, and what was left by a worker that died. */
  async #findRows(): Promise<void> {
    do {
      await this.#caught('overdue rows could not be found', async () => {
        for (const row of await this.#leases.overdue()) await this.#queues.send(this.#work.queue, row);
        this.wake();
      });
      this.#passBell.notifyAt(new Date(Date.now() + this.#timing.overdueScanMs));
    } while (await this.#passBell.wait());
  }

  async #workOn({ organizationId, id }: FetchedJob): Promise<void> {
    const row = { organizationId, id };
    const token = randomUUID();
    const claimed = await this.#leases.claim(row, token);
    if (!claimed) return;
    const aborting = new AbortController();
    const job: Job = { ...claimed, id };
    const lease: Lease = { token, signal: aborting.signal };
    this.#running.set(keyOf(row), aborting);
    const renewal = setInterval(() => void this.#renew(row, token, aborting), this.#timing.leaseMs / 3);
    try {
      if (this.#isClosing) aborting.abort();
      else if (job.attempt > MAX_ATTEMPTS) await this.#work.fail(job, lease, DIED);
      else await this.#work.perform(job, lease);
    } catch (error) {
      await this.#end(job, row, lease, error);
    } finally {
      clearInterval(renewal);
      this.#running.delete(keyOf(row));
      if (this.#isClosing) await this.#leases.release(row, token, true);
    }
  }

  /** What becomes of a row whose work threw. */
  async #end(job: Job, row: JobRow, lease: Lease, error: unknown): Promise<void> {
    if (lease.signal.aborted) return;
    if (error instanceof JobError) return this.#work.fail(job, lease, { code: error.code, message: error.message });
    this.#logger.error({ err: error, ...row, attempt: job.attempt }, 'work broke down');
    if (job.attempt >= MAX_ATTEMPTS) return this.#work.fail(job, lease, DIED);
    await this.#leases.release(row, lease.token, false);
    await this.#queues.send(this.#work.queue, row);
  }

  /** A renewal that fails leaves time for another; only the answer that the lease is lost ends the work. */
  async #renew(row: JobRow, token: string, aborting: AbortController): Promise<void> {
    const isMine = await this.#caught('a lease could not be renewed', () => this.#leases.renew(row, token));
    if (isMine === false) aborting.abort();
  }

  async #caught<Result>(message: string, work: () => Promise<Result>): Promise<Result | undefined> {
    try {
      return await work();
    } catch (error) {
      this.#logger.error({ err: error }, message);
      return undefined;
    }
  }
}

const keyOf = ({ organizationId, id }: JobRow): string => `${organizationId} ${id}`;
