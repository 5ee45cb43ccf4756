import type { PeriodicTask } from '../../shared/jobs/periodic-task.js';
import type { PrismaClient } from '../generated/prisma/client.js';

const INTERVAL_MS = 30 * 1000;
/** The largest number of predictions that one run marks, so that its statement is not long. The next run marks more. */
const BATCH = 1000;

/**
 * Marks as FAILED the PENDING predictions of all organizations whose deadline has passed because their server stopped. Returns the
 * number of predictions.
 */
export async function failInterruptedPredictions(client: PrismaClient, now = new Date()): Promise<number> {
  const { count } = await client.prediction.updateMany({
    where: { pendingUntil: { lt: now } },
    limit: BATCH,
    data: {
      status: 'FAILED',
      pendingUntil: null,
      errorCode: 'INTERRUPTED',
      errorMessage: 'The server stopped before the prediction was complete. Try again.',
    },
  });
  return count;
}

/** Returns the task that marks predictions as FAILED whose server has stopped. */
export const interruptedPredictionsTask = (client: PrismaClient): PeriodicTask => ({
  name: 'fail interrupted predictions',
  intervalMs: INTERVAL_MS,
  run: () => failInterruptedPredictions(client),
});
