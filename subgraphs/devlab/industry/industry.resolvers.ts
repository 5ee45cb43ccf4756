import { mutationPayload } from '../../shared/errors/mutation-payload.js';
import { parseId } from '../../shared/input/id.js';
import type { Complete } from '../../shared/schema/complete.js';
import type { IndustryResolvers, MutationResolvers, QueryResolvers } from '../generated/graphql.js';
import type { IndustryRow } from './industry.store.js';

export const Query = {
  industry: (_, { id }, { industries }) => industries.byId(parseId(id)),
  industryByCode: (_, { code }, { industries }) => industries.byCode(code),
  industries: (_, args, { industries }) => industries.page(args),
} satisfies QueryResolvers;

export const Mutation = {
  industryCreate: (_, { input }, { industries }) => mutationPayload('industry', industries.create(input)),
  industryUpdate: (_, { input }, { industries }) => mutationPayload('industry', industries.update(input)),
  industryDelete: (_, { input }, { industries }) => mutationPayload('deletedId', industries.delete(input.id)),
} satisfies MutationResolvers;

export const Industry: Complete<IndustryResolvers, IndustryRow> = {
  __resolveReference: ({ id }, { industries }) => industries.byId(id),
  useCaseCount: ({ id }, _, { useCases }) => useCases.countOfIndustry(id),
  useCases: ({ id }, args, { useCases }) => useCases.ofIndustry(id, args),
};
