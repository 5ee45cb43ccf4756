import type { QueryResolvers } from '../generated/graphql.js';

export const Query = {
  documentStatistics: (_, __, { documentStatistics }) => documentStatistics,
} satisfies QueryResolvers;
