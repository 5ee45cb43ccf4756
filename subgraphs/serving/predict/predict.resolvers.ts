import { answer } from '../../shared/errors/answer.js';
import type { MutationResolvers } from '../generated/graphql.js';

export const Mutation = {
  predict: (_, { input }, { predict }) => answer('prediction', predict.one(input)),
  predictBatch: (_, { input }, { predict }) => answer('predictions', predict.many(input)),
} satisfies MutationResolvers;
