import type { Viewer } from '../viewer/viewer.js';

/** A row that work is done for, and who asked for it. */
export interface Job {
  viewer: Viewer;
  /** The row's id in the viewer's organization. */
  id: string;
  /** 1 the first time; 2 where the worker before died or broke down. */
  attempt: number;
}

/** The right to change the row: while it lasts, nobody else works on it. */
export interface Lease {
  /** What the row's `lease_token` must be for a change to be made. Each change checks it, in its own transaction. */
  token: string;
  /** Aborted when the lease is lost or the work is no longer wanted: whatever is under way must end, and changes nothing. */
  signal: AbortSignal;
}

/** Why a row FAILED: a code, and words for its owner that name no path, host or statement. */
export interface JobFailure {
  code: string;
  message: string;
}

/** An end that another attempt would not change, such as a file that cannot be read. */
export class JobError extends Error {
  readonly code: string;

  constructor(code: string, message: string) {
    super(message);
    this.code = code;
  }
}

/**
 * The table of rows that wait for work. It has the columns `org_id`, `id`, `status`, `created_at` and those of a lease:
 * `lease_token uuid`, `leased_until timestamptz`, `attempts int default 0`, and `asked_by jsonb` with the Viewer who asked.
 * A CHECK, or the code that creates rows, sees to it that a waiting row has an `asked_by`.
 */
export interface JobTable {
  name: string;
  /** The enum type of `status`, as the migration names it. */
  statusType: string;
  /** The status of a row that nobody works on yet. */
  waitingStatus: string;
  /** The status of a row that somebody works on. One without a lease is somebody else's, and left alone. */
  runningStatus: string;
}

/** A kind of work: one queue, and what is done for each of its rows. */
export interface JobKind {
  /** The queue's name: letters, digits, `-` and `_`. */
  queue: string;
  table: JobTable;
  /** How many rows this process works on at once. */
  concurrency: number;
  /**
   * Does the work, and commits its result with the row's end in one transaction that changes the row only where its
   * `lease_token` is still this one, setting `lease_token` and `leased_until` to null. Throws WorkFault where the row must
   * fail, and anything else where another attempt may do better.
   */
  perform(job: Job, lease: Lease): Promise<void>;
  /** Ends the row as FAILED, where its `lease_token` is still this one. */
  fail(job: Job, lease: Lease, failure: JobFailure): Promise<void>;
}
