import { answer } from '../../shared/errors/answer.js';
import { parseId } from '../../shared/input/id.js';
import type { Complete } from '../../shared/schema/complete.js';
import type { ModelVersionResolvers, MutationResolvers, QueryResolvers } from '../generated/graphql.js';
import type { ModelVersionRow } from './model-version.store.js';

export const Query = {
  modelVersion: (_, { id }, { modelVersions }) => modelVersions.byId(parseId(id)),
  modelVersions: (_, args, { modelVersions }) => modelVersions.page(args),
} satisfies QueryResolvers;

export const Mutation = {
  modelVersionCreate: (_, { input }, { modelVersions }) => answer('modelVersion', modelVersions.create(input)),
  modelVersionUpdate: (_, { input }, { modelVersions }) => answer('modelVersion', modelVersions.update(input)),
} satisfies MutationResolvers;

export const ModelVersion: Complete<ModelVersionResolvers, ModelVersionRow> = {
  __resolveReference: ({ id }, { modelVersions }) => modelVersions.byId(id),
  model: ({ modelId }, _, { models }) => models.existing(modelId),
  dataset: ({ datasetId }) => (datasetId === null ? null : { id: datasetId }),
  artifact: (version, _, { modelArtifacts }) => modelArtifacts.of(version),
  metrics: ({ id }, _, { modelMetrics }) => modelMetrics.ofVersion(id),
  deployments: ({ id }, args, { deployments }) => deployments.ofVersion(id, args),
  predictions: ({ id }, args, { predictions }) => predictions.ofVersion(id, args),
  predictionStatistics: ({ id }, _, { predictions }) => predictions.statisticsOf(id),
  drift: (version, args, { drift }) => drift.of('modelVersionId', version.id, version, args),
  usage: ({ id }, args, { usage }) => usage.one('modelVersionId', id, args),
};
