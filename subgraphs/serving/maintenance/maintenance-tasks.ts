import type { PeriodicTask } from '../../shared/jobs/periodic-task.js';
import type { PrismaClient } from '../generated/prisma/client.js';
import type { ModelFiles } from '../model-artifact/model-files.js';
import { sweepArtifacts } from '../model-artifact/sweep.unscoped.store.js';
import { failInterruptedPredictions } from '../predict/interrupted.unscoped.store.js';

const SWEEP_INTERVAL_MS = 5 * 60 * 1000;
const INTERRUPTED_INTERVAL_MS = 30 * 1000;

/** Returns the tasks that remove unreferenced artifacts and end the predictions whose server has died. */
export const maintenanceTasks = (client: PrismaClient, files: ModelFiles): PeriodicTask[] => [
  { name: 'sweep artifacts', intervalMs: SWEEP_INTERVAL_MS, run: () => sweepArtifacts(client, files) },
  { name: 'fail interrupted predictions', intervalMs: INTERRUPTED_INTERVAL_MS, run: () => failInterruptedPredictions(client) },
];
