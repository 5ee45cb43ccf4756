import type { AddressInfo } from 'node:net';
import type { SqlDriverAdapterFactory } from '@prisma/driver-adapter-utils';
import { pino } from 'pino';
import type { SubgraphName } from '../configuration/registry.js';
import type { ExecuteSql } from '../jobs/execute-sql.js';
import { Jobs } from '../jobs/jobs.js';
import type { Listen } from '../subscriptions/listen.js';
import type { DatabaseLocation, SubgraphConfig } from './config.js';
import type { Closeable } from '../jobs/closeable.js';
import { startBackgroundWork } from './start-background-work.js';
import type { SubgraphDatabaseClient, Subgraph } from './subgraph.js';
import { createSubgraphServer } from './subgraph-server.js';

/** An open database to which all migrations have been applied. */
export interface OpenDatabase {
  adapter: SqlDriverAdapterFactory;
  listen: Listen;
  /** Executes the SQL of the job queues. */
  executeSql: ExecuteSql;
  close(): Promise<void>;
}

export interface StartedSubgraph<DatabaseClient> extends Closeable {
  /** The URL of the GraphQL endpoint. */
  url: string;
  client: DatabaseClient;
}

/** Opens the database of a subgraph and serves it over HTTP. Closing it finishes the requests in progress and then closes the database. */
export async function startSubgraph<DatabaseClient extends SubgraphDatabaseClient>(
  subgraph: Subgraph<DatabaseClient>,
  config: SubgraphConfig,
  openDatabase: (name: SubgraphName, location: DatabaseLocation) => Promise<OpenDatabase>,
): Promise<StartedSubgraph<DatabaseClient>> {
  const logger = pino({ name: subgraph.name, level: config.logLevel });
  const database = await openDatabase(subgraph.name, config.database);
  const client = subgraph.connect(database.adapter);
  const jobs = new Jobs({ executeSql: database.executeSql, logger });
  const { viewerKeys, publisherKey, maxResponseBytes } = config;
  const server = await createSubgraphServer(subgraph, client, {
    viewerKeys,
    publisherKey,
    maxResponseBytes,
    logger,
    listen: database.listen,
    jobs,
  });
  const backgroundWork = await startBackgroundWork(subgraph, client, jobs, logger);
  await server.listen({ host: config.host, port: config.port });
  const { port } = server.server.address() as AddressInfo;
  logger.info(`${subgraph.name} listens on ${config.host}:${port}`);
  return {
    url: `http://${config.host}:${port}/graphql`,
    client,
    close: async () => {
      await server.close();
      await backgroundWork.close();
      await client.$disconnect();
      await database.close();
    },
  };
}
