import type { Viewer } from '../viewer/viewer.js';

/** The identity of the row that holds a job: the table is known from the queue. */
export interface JobRow {
  organizationId: string;
  id: string;
}

/** One attempt at a job. This process holds the lease on the job's row. */
export interface Job {
  /** The id of the row, in the organization of the viewer. */
  id: string;
  /** The user who requested the job. The work is done with this user's rights. */
  viewer: Viewer;
  /** The number of this attempt, counted from 1. */
  attempt: number;
  /** The value that the row's `lease_token` must still have whenever this attempt changes the row (`whereLeased`). */
  leaseToken: string;
  /** Aborted when the lease is lost, the job is canceled or the process closes. The work must then stop and change nothing. */
  signal: AbortSignal;
}

/** The reason for which a job failed. The message is shown to the user: it contains no path, host name or SQL. */
export interface JobFailure {
  code: string;
  message: string;
}

/** An error that would occur again in another attempt, such as an unreadable file. The job fails at once with its code and message. */
export class JobError extends Error {
  readonly code: string;

  constructor(code: string, message: string) {
    super(message);
    this.code = code;
  }
}

/**
 * The table whose rows are jobs. It has the columns `org_id`, `id`, `status`, `created_at`, `asked_by jsonb` (the Viewer who
 * requested the job) and those of the lease: `lease_token uuid`, `leased_until timestamptz`, `attempts int default 0`. A CHECK
 * constraint, or the code that inserts rows, ensures that a waiting row has an `asked_by`.
 */
export interface JobTable {
  name: string;
  /** The name of the enum type of `status` in PostgreSQL. */
  statusType: string;
  /** The status of a row whose job waits for a worker. */
  waitingStatus: string;
  /** The status of a row that a worker has claimed. A row with this status and without a lease is not a job and is left alone. */
  runningStatus: string;
}

/** A kind of job as workers run it: one queue, one table, one piece of work. `defineJob` creates it. */
export interface JobKind {
  /** The name of the queue: letters, digits, `-` and `_`. */
  queue: string;
  table: JobTable;
  /** The number of jobs of this kind that one process runs at once. */
  concurrency: number;
  /** The number of attempts after which the job fails with WORKER_DIED. */
  maxAttempts: number;
  /** Acquires what the kind keeps between jobs, such as a preforked child process. */
  start?(): void;
  /**
   * Does the work and ends the row in one transaction, on the condition that the row still has the job's lease. Throws JobError
   * if the job must fail, and any other error if another attempt may succeed.
   */
  perform(job: Job): Promise<void>;
  /** Ends the row as failed, on the condition that the row still has the job's lease. */
  fail(job: Job, failure: JobFailure): Promise<void>;
  /** Releases what `start` and `perform` acquired. */
  close?(): Promise<void>;
}
