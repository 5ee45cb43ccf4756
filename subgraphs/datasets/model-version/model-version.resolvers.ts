import type { Complete } from '../../shared/schema/complete.js';
import type { ModelVersionResolvers } from '../generated/graphql.js';

export const ModelVersion: Complete<ModelVersionResolvers, { id: string }> = {
  __resolveReference: ({ id, trainingRunId }) => ({ id, trainingRunId }),
  trainingRun: ({ trainingRunId }, _, { trainingRuns }) => trainingRuns.byId(trainingRunId),
  feedback: ({ id }, args, { predictionFeedback }) => predictionFeedback.of('modelVersionId', id, args),
  feedbackAccuracy: ({ id }, _, { feedbackAccuracies }) => feedbackAccuracies.ofVersion(id),
};
