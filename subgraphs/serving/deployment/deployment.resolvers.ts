import { mutationPayload } from '../../shared/errors/mutation-payload.js';
import { parseId } from '../../shared/input/id.js';
import type { DeploymentResolvers, MutationResolvers, QueryResolvers } from '../generated/graphql.js';

export const Query = {
  deployment: (_, { id }, { deployments }) => deployments.byId(parseId(id)),
  deployments: (_, args, { deployments }) => deployments.page(args),
} satisfies QueryResolvers;

export const Mutation = {
  deploymentCreate: (_, { input }, { deployments }) => mutationPayload('deployment', deployments.create(input)),
  deploymentUpdate: (_, { input }, { deployments }) => mutationPayload('deployment', deployments.update(input)),
  deploymentDelete: (_, { input }, { deployments }) => mutationPayload('deletedId', deployments.delete(input.id)),
} satisfies MutationResolvers;

export const Deployment = {
  __resolveReference: ({ id }, { deployments }) => deployments.byId(id),
  modelVersion: ({ modelVersionId }, _, { modelVersions }) => modelVersions.byIdOrThrow(modelVersionId),
  predictions: ({ id }, args, { predictions }) => predictions.ofDeployment(id, args),
  drift: async ({ id, modelVersionId }, args, { drift, modelVersions }) =>
    drift.report('deploymentId', id, await modelVersions.byIdOrThrow(modelVersionId), args),
  usage: ({ id }, args, { usage }) => usage.totalSeriesOf('deploymentId', id, args),
} satisfies DeploymentResolvers;
