import type { DiscoveryToolResolvers } from '../generated/graphql.js';

export const DiscoveryTool: DiscoveryToolResolvers = {
  __resolveReference: ({ id }) => ({ id }),
  chunks: ({ id }, args, { documentChunks }) => documentChunks.ofDiscoveryTool(id, args),
};
