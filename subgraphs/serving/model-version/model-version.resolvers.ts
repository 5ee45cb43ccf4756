import { mutationPayload } from '../../shared/errors/mutation-payload.js';
import { parseId } from '../../shared/input/id.js';
import type { ModelVersionResolvers, MutationResolvers, QueryResolvers } from '../generated/graphql.js';

export const Query = {
  modelVersion: (_, { id }, { modelVersions }) => modelVersions.byId(parseId(id)),
  modelVersions: (_, args, { modelVersions }) => modelVersions.page(args),
} satisfies QueryResolvers;

export const Mutation = {
  modelVersionCreate: (_, { input }, { modelVersions }) => mutationPayload('modelVersion', modelVersions.create(input)),
  modelVersionUpdate: (_, { input }, { modelVersions }) => mutationPayload('modelVersion', modelVersions.update(input)),
} satisfies MutationResolvers;

export const ModelVersion = {
  __resolveReference: ({ id }, { modelVersions }) => modelVersions.byId(id),
  model: ({ modelId }, _, { models }) => models.byIdOrThrow(modelId),
  dataset: ({ datasetId }) => (datasetId === null ? null : { id: datasetId }),
  artifact: (version, _, { modelArtifacts }) => modelArtifacts.of(version),
  metrics: ({ id }, _, { modelMetrics }) => modelMetrics.ofVersion(id),
  deployments: ({ id }, args, { deployments }) => deployments.ofVersion(id, args),
  predictions: ({ id }, args, { predictions }) => predictions.ofVersion(id, args),
  predictionStatistics: ({ id }, _, { predictions }) => predictions.statisticsOf(id),
  drift: (version, args, { drift }) => drift.report('modelVersionId', version.id, version, args),
  usage: ({ id }, args, { usage }) => usage.totalSeriesOf('modelVersionId', id, args),
} satisfies ModelVersionResolvers;
