import type { Viewer } from '../viewer/viewer.js';
import { ChildProcessPool, type ChildProcessOptions, type TaskProcess } from './child/child-process-pool.js';
import type { Job, JobFailure, JobKind, JobTable } from './job.js';

const DEFAULT_MAX_ATTEMPTS = 2;
/** Progress is saved at most once per interval, so that a fast child process does not load the database. */
const PROGRESS_INTERVAL_MS = 500;

/** One attempt at a job, as the functions of its definition receive it. */
export interface JobRun<Stores, Task = never, Result = never> {
  job: Job;
  /** The stores of the job, for the viewer who requested it. */
  stores: Stores;
  /** Saves the completed fraction of the job (0 to 1), at most once every 500 ms. Errors are ignored, because later calls save the progress again. */
  reportProgress(fraction: number): void;
  /**
   * Runs one task in a child process and resolves to the result of `work`. `work` prepares the child's folder, calls `child.run`,
   * and moves the files that it needs out of the folder, which is removed afterwards. The child's progress is reported. The child
   * is killed if the job is aborted.
   */
  useChildProcess<Outcome>(work: (child: TaskProcess<Task, Result>) => Promise<Outcome>): Promise<Outcome>;
}

/** The definition of a kind of job: its queue and table, its limits, and its work. */
export interface JobDefinition<Stores, Task = never, Result = never> {
  /** The name of the queue: letters, digits, `-` and `_`. */
  queue: string;
  table: JobTable;
  /** The number of jobs of this kind that one process runs at once. */
  concurrency: number;
  /** Default 2, because a worker may die for a reason unrelated to the job. Give 1 for work that must not be repeated. */
  maxAttempts?: number;
  /** Creates only the stores that the job needs, for the viewer who requested it. */
  storesOf(viewer: Viewer): Stores;
  /** The program and the limits of the child process, for work on untrusted input or with much computation. */
  childProcess?: ChildProcessOptions<Result> & {
    /** True if a child process is forked when the server starts, so that the first job need not wait for it. It occupies about 50 MB. */
    isPreforked?: boolean;
  };
  /** See `JobKind.perform`. */
  perform(run: JobRun<Stores, Task, Result>): Promise<void>;
  /** Saves the completed fraction of the job (0 to 1). Must only update the row that matches `whereLeased(job)`. */
  saveProgress?(run: Pick<JobRun<Stores>, 'job' | 'stores'>, fraction: number): Promise<void>;
  /** See `JobKind.fail`. */
  fail(run: Pick<JobRun<Stores>, 'job' | 'stores'>, failure: JobFailure): Promise<void>;
}

/** Creates a kind of job from its definition. README.md shows an example. */
export function defineJob<Stores, Task = never, Result = never>(definition: JobDefinition<Stores, Task, Result>): JobKind {
  const { queue, table, concurrency, maxAttempts = DEFAULT_MAX_ATTEMPTS, storesOf, childProcess, perform, saveProgress, fail } = definition;
  const pool = childProcess && new ChildProcessPool<Task, Result>(childProcess);

  const runOf = (job: Job): JobRun<Stores, Task, Result> => {
    const stores = storesOf(job.viewer);
    const reportProgress = throttle((fraction: number) => void saveProgress?.({ job, stores }, fraction).catch(() => undefined));
    const useChildProcess: JobRun<Stores, Task, Result>['useChildProcess'] = async (work) => {
      if (!pool) throw new Error(`The job "${queue}" has no childProcess.`);
      return pool.use(work, { signal: job.signal, onProgress: reportProgress });
    };
    return { job, stores, reportProgress, useChildProcess };
  };

  return {
    queue,
    table,
    concurrency,
    maxAttempts,
    start: () => childProcess?.isPreforked && pool?.prefork(),
    perform: async (job) => perform(runOf(job)),
    fail: async (job, failure) => fail({ job, stores: storesOf(job.viewer) }, failure),
    close: async () => pool?.close(),
  };
}

/** Returns a function that calls `save` at most once per interval; the first interval begins now. */
function throttle(save: (fraction: number) => void): (fraction: number) => void {
  let savedAt = Date.now();
  return (fraction) => {
    if (Date.now() - savedAt < PROGRESS_INTERVAL_MS) return;
    savedAt = Date.now();
    save(fraction);
  };
}
