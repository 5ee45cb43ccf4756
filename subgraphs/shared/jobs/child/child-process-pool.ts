import { fork, type ChildProcess } from 'node:child_process';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { ZodType } from 'zod';
import { JobError } from '../job.js';
import { childMessage } from './messages.js';
import { residentBytes } from './resident-bytes.js';

export interface ChildProcessOptions<Result> {
  /** The bundled script that calls `serve` (build.js makes it of a `*.child.ts`). */
  entry: URL;
  /** Where each child gets a folder of its own for the time of its work. */
  scratchFolder: string;
  /** A child that occupies more is killed. */
  memoryBytes: number;
  /** Of which JavaScript may have so many MiB. */
  heapMebibytes: number;
  /** A child that takes longer is killed. */
  deadlineMs: number;
  result: ZodType<Result>;
}

/** A process that was started ahead, for one task. */
export interface TaskProcess<Task, Result> {
  /** Its folder, empty at first, where it may write; removed with it. */
  folder: string;
  /** Gives it the task. Throws WorkFault with what the child says, OUT_OF_MEMORY or TIMEOUT, and Error where it broke down. */
  run(task: Task): Promise<Result>;
}

export interface UseOptions {
  /** Kills the child; `run` rejects. */
  signal: AbortSignal;
  onProgress?(fraction: number): void;
}

const MEMORY_CHECK_MS = 100;
const STDERR_KEPT = 4_000;

/**
 * Does work in processes that may be killed: without an environment, in a folder of their own, in bounded memory and
 * time, each for one task alone. The next one is started ahead, since starting takes longer than most tasks.
 */
export class ChildProcessPool<Task, Result> {
  readonly #options: ChildProcessOptions<Result>;
  #next: ChildProcess | null = null;
  #isClosed = false;

  constructor(options: ChildProcessOptions<Result>) {
    this.#options = options;
  }

  /** Starts a process ahead, so that the first task does not wait for it. */
  prefork(): void {
    if (!this.#isClosed) this.#next ??= this.#start();
  }

  /** Lets `work` prepare a child's folder, run its task and take what it made, then ends the child and removes the folder. */
  async use<Answer>(work: (child: TaskProcess<Task, Result>) => Promise<Answer>, { signal, onProgress }: UseOptions): Promise<Answer> {
    const { scratchFolder } = this.#options;
    await mkdir(scratchFolder, { recursive: true });
    const folder = await mkdtemp(join(scratchFolder, 'work-'));
    const process = this.#take();
    const kill = () => void process.kill('SIGKILL');
    signal.addEventListener('abort', kill);
    if (signal.aborted) kill();
    try {
      return await work({ folder, run: (task) => this.#run(process, { folder, task }, onProgress) });
    } finally {
      signal.removeEventListener('abort', kill);
      await ended(process, kill);
      await rm(folder, { recursive: true, force: true });
    }
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    const idle = this.#next;
    this.#next = null;
    if (idle) await ended(idle, () => void idle.kill('SIGKILL'));
  }

  #take(): ChildProcess {
    const idle = this.#next;
    this.#next = null;
    const process = idle && idle.connected && !hasEnded(idle) ? idle : this.#start();
    process.ref();
    process.channel?.ref();
    this.prefork();
    return process;
  }

  #start(): ChildProcess {
    const child = fork(fileURLToPath(this.#options.entry), [], {
      env: {},
      execArgv: [`--max-old-space-size=${this.#options.heapMebibytes}`],
      serialization: 'advanced',
      stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    });
    child.on('error', () => undefined); // It could not be started, or not be reached: that it ended is what counts.
    (child.stderr as unknown as { unref?(): void })?.unref?.();
    child.unref();
    child.channel?.unref();
    return child;
  }

  async #run(child: ChildProcess, assignment: { folder: string; task: Task }, onProgress?: (fraction: number) => void): Promise<Result> {
    const { memoryBytes, deadlineMs, result } = this.#options;
    let stderr = '';
    child.stderr?.on('data', (chunk: Buffer) => (stderr = (stderr + chunk.toString()).slice(-STDERR_KEPT)));
    let watch: NodeJS.Timeout | undefined;
    let deadline: NodeJS.Timeout | undefined;
    try {
      return await new Promise<Result>((resolve, reject) => {
        const fail = (fault: Error) => {
          reject(fault);
          child.kill('SIGKILL');
        };
        const outOfMemory = () => new JobError('OUT_OF_MEMORY', 'The work needs more memory than it may have.');
        watch = setInterval(async () => {
          const bytes = child.pid === undefined ? null : await residentBytes(child.pid);
          if (bytes !== null && bytes > memoryBytes) fail(outOfMemory());
        }, MEMORY_CHECK_MS);
        deadline = setTimeout(() => fail(new JobError('TIMEOUT', `The work takes more than ${deadlineMs / 1000} seconds.`)), deadlineMs);
        child.on('message', (said) => {
          const message = childMessage.safeParse(said);
          if (!message.success) return fail(new Error('A child said what no child says.'));
          if (message.data.kind === 'progress') return onProgress?.(message.data.fraction);
          if (message.data.kind === 'fault') return reject(new JobError(message.data.code, message.data.message));
          const value = result.safeParse(message.data.value);
          if (value.success) resolve(value.data);
          else reject(new Error(`A child's result is none: ${value.error.message}`));
        });
        const died = () => reject(stderr.includes('heap out of memory') ? outOfMemory() : new Error(`A child died. ${stderr}`));
        if (hasEnded(child)) return died();
        child.once('close', died);
        child.send(assignment as never, (error) => error && reject(error));
      });
    } finally {
      clearInterval(watch);
      clearTimeout(deadline);
    }
  }
}

const hasEnded = (child: ChildProcess): boolean => child.exitCode !== null || child.signalCode !== null || child.pid === undefined;

/** Kills the process, and resolves when it is gone: nothing of it writes any more. */
async function ended(child: ChildProcess, kill: () => void): Promise<void> {
  if (hasEnded(child)) return;
  const gone = new Promise((resolve) => child.once('exit', resolve));
  kill();
  await gone;
}
