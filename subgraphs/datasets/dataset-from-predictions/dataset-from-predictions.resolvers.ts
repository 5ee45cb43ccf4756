import { answer } from '../../shared/errors/answer.js';
import type { MutationResolvers } from '../generated/graphql.js';

export const Mutation = {
  datasetCreateFromPredictions: (_, { input }, { datasetsFromPredictions }) => answer('dataset', datasetsFromPredictions.create(input)),
} satisfies MutationResolvers;
