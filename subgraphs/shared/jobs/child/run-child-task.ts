import { JobError } from '../job.js';
import type { ChildAssignment, ChildMessage } from './messages.js';

export type ReportProgress = (fraction: number) => void;

/**
 * The main program of a child: does the one task that it is given, in the folder that it is given, and says what came of
 * it. `report` tells how much is done, from 0 to 1. A child whose parent is gone ends.
 */
export function runChildTask<Task>(perform: (task: Task, report: ReportProgress) => Promise<unknown>): void {
  const say = (message: ChildMessage) => new Promise<void>((resolve) => process.send!(message, () => resolve()));
  process.once('disconnect', () => process.kill(process.pid, 'SIGKILL'));
  process.once('message', async ({ folder, task }: ChildAssignment) => {
    process.chdir(folder);
    try {
      const value = await perform(task as Task, (fraction) => void say({ kind: 'progress', fraction }));
      await say({ kind: 'result', value });
    } catch (error) {
      if (!(error instanceof JobError)) throw error;
      await say({ kind: 'fault', code: error.code, message: error.message });
    }
  });
}
