import type { Subgraph } from '../shared/server/subgraph.js';
import { connect } from '../shared/tenancy/connect.js';
import { createContext } from './context.js';
import { PrismaClient } from './generated/prisma/client.js';
import { resolvers } from './schema.js';

export const devlab: Subgraph<PrismaClient> = {
  name: 'devlab',
  resolvers,
  connect: (adapter) => connect(PrismaClient, adapter),
  context: createContext,
};
