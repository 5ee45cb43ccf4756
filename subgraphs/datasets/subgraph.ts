import type { Subgraph } from '../shared/server/subgraph.js';
import { transactionOptions } from '../shared/tenancy/transaction.js';
import type { FilesConfig } from './config.js';
import { createContext } from './context.js';
import { filesOf } from './file-url/files.js';
import { fileRoutes } from './file-url/routes.js';
import { PrismaClient } from './generated/prisma/client.js';
import { resolvers } from './schema.js';
import { sweeping } from './stored-content/sweeping.js';

export const datasets = (config: FilesConfig): Subgraph<PrismaClient> => {
  const files = filesOf(config);
  return {
    name: 'datasets',
    house: new URL('.', import.meta.url),
    resolvers,
    connect: (adapter) => new PrismaClient({ adapter, transactionOptions }),
    context: (client, viewer) => createContext(client, viewer, files),
    streams: (server, client) => fileRoutes(server, files, (viewer) => createContext(client, viewer, files)),
    background: (client, logger) => sweeping(client, files.blobs, logger),
  };
};
