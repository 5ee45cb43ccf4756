import { mutationPayload } from '../../shared/errors/mutation-payload.js';
import type { MutationResolvers } from '../generated/graphql.js';

export const Mutation = {
  datasetCreateFromPredictions: (_, { input }, { datasetsFromPredictions }) =>
    mutationPayload('dataset', datasetsFromPredictions.create(input)),
} satisfies MutationResolvers;
