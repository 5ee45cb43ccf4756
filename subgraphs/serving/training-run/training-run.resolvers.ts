import type { TrainingRunResolvers } from '../generated/graphql.js';

export const TrainingRun = {
  __resolveReference: ({ id }) => ({ id }),
  modelVersions: ({ id }, args, { modelVersions }) => modelVersions.ofTrainingRun(id, args),
} satisfies TrainingRunResolvers;
