import type { AddressInfo } from 'node:net';
import type { SqlDriverAdapterFactory } from '@prisma/driver-adapter-utils';
import { pino } from 'pino';
import type { SubgraphName } from '../configuration/names.js';
import type { Listen } from '../subscriptions/listen.js';
import type { DatabaseLocation, SubgraphConfig } from './config.js';
import type { Running } from './process.js';
import type { Client, Subgraph } from './subgraph.js';
import { subgraphServer } from './subgraph-server.js';

/** An open database with all its migrations applied. */
export interface OpenDatabase {
  adapter: SqlDriverAdapterFactory;
  listen: Listen;
  close(): Promise<void>;
}

export interface StartedSubgraph<DatabaseClient> extends Running {
  /** Where it answers GraphQL. */
  url: string;
  client: DatabaseClient;
}

/** A subgraph on its database, listening. Closing it finishes the requests in flight and leaves the database whole. */
export async function startSubgraph<DatabaseClient extends Client>(
  subgraph: Subgraph<DatabaseClient>,
  config: SubgraphConfig,
  openDatabase: (name: SubgraphName, location: DatabaseLocation) => Promise<OpenDatabase>,
): Promise<StartedSubgraph<DatabaseClient>> {
  const logger = pino({ name: subgraph.name, level: config.logLevel });
  const database = await openDatabase(subgraph.name, config.database);
  const client = subgraph.connect(database.adapter);
  const server = await subgraphServer(subgraph, client, { viewerKeys: config.viewerKeys, logger, listen: database.listen });
  await server.listen({ host: config.host, port: config.port });
  const { port } = server.server.address() as AddressInfo;
  const background = subgraph.background?.(client, logger);
  logger.info(`${subgraph.name} listens on ${config.host}:${port}`);
  return {
    url: `http://${config.host}:${port}/graphql`,
    client,
    close: async () => {
      await server.close();
      await background?.close();
      await client.$disconnect();
      await database.close();
    },
  };
}
