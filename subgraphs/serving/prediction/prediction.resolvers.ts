import { mutationPayload } from '../../shared/errors/mutation-payload.js';
import { parseId } from '../../shared/input/id.js';
import type { Complete } from '../../shared/schema/complete.js';
import type { MutationResolvers, PredictionResolvers, QueryResolvers, UserResolvers } from '../generated/graphql.js';
import type { PredictionRow } from './prediction.store.js';

export const Query = {
  prediction: (_, { id }, { predictions }) => predictions.byId(parseId(id)),
  predictions: (_, args, { predictions }) => predictions.page(args),
} satisfies QueryResolvers;

export const Mutation = {
  predictionRecord: (_, { input }, { predictions }) => mutationPayload('prediction', predictions.record(input)),
} satisfies MutationResolvers;

export const Prediction: Complete<PredictionResolvers, PredictionRow> = {
  __resolveReference: ({ id }, { predictions }) => predictions.byId(id),
  modelVersion: ({ modelVersionId }, _, { modelVersions }) => modelVersions.byIdOrThrow(modelVersionId),
  deployment: ({ deploymentId }, _, { deployments }) => deployments.byId(deploymentId),
  user: ({ userId }, _, { users }) => users.byIdOrThrow(userId),
};

export const User = {
  predictions: ({ id }, args, { predictions }) => predictions.ofUser(id, args),
  predictionsByDay: ({ id }, args, { predictions }) => predictions.byDay(id, args),
} satisfies UserResolvers;
