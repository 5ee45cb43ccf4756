import type { Logger } from 'pino';
import type { Closeable } from './closeable.js';

/** Work that a process repeats at an interval, such as the removal of files that no row references. */
export interface PeriodicTask {
  /** The name of the task in the log. */
  name: string;
  intervalMs: number;
  /** Runs the task once. A result that is not empty (null, 0) is logged. */
  run(): Promise<unknown>;
}

/**
 * Runs a task now and then at its interval, until it is closed; closing waits for the run in progress. Runs never overlap: one
 * that would begin while another is in progress is left out. An error is logged, and the next run takes place as usual.
 */
export function startPeriodicTask({ name, intervalMs, run }: PeriodicTask, logger: Logger): Closeable {
  let current: Promise<void> | null = null;
  const runOnce = async () => {
    try {
      const result = await run();
      if (result) logger.info({ task: name, result }, 'periodic task finished');
    } catch (error) {
      logger.error({ err: error, task: name }, 'periodic task failed');
    }
  };
  const start = () => void (current ??= runOnce().finally(() => (current = null)));
  start();
  const timer = setInterval(start, intervalMs).unref();
  return {
    async close() {
      clearInterval(timer);
      await current;
    },
  };
}
