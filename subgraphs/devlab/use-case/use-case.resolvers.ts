import { mutationPayload } from '../../shared/errors/mutation-payload.js';
import { parseId } from '../../shared/input/id.js';
import type { Complete } from '../../shared/schema/complete.js';
import type { MutationResolvers, QueryResolvers, UseCaseResolvers } from '../generated/graphql.js';
import type { UseCaseRow } from './use-case.store.js';

export const Query = {
  useCase: (_, { id }, { useCases }) => useCases.byId(parseId(id)),
  useCaseByCode: (_, { code }, { useCases }) => useCases.byCode(code),
  useCases: (_, args, { useCases }) => useCases.page(args),
} satisfies QueryResolvers;

export const Mutation = {
  useCaseCreate: (_, { input }, { useCases }) => mutationPayload('useCase', useCases.create(input)),
  useCaseUpdate: (_, { input }, { useCases }) => mutationPayload('useCase', useCases.update(input)),
  useCaseDelete: (_, { input }, { useCases }) => mutationPayload('deletedId', useCases.delete(input.id)),
} satisfies MutationResolvers;

export const UseCase: Complete<UseCaseResolvers, UseCaseRow> = {
  __resolveReference: ({ id }, { useCases }) => useCases.byId(id),
  industry: ({ industryId }, _, { industries }) => industries.byIdOrThrow(industryId),
  category: ({ categoryId }, _, { useCaseCategories }) => useCaseCategories.byIdOrThrow(categoryId),
};
