import { mutationPayload } from '../../shared/errors/mutation-payload.js';
import { parseId } from '../../shared/input/id.js';
import type { ModelResolvers, MutationResolvers, QueryResolvers, UserResolvers } from '../generated/graphql.js';

export const Query = {
  model: (_, { id }, { models }) => models.byId(parseId(id)),
  models: (_, args, { models }) => models.page(args),
} satisfies QueryResolvers;

export const Mutation = {
  modelCreate: (_, { input }, { models }) => mutationPayload('model', models.create(input)),
  modelUpdate: (_, { input }, { models }) => mutationPayload('model', models.update(input)),
  modelDelete: (_, { input }, { models }) => mutationPayload('deleted', models.delete(input.id)),
} satisfies MutationResolvers;

export const Model = {
  __resolveReference: ({ id }, { models }) => models.byId(id),
  owner: ({ ownerId }, _, { users }) => users.byIdOrThrow(ownerId),
  latestVersion: ({ id }, _, { modelVersions }) => modelVersions.latestOf(id),
  versions: ({ id }, args, { modelVersions }) => modelVersions.ofModel(id, args),
} satisfies ModelResolvers;

export const User = {
  models: ({ id }, args, { models }) => models.ofOwner(id, args),
} satisfies UserResolvers;
