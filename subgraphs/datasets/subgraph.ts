import { Peer } from '../shared/peers/peer.js';
import type { Subgraph } from '../shared/server/subgraph.js';
import { transactionOptions } from '../shared/tenancy/transaction.js';
import type { DatasetsParts } from './config.js';
import type { Viewer } from '../shared/viewer/viewer.js';
import { createContext } from './context.js';
import { profiling, profilingChildren } from './dataset-profile/profiling.js';
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
    context: (client, viewer, jobs) => createContext(client, viewer, files, jobs, serving),
    streams: (server, client, jobs) => fileRoutes(server, files, (viewer) => createContext(client, viewer, files, jobs, serving)),
    background: (client, logger, jobs) => {
      const storesOf = (viewer: Viewer) => createContext(client, viewer, files, jobs, serving);
      const children = profilingChildren(files);
      children.prepare();
      const swept = sweeping(client, files, logger);
      return {
        works: [profiling(children, files, storesOf)],
        close: async () => void (await Promise.all([children.close(), swept.close()])),
      };
    },
  };
};
