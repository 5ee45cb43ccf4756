import type { Logger } from 'pino';
import type { Jobs } from '../jobs/jobs.js';
import type { Closeable } from './run-process.js';
import type { SubgraphDatabaseClient, Subgraph } from './subgraph.js';

/** Starts what a subgraph does beside requests. Closing it gives rows that are worked on back to be worked on later. */
export async function startBackgroundWork<DatabaseClient extends SubgraphDatabaseClient>(
  subgraph: Subgraph<DatabaseClient>,
  client: DatabaseClient,
  jobs: Jobs,
  logger: Logger,
): Promise<Closeable> {
  const background = subgraph.background?.(client, logger, jobs);
  await jobs.start(background?.jobKinds ?? [], client);
  return {
    async close() {
      await jobs.close();
      await background?.close();
    },
  };
}
