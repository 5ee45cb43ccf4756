import { PeerClient } from '../shared/peers/peer-client.js';
import type { Subgraph } from '../shared/server/subgraph.js';
import { RateLimitStore } from '../shared/rate-limits/rate-limits.unscoped.store.js';
import { connect } from '../shared/tenancy/connect.js';
import type { ServingParts } from './config.js';
import { createContext } from './context.js';
import { PrismaClient } from './generated/prisma/client.js';
import { createModelFiles } from './model-artifact/model-files.js';
import { createTargetCache } from './predict/target.store.js';
import { interruptedPredictionsTask } from './predict/interrupted.unscoped.store.js';
import { artifactSweepTask } from './model-artifact/sweep.unscoped.store.js';
import { createInference } from './inference/inference.js';
import { CredentialStore } from './identity/credential.unscoped.store.js';
import { DEFAULT_CREDENTIAL_LIMITS } from './identity/credential-limits.js';
import { createIdentity } from './identity/identity.js';
import { identityRoutes } from './identity/routes.js';
import { resolvers } from './schema.js';

export const serving = (parts: ServingParts): Subgraph<PrismaClient> => {
  const identity = createIdentity(parts);
  const datasets = new PeerClient('datasets', parts.datasets);
  const files = createModelFiles(parts);
  const inference = createInference(parts.inference);
  const { apiKeyPepper: rateLimitSecret, credentialLimits = DEFAULT_CREDENTIAL_LIMITS } = parts;
  const process = { identity, rateLimitSecret, credentialLimits, datasets, files, inference, targetCache: createTargetCache() };
  return {
    name: 'serving',
    resolvers,
    connect: (adapter) => connect(PrismaClient, adapter),
    context: (client, viewer, _jobs, address) => createContext(client, viewer, process, address),
    routes: (server, client) => identityRoutes(server, new CredentialStore(client), identity),
    background: (client) => ({
      periodicTasks: [
        artifactSweepTask(client, files),
        interruptedPredictionsTask(client),
        new RateLimitStore(client, rateLimitSecret).cleaning,
      ],
      close: async () => void (await Promise.all([files.checks.close(), inference.close()])),
    }),
  };
};
