import { JobError } from '../job.js';
import type { ChildAssignment, ChildMessage } from './messages.js';

/** Reports the completed fraction of the task, from 0 to 1. */
export type ReportProgress = (fraction: number) => void;

/**
 * The main program of a child process (`*.child.ts`). Receives one task, performs it in the task's folder, and sends its result,
 * or its JobError, to the parent process. Any other error ends the process. A child whose parent has died kills itself.
 */
export function runChildTask<Task>(perform: (task: Task, report: ReportProgress) => Promise<unknown>): void {
  const send = (message: ChildMessage) => new Promise<void>((resolve) => process.send!(message, () => resolve()));
  process.once('disconnect', () => process.kill(process.pid, 'SIGKILL'));
  process.once('message', async ({ folder, task }: ChildAssignment) => {
    process.chdir(folder);
    try {
      const value = await perform(task as Task, (fraction) => void send({ kind: 'progress', fraction }));
      await send({ kind: 'result', value });
    } catch (error) {
      if (!(error instanceof JobError)) throw error;
      await send({ kind: 'error', code: error.code, message: error.message });
    }
  });
}
