import type { Logger } from 'pino';
import type { Jobs } from '../jobs/jobs.js';
import type { Running } from './process.js';
import type { Client, Subgraph } from './subgraph.js';

/** Starts what a subgraph does beside requests. Closing it gives rows that are worked on back to be worked on later. */
export async function startWork<DatabaseClient extends Client>(
  subgraph: Subgraph<DatabaseClient>,
  client: DatabaseClient,
  jobs: Jobs,
  logger: Logger,
): Promise<Running> {
  const background = subgraph.background?.(client, logger, jobs);
  await jobs.start(background?.works ?? [], client);
  return {
    async close() {
      await jobs.close();
      await background?.close();
    },
  };
}
