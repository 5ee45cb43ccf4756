import type { Complete } from '../../shared/schema/complete.js';
import type { PredictionResolvers } from '../generated/graphql.js';

export const Prediction: Complete<PredictionResolvers, { id: string }> = {
  __resolveReference: ({ id }) => ({ id }),
  feedback: ({ id }, _, { predictionFeedback }) => predictionFeedback.currentOf(id),
  feedbackHistory: ({ id }, args, { predictionFeedback }) => predictionFeedback.of('predictionId', id, args),
};
