import type { AddressInfo } from 'node:net';
import type { SqlDriverAdapterFactory } from '@prisma/driver-adapter-utils';
import { pino } from 'pino';
import type { SubgraphName } from '../configuration/registry.js';
import type { ExecuteSql } from '../jobs/execute-sql.js';
import { Jobs } from '../jobs/jobs.js';
import type { Listen } from '../subscriptions/listen.js';
import type { DatabaseLocation, SubgraphConfig } from './config.js';
import type { Closeable } from './closeable.js';
import { startBackgroundWork } from './start-background-work.js';
import type { SubgraphDatabaseClient, Subgraph } from './subgraph.js';
import { createSubgraphServer } from './subgraph-server.js';

/** An open database with all its migrations applied. */
export interface OpenDatabase {
  adapter: SqlDriverAdapterFactory;
  listen: Listen;
  /** What the queues of jobs talk through. */
  executeSql: ExecuteSql;
  close(): Promise<void>;
}

export interface StartedSubgraph<DatabaseClient> extends Closeable {
  /** Where it answers GraphQL. */
  url: string;
  client: DatabaseClient;
}

/** A subgraph on its database, listening. Closing it finishes the requests in flight and leaves the database whole. */
export async function startSubgraph<DatabaseClient extends SubgraphDatabaseClient>(
  subgraph: Subgraph<DatabaseClient>,
  config: SubgraphConfig,
  openDatabase: (name: SubgraphName, location: DatabaseLocation) => Promise<OpenDatabase>,
): Promise<StartedSubgraph<DatabaseClient>> {
  const logger = pino({ name: subgraph.name, level: config.logLevel });
  const database = await openDatabase(subgraph.name, config.database);
  const client = subgraph.connect(database.adapter);
  const jobs = new Jobs({ executeSql: database.executeSql, logger });
  const server = await createSubgraphServer(subgraph, client, { viewerKeys: config.viewerKeys, logger, listen: database.listen, jobs });
  const working = await startBackgroundWork(subgraph, client, jobs, logger);
  await server.listen({ host: config.host, port: config.port });
  const { port } = server.server.address() as AddressInfo;
  logger.info(`${subgraph.name} listens on ${config.host}:${port}`);
  return {
    url: `http://${config.host}:${port}/graphql`,
    client,
    close: async () => {
      await server.close();
      await working.close();
      await client.$disconnect();
      await database.close();
    },
  };
}
