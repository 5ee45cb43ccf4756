import { mutationPayload } from '../../shared/errors/mutation-payload.js';
import type { MutationResolvers } from '../generated/graphql.js';

export const Mutation = {
  chatSessionStar: (_, { input }, { chatSessionStars }) => mutationPayload('chatSession', chatSessionStars.star(input.id)),
  chatSessionUnstar: (_, { input }, { chatSessionStars }) => mutationPayload('chatSession', chatSessionStars.unstar(input.id)),
} satisfies MutationResolvers;
