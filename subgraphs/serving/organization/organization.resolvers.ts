import { mutationPayload } from '../../shared/errors/mutation-payload.js';
import type { Complete } from '../../shared/schema/complete.js';
import type { MutationResolvers, OrganizationResolvers, QueryResolvers } from '../generated/graphql.js';
import type { OrganizationRow } from './organization.store.js';

export const Query = {
  organization: (_, __, { organizations }) => organizations.own(),
} satisfies QueryResolvers;

export const Mutation = {
  organizationUpdate: (_, { input }, { organizations }) => mutationPayload('organization', organizations.update(input)),
} satisfies MutationResolvers;

export const Organization: Complete<OrganizationResolvers, OrganizationRow> = {
  __resolveReference: ({ id }, { organizations }) => organizations.byId(id),
  id: ({ orgId }) => orgId,
  users: (_, args, { users }) => users.page(args),
  usage: ({ orgId }, args, { usage }) => usage.seriesOf('orgId', orgId, args),
};
