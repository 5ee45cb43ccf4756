import { mutationPayload } from '../../shared/errors/mutation-payload.js';
import type { MutationResolvers } from '../generated/graphql.js';

export const Mutation = {
  predict: (_, { input }, { predict }) => mutationPayload('prediction', predict.one(input)),
  predictBatch: (_, { input }, { predict }) => mutationPayload('predictions', predict.many(input)),
} satisfies MutationResolvers;
