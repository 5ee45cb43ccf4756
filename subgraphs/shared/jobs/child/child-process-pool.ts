import { fork, type ChildProcess } from 'node:child_process';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { ZodType } from 'zod';
import { JobError } from '../job.js';
import { hasEnded, killAndWait } from './kill-and-wait.js';
import { childMessage, type ChildAssignment } from './messages.js';
import { residentBytes } from './resident-bytes.js';

export interface ChildProcessOptions<Result> {
  /** The bundled script that calls `runChildTask`. build.js bundles it from a `*.child.ts` file. */
  entry: URL;
  /** The folder in which each task gets a folder of its own while it runs. */
  scratchFolder: string;
  /** The largest resident set size in bytes. A child that exceeds it is killed. */
  memoryBytes: number;
  /** The largest JavaScript heap in MiB, a part of `memoryBytes`. */
  heapMebibytes: number;
  /** Milliseconds after which a child is killed. */
  deadlineMs: number;
  /** The schema that validates the child's result. */
  result: ZodType<Result>;
}

/** A child process that awaits its one task. */
export interface TaskProcess<Task, Result> {
  /** The task's folder: empty at first, writable for the child, and removed after the task. */
  folder: string;
  /**
   * Runs the task. Throws JobError with the child's own code, OUT_OF_MEMORY or TIMEOUT; throws Error if the child crashed or
   * sent an invalid message.
   */
  run(task: Task): Promise<Result>;
}

export interface UseChildOptions {
  /** Kills the child; `run` then rejects. */
  signal: AbortSignal;
  /** Receives the completed fraction of the task, from 0 to 1. */
  onProgress?(fraction: number): void;
}

const MEMORY_CHECK_MS = 100;
/** The number of characters of stderr that an error message contains. */
const STDERR_LENGTH = 4_000;

/**
 * Runs each task in a child process of its own: without environment variables, in a folder of its own, with limited memory and
 * time. One child is forked ahead of the next task, since forking takes longer than most tasks.
 */
export class ChildProcessPool<Task, Result> {
  readonly #options: ChildProcessOptions<Result>;
  #idle: ChildProcess | null = null;
  #isClosed = false;

  constructor(options: ChildProcessOptions<Result>) {
    this.#options = options;
  }

  /** Forks an idle child process for the next task, if there is none. */
  prefork(): void {
    if (!this.#isClosed) this.#idle ??= this.#fork();
  }

  /**
   * Calls `work` with a child process and a new folder, and resolves to its result. Afterwards kills the child and removes the
   * folder: `work` must have moved the files that it needs.
   */
  async use<Outcome>(
    work: (child: TaskProcess<Task, Result>) => Promise<Outcome>,
    { signal, onProgress }: UseChildOptions,
  ): Promise<Outcome> {
    const { scratchFolder } = this.#options;
    await mkdir(scratchFolder, { recursive: true });
    const folder = await mkdtemp(join(scratchFolder, 'work-'));
    const child = this.#take();
    const kill = () => void child.kill('SIGKILL');
    signal.addEventListener('abort', kill);
    if (signal.aborted) kill();
    try {
      return await work({ folder, run: (task) => this.#run(child, { folder, task }, onProgress) });
    } finally {
      signal.removeEventListener('abort', kill);
      await killAndWait(child);
      await rm(folder, { recursive: true, force: true });
    }
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    const idle = this.#idle;
    this.#idle = null;
    if (idle) await killAndWait(idle);
  }

  #take(): ChildProcess {
    const idle = this.#idle;
    this.#idle = null;
    const child = idle && idle.connected && !hasEnded(idle) ? idle : this.#fork();
    child.ref();
    child.channel?.ref();
    this.prefork();
    return child;
  }

  #fork(): ChildProcess {
    const child = fork(fileURLToPath(this.#options.entry), [], {
      env: {},
      execArgv: [`--max-old-space-size=${this.#options.heapMebibytes}`],
      serialization: 'advanced',
      stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    });
    child.on('error', () => undefined); // It could not be started or reached. Its `close` event is what `#run` waits for.
    (child.stderr as unknown as { unref?(): void })?.unref?.();
    child.unref();
    child.channel?.unref();
    return child;
  }

  async #run(child: ChildProcess, assignment: ChildAssignment, onProgress?: (fraction: number) => void): Promise<Result> {
    const { memoryBytes, deadlineMs, result } = this.#options;
    let stderr = '';
    child.stderr?.on('data', (chunk: Buffer) => (stderr = (stderr + chunk.toString()).slice(-STDERR_LENGTH)));
    let memoryCheck: NodeJS.Timeout | undefined;
    let deadline: NodeJS.Timeout | undefined;
    try {
      return await new Promise<Result>((resolve, reject) => {
        const rejectAndKill = (error: Error) => {
          reject(error);
          child.kill('SIGKILL');
        };
        memoryCheck = setInterval(async () => {
          const bytes = child.pid === undefined ? null : await residentBytes(child.pid);
          if (bytes !== null && bytes > memoryBytes) rejectAndKill(outOfMemory(memoryBytes));
        }, MEMORY_CHECK_MS);
        deadline = setTimeout(() => rejectAndKill(timeout(deadlineMs)), deadlineMs);
        child.on('message', (received) => {
          const message = childMessage.safeParse(received);
          if (!message.success) return rejectAndKill(new Error('A child process sent an invalid message.'));
          if (message.data.kind === 'progress') return onProgress?.(message.data.fraction);
          if (message.data.kind === 'error') return reject(new JobError(message.data.code, message.data.message));
          const value = result.safeParse(message.data.value);
          if (value.success) resolve(value.data);
          else reject(new Error(`A child process sent an invalid result: ${value.error.message}`));
        });
        const onClose = () =>
          reject(stderr.includes('heap out of memory') ? outOfMemory(memoryBytes) : new Error(`A child process died. ${stderr}`));
        if (hasEnded(child)) return onClose();
        child.once('close', onClose);
        child.send(assignment as never, (error) => error && reject(error));
      });
    } finally {
      clearInterval(memoryCheck);
      clearTimeout(deadline);
    }
  }
}

const outOfMemory = (memoryBytes: number) =>
  new JobError(
    'OUT_OF_MEMORY',
    `Processing needs more memory than the limit of ${Math.round(memoryBytes / 2 ** 20)} MiB. Reduce the input.`,
  );

const timeout = (deadlineMs: number) =>
  new JobError('TIMEOUT', `Processing takes longer than the limit of ${deadlineMs / 1000} seconds. Reduce the input.`);
