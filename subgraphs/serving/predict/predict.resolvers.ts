import { mutationPayload } from '../../shared/errors/mutation-payload.js';
import type { MutationResolvers } from '../generated/graphql.js';

export const Mutation = {
  predict: (_, { input }, { predict }) => mutationPayload('prediction', predict.predict(input)),
  predictBatch: (_, { input }, { predict }) => mutationPayload('predictions', predict.predictBatch(input)),
} satisfies MutationResolvers;
