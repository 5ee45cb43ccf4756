import type { Logger } from 'pino';
import { JobLeases } from '../jobs/job-leases.unscoped.store.js';
import type { Jobs } from '../jobs/jobs.js';
import { startPeriodicTask } from '../jobs/periodic-task.js';
import type { Closeable } from '../jobs/closeable.js';
import type { Subgraph, SubgraphDatabaseClient } from './subgraph.js';

/**
 * Starts the jobs and periodic tasks of a subgraph. Closing aborts the jobs that run, sets them back to waiting, and waits for
 * the tasks in progress.
 */
export async function startBackgroundWork<DatabaseClient extends SubgraphDatabaseClient>(
  subgraph: Subgraph<DatabaseClient>,
  client: DatabaseClient,
  jobs: Jobs,
  logger: Logger,
): Promise<Closeable> {
  const { jobKinds = [], periodicTasks = [], close } = subgraph.background?.(client, jobs) ?? {};
  const tasks = periodicTasks.map((task) => startPeriodicTask(task, logger));
  await jobs.start(jobKinds, (table, leaseMs) => new JobLeases(client, table, leaseMs));
  return {
    async close() {
      await jobs.close();
      await Promise.all(tasks.map((task) => task.close()));
      await close?.();
    },
  };
}
