import type { PeriodicTask } from '../../shared/jobs/periodic-task.js';
import type { Files } from '../files.js';
import type { PrismaClient } from '../generated/prisma/client.js';
import { sweep } from './sweep.unscoped.store.js';

const INTERVAL_MS = 5 * 60 * 1000;

/** Returns the task that removes uploads, contents and files that nothing references. */
export const sweepTask = (client: PrismaClient, files: Files): PeriodicTask => ({
  name: 'sweep stored content',
  intervalMs: INTERVAL_MS,
  run: () => sweep(client, files),
});
