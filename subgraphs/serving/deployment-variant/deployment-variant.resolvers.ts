import { mutationPayload } from '../../shared/errors/mutation-payload.js';
import type { Complete } from '../../shared/schema/complete.js';
import type { DeploymentResolvers, DeploymentVariantResolvers, MutationResolvers } from '../generated/graphql.js';
import type { DeploymentVariantRow } from './deployment-variant.store.js';

export const Mutation = {
  deploymentTrafficSet: (_, { input }, { deploymentVariants }) => mutationPayload('deployment', deploymentVariants.set(input)),
} satisfies MutationResolvers;

export const Deployment = {
  variants: (deployment, _, { deploymentVariants }) => deploymentVariants.of(deployment),
} satisfies DeploymentResolvers;

export const DeploymentVariant: Complete<DeploymentVariantResolvers, DeploymentVariantRow> = {
  modelVersion: ({ modelVersionId }, _, { modelVersions }) => modelVersions.byIdOrThrow(modelVersionId),
  metrics: (variant, window, { deploymentVariants }) => deploymentVariants.metrics(variant, window),
};
