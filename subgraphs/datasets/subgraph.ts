import { PeerClient } from '../shared/peers/peer-client.js';
import type { Subgraph } from '../shared/server/subgraph.js';
import { connect } from '../shared/tenancy/connect.js';
import type { Viewer } from '../shared/viewer/viewer.js';
import type { DatasetsParts } from './config.js';
import { createContext } from './context.js';
import { profilingJob } from './dataset-profile/profiling-job.js';
import { createFiles } from './files.js';
import { fileRoutes } from './file-routes.js';
import { PrismaClient } from './generated/prisma/client.js';
import { resolvers } from './schema.js';
import { sweepTask } from './stored-content/sweep.unscoped.store.js';
import { trainingJob } from './training-execution/training-job.js';

export const datasets = (config: DatasetsParts): Subgraph<PrismaClient> => {
  const files = createFiles(config);
  const serving = new PeerClient('serving', config.serving);
  return {
    name: 'datasets',
    resolvers,
    connect: (adapter) => connect(PrismaClient, adapter),
    context: (client, viewer, jobs) => createContext(client, viewer, files, serving, jobs),
    streams: (server, client, jobs) => fileRoutes(server, files, (viewer) => createContext(client, viewer, files, serving, jobs)),
    background: (client, jobs) => {
      const storesOf = (viewer: Viewer) => createContext(client, viewer, files, serving, jobs);
      return {
        jobKinds: [profilingJob(files, storesOf), trainingJob({ files, serving, storesOf })],
        periodicTasks: [sweepTask(client, files)],
      };
    },
  };
};
