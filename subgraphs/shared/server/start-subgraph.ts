import { pino } from 'pino';
import type { SqlDriverAdapterFactory } from '@prisma/client/runtime/client';
import type { SubgraphName } from '../configuration/names.js';
import type { DatabaseLocation, SubgraphConfig } from './config.js';
import type { Running } from './process.js';
import type { Client, Subgraph } from './subgraph.js';
import { subgraphServer } from './subgraph-server.js';

/** Opens a subgraph's database with all its migrations applied. */
export type OpenDatabase = (name: SubgraphName, location: DatabaseLocation) => Promise<{ adapter: SqlDriverAdapterFactory; close(): Promise<void> }>;

/** A subgraph on its database, listening. Closing it finishes the requests in flight and leaves the database whole. */
export async function startSubgraph<DatabaseClient extends Client>(
  subgraph: Subgraph<DatabaseClient>,
  config: SubgraphConfig,
  openDatabase: OpenDatabase,
): Promise<Running> {
  const logger = pino({ name: subgraph.name, level: config.logLevel });
  const database = await openDatabase(subgraph.name, config.database);
  const client = subgraph.connect(database.adapter);
  const server = await subgraphServer(subgraph, client, { viewerKeys: config.viewerKeys, logger });
  await server.listen({ host: config.host, port: config.port });
  logger.info(`${subgraph.name} listens on ${config.host}:${config.port}`);
  return {
    close: async () => {
      await server.close();
      await client.$disconnect();
      await database.close();
    },
  };
}
