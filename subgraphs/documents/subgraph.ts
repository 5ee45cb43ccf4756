import type { Subgraph } from '../shared/server/subgraph.js';
import { transactionOptions } from '../shared/tenancy/transaction.js';
import { createContext } from './context.js';
import { PrismaClient } from './generated/prisma/client.js';
import { resolvers } from './schema.js';

export const documents: Subgraph<PrismaClient> = {
  name: 'documents',
  house: new URL('.', import.meta.url),
  resolvers,
  connect: (adapter) => new PrismaClient({ adapter, transactionOptions }),
  context: createContext,
};
