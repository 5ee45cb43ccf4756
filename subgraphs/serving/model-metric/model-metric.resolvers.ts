import { mutationPayload } from '../../shared/errors/mutation-payload.js';
import type { Complete } from '../../shared/schema/complete.js';
import type { ModelMetricResolvers, MutationResolvers, QueryResolvers } from '../generated/graphql.js';
import type { ModelMetricRow } from './model-metric.store.js';

export const Query = {
  modelMetrics: (_, args, { modelMetrics }) => modelMetrics.page(args),
} satisfies QueryResolvers;

export const Mutation = {
  modelMetricsRecord: (_, { input }, { modelMetrics }) => mutationPayload('modelMetrics', modelMetrics.record(input)),
} satisfies MutationResolvers;

export const ModelMetric: Complete<ModelMetricResolvers, ModelMetricRow> = {
  __resolveReference: ({ id }, { modelMetrics }) => modelMetrics.byId(id),
  modelVersion: ({ modelVersionId }, _, { modelVersions }) => modelVersions.byIdOrThrow(modelVersionId),
};
