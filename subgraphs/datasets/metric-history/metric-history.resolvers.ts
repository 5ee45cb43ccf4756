import { answer } from '../../shared/errors/answer.js';
import type { MutationResolvers } from '../generated/graphql.js';

export const Mutation = {
  trainingRunLogMetrics: (_, { input }, { metricHistories }) => answer('trainingRun', metricHistories.log(input)),
} satisfies MutationResolvers;
