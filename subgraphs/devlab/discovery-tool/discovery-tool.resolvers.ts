import { mutationPayload } from '../../shared/errors/mutation-payload.js';
import { parseId } from '../../shared/input/id.js';
import type { Complete } from '../../shared/schema/complete.js';
import type { DiscoveryToolResolvers, MutationResolvers, QueryResolvers } from '../generated/graphql.js';
import type { DiscoveryToolRow } from './discovery-tool.store.js';

export const Query = {
  discoveryTool: (_, { id }, { discoveryTools }) => discoveryTools.byId(parseId(id)),
  discoveryToolByCode: (_, { code }, { discoveryTools }) => discoveryTools.byCode(code),
  discoveryTools: (_, args, { discoveryTools }) => discoveryTools.page(args),
} satisfies QueryResolvers;

export const Mutation = {
  discoveryToolCreate: (_, { input }, { discoveryTools }) => mutationPayload('discoveryTool', discoveryTools.create(input)),
  discoveryToolUpdate: (_, { input }, { discoveryTools }) => mutationPayload('discoveryTool', discoveryTools.update(input)),
  discoveryToolDelete: (_, { input }, { discoveryTools }) => mutationPayload('deletedId', discoveryTools.delete(input.id)),
} satisfies MutationResolvers;

export const DiscoveryTool: Complete<DiscoveryToolResolvers, DiscoveryToolRow> = {
  __resolveReference: ({ id }, { discoveryTools }) => discoveryTools.byId(id),
};
