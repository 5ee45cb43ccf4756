import type { Subgraph } from '../shared/server/subgraph.js';
import { connect } from '../shared/tenancy/connect.js';
import { createContext } from './context.js';
import { indexJob } from './document-index/index-job.js';
import { TextChunker } from './document-ingest/text-chunker.js';
import { LocalEmbedder } from './embedding/local-embedder.js';
import { PrismaClient } from './generated/prisma/client.js';
import { resolvers } from './schema.js';

export const documents = (): Subgraph<PrismaClient> => {
  const parts = { embedder: new LocalEmbedder(), textChunker: new TextChunker() };
  return {
    name: 'documents',
    resolvers,
    connect: (adapter) => connect(PrismaClient, adapter),
    context: (client, viewer, jobs) => createContext(client, viewer, parts, jobs),
    background: (client, jobs) => ({
      jobKinds: [indexJob((viewer) => createContext(client, viewer, parts, jobs))],
      close: async () => void (await Promise.all([parts.embedder.close(), parts.textChunker.close()])),
    }),
  };
};
