import type { Complete } from '../../shared/schema/complete.js';
import type { DiscoveryToolResolvers } from '../generated/graphql.js';

export const DiscoveryTool: Complete<DiscoveryToolResolvers, { id: string }> = {
  __resolveReference: ({ id }) => ({ id }),
  chunks: ({ id }, args, { documentChunks }) => documentChunks.ofDiscoveryTool(id, args),
};
