import { mutationPayload } from '../../shared/errors/mutation-payload.js';
import type { MutationResolvers } from '../generated/graphql.js';

export const Mutation = {
  trainingRunLogMetrics: (_, { input }, { metricHistories }) => mutationPayload('trainingRun', metricHistories.log(input)),
} satisfies MutationResolvers;
