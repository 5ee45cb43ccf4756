import type { Subgraph } from '../shared/server/subgraph.js';
import { transactionOptions } from '../shared/tenancy/transaction.js';
import type { ServingSecrets } from './config.js';
import { createContext } from './context.js';
import { PrismaClient } from './generated/prisma/client.js';
import { identityOf } from './identity/identity.js';
import { identityRoutes } from './identity/routes.js';
import { resolvers } from './schema.js';

export const serving = (secrets: ServingSecrets): Subgraph<PrismaClient> => {
  const identity = identityOf(secrets);
  return {
    name: 'serving',
    house: new URL('.', import.meta.url),
    resolvers,
    connect: (adapter) => new PrismaClient({ adapter, transactionOptions }),
    context: (client, viewer) => createContext(client, viewer, identity),
    routes: (server, client) => identityRoutes(server, client, identity),
  };
};
