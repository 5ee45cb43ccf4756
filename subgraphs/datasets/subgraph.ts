import { PeerClient } from '../shared/peers/peer-client.js';
import type { Subgraph } from '../shared/server/subgraph.js';
import { connect } from '../shared/tenancy/connect.js';
import type { Viewer } from '../shared/viewer/viewer.js';
import type { DatasetsParts } from './config.js';
import { createContext } from './context.js';
import { profiling, profilingChildren } from './dataset-profile/profiling-job.js';
import { createFiles } from './files.js';
import { fileRoutes } from './file-url/routes.js';
import { PrismaClient } from './generated/prisma/client.js';
import { resolvers } from './schema.js';
import { sweeping } from './stored-content/sweep-task.js';
import { training, trainingChildren } from './training-execution/training-job.js';

export const datasets = (config: DatasetsParts): Subgraph<PrismaClient> => {
  const files = createFiles(config);
  const serving = new PeerClient('serving', config.serving);
  return {
    name: 'datasets',
    resolvers,
    connect: (adapter) => connect(PrismaClient, adapter),
    context: (client, viewer, jobs) => createContext(client, viewer, files, serving, jobs),
    streams: (server, client, jobs) => fileRoutes(server, files, (viewer) => createContext(client, viewer, files, serving, jobs)),
    background: (client, logger, jobs) => {
      const storesOf = (viewer: Viewer) => createContext(client, viewer, files, serving, jobs);
      const children = profilingChildren(files);
      children.prefork();
      const learners = trainingChildren(files);
      const swept = sweeping(client, files, logger);
      return {
        jobKinds: [profiling(children, files, storesOf), training({ children: learners, files, serving, storesOf })],
        close: async () => void (await Promise.all([children.close(), learners.close(), swept.close()])),
      };
    },
  };
};
