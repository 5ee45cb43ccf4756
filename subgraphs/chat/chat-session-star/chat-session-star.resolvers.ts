import { answer } from '../../shared/errors/answer.js';
import type { MutationResolvers } from '../generated/graphql.js';

export const Mutation = {
  chatSessionStar: (_, { input }, { chatSessionStars }) => answer('chatSession', chatSessionStars.star(input.id)),
  chatSessionUnstar: (_, { input }, { chatSessionStars }) => answer('chatSession', chatSessionStars.unstar(input.id)),
} satisfies MutationResolvers;
