import type { QueryResolvers } from '../generated/graphql.js';

export const Query = {
  predictionReplay: (_, { input }, { predictionReplays }) => predictionReplays.replay(input),
} satisfies QueryResolvers;
