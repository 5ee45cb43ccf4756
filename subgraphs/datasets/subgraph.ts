import { Peer } from '../shared/peers/peer.js';
import type { Subgraph } from '../shared/server/subgraph.js';
import { transactionOptions } from '../shared/tenancy/transaction.js';
import type { DatasetsParts } from './config.js';
import { createContext } from './context.js';
import { filesOf } from './file-url/files.js';
import { fileRoutes } from './file-url/routes.js';
import { PrismaClient } from './generated/prisma/client.js';
import { resolvers } from './schema.js';
import { sweeping } from './stored-content/sweeping.js';

export const datasets = (config: DatasetsParts): Subgraph<PrismaClient> => {
  const files = filesOf(config);
  const serving = new Peer('serving', config.serving);
  return {
    name: 'datasets',
    house: new URL('.', import.meta.url),
    resolvers,
    connect: (adapter) => new PrismaClient({ adapter, transactionOptions }),
    context: (client, viewer) => createContext(client, viewer, files, serving),
    streams: (server, client) => fileRoutes(server, files, (viewer) => createContext(client, viewer, files, serving)),
    background: (client, logger) => sweeping(client, files.blobs, logger),
  };
};
