import { mutationPayload } from '../../shared/errors/mutation-payload.js';
import { parseId } from '../../shared/input/id.js';
import type { MutationResolvers, QueryResolvers, UserResolvers } from '../generated/graphql.js';

export const Query = {
  viewer: (_, __, { users }) => users.viewer(),
  user: (_, { id }, { users }) => users.byId(parseId(id)),
  users: (_, args, { users }) => users.page(args),
} satisfies QueryResolvers;

export const Mutation = {
  userCreate: (_, { input }, { users }) => mutationPayload('user', users.create(input)),
  userUpdate: (_, { input }, { users }) => mutationPayload('user', users.update(input)),
  userDeactivate: (_, { input }, { users }) => mutationPayload('user', users.setActive(input.id, false)),
  userActivate: (_, { input }, { users }) => mutationPayload('user', users.setActive(input.id, true)),
  passwordChange: (_, { input }, { users }) => mutationPayload('user', users.changePassword(input)),
} satisfies MutationResolvers;

/** The fields that this concept defines. Other concepts add more; schema.ts checks that no field lacks a resolver. */
export const User = {
  __resolveReference: ({ id }, { users }) => users.byId(id),
  organization: ({ organization }, _, { organizations }) => organization ?? organizations.own(),
  apiKeys: ({ id }, args, { apiKeys }) => apiKeys.ofUser(id, args),
} satisfies UserResolvers;
