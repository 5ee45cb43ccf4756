import { mutationPayload } from '../../shared/errors/mutation-payload.js';
import type { Complete } from '../../shared/schema/complete.js';
import type {
  ModelAliasChangeResolvers,
  ModelAliasResolvers,
  ModelResolvers,
  ModelVersionResolvers,
  MutationResolvers,
} from '../generated/graphql.js';
import type { ModelAliasChangeRow, ModelAliasRow } from './model-alias.store.js';

export const Mutation = {
  modelAliasSet: (_, { input }, { modelAliases }) => mutationPayload('alias', modelAliases.set(input)),
  modelAliasRollback: (_, { input }, { modelAliases }) => mutationPayload('alias', modelAliases.rollback(input)),
  modelAliasDelete: (_, { input }, { modelAliases }) => mutationPayload('deletedName', modelAliases.delete(input)),
} satisfies MutationResolvers;

export const Model = {
  alias: async ({ id }, { name }, { modelAliases }) => (await modelAliases.ofModel(id)).find((alias) => alias.name === name) ?? null,
  aliases: ({ id }, _, { modelAliases }) => modelAliases.ofModel(id),
  aliasHistory: ({ id }, { name }, { modelAliases }) => modelAliases.history(id, name),
  servingAt: async ({ id }, { alias, time }, { modelAliases, modelVersions }) =>
    modelVersions.byId((await modelAliases.versionIdAt(id, alias, time)) ?? ''),
} satisfies ModelResolvers;

export const ModelVersion = {
  aliases: async ({ id, modelId }, _, { modelAliases }) =>
    (await modelAliases.ofModel(modelId)).filter((alias) => alias.modelVersionId === id),
} satisfies ModelVersionResolvers;

export const ModelAlias: Complete<ModelAliasResolvers, ModelAliasRow> = {
  modelVersion: ({ modelVersionId }, _, { modelVersions }) => modelVersions.byIdOrThrow(modelVersionId),
  setBy: ({ userId }, _, { users }) => users.byIdOrThrow(userId),
};

export const ModelAliasChange: Complete<ModelAliasChangeResolvers, ModelAliasChangeRow> = {
  modelVersion: ({ modelVersionId }, _, { modelVersions }) => modelVersions.byId(modelVersionId ?? ''),
  setBy: ({ userId }, _, { users }) => users.byIdOrThrow(userId),
};
