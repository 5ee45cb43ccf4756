import { mutationPayload } from '../../shared/errors/mutation-payload.js';
import { parseId } from '../../shared/input/id.js';
import type { Complete } from '../../shared/schema/complete.js';
import type { FeedbackAccuracyResolvers, MutationResolvers, PredictionFeedbackResolvers, QueryResolvers } from '../generated/graphql.js';
import { coverage } from './coverage.js';
import type { FeedbackAccuracyRow } from './feedback-accuracy.store.js';
import type { PredictionFeedbackRow } from './prediction-feedback.store.js';

export const Query = {
  predictionFeedback: (_, { id }, { predictionFeedback }) => predictionFeedback.byId(parseId(id)),
  predictionFeedbacks: (_, args, { predictionFeedback }) => predictionFeedback.page(args),
} satisfies QueryResolvers;

export const Mutation = {
  predictionFeedbackCreate: (_, { input }, { predictionFeedback }) =>
    mutationPayload('predictionFeedback', predictionFeedback.create(input)),
  predictionFeedbackCorrect: (_, { input }, { predictionFeedback }) =>
    mutationPayload('predictionFeedback', predictionFeedback.correct(input)),
} satisfies MutationResolvers;

export const PredictionFeedback: Complete<PredictionFeedbackResolvers, PredictionFeedbackRow> = {
  __resolveReference: ({ id }, { predictionFeedback }) => predictionFeedback.byId(id),
  dataset: ({ datasetId }, _, { datasets }) => datasets.byIdOrThrow(datasetId),
  prediction: ({ predictionId }) => ({ id: predictionId }),
  modelVersion: ({ modelVersionId }) => ({ id: modelVersionId }),
  author: ({ authorId }) => ({ id: authorId }),
  supersedes: ({ supersedesId }, _, { predictionFeedback }) => predictionFeedback.byId(supersedesId),
  supersededBy: ({ id }, _, { predictionFeedback }) => predictionFeedback.correctionOf(id),
};

export const FeedbackAccuracy: Complete<FeedbackAccuracyResolvers, FeedbackAccuracyRow> = {
  modelVersion: ({ modelVersionId }) => ({ id: modelVersionId }),
  predictionCount: ({ modelVersionId }, _, { peers }) => peers.modelVersions.predictionCountOf(modelVersionId),
  coverage: async ({ modelVersionId, judgedCount }, _, { peers }) =>
    coverage(judgedCount, await peers.modelVersions.predictionCountOf(modelVersionId)),
  accuracy: ({ judgedCount, correctCount }) => (judgedCount === 0 ? null : correctCount / judgedCount),
};
