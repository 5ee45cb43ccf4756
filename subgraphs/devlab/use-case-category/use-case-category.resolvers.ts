import { mutationPayload } from '../../shared/errors/mutation-payload.js';
import { parseId } from '../../shared/input/id.js';
import type { Complete } from '../../shared/schema/complete.js';
import type { UseCaseCategoryResolvers, MutationResolvers, QueryResolvers } from '../generated/graphql.js';
import type { UseCaseCategoryRow } from './use-case-category.store.js';

export const Query = {
  useCaseCategory: (_, { id }, { useCaseCategories }) => useCaseCategories.byId(parseId(id)),
  useCaseCategoryByCode: (_, { code }, { useCaseCategories }) => useCaseCategories.byCode(code),
  useCaseCategories: (_, args, { useCaseCategories }) => useCaseCategories.page(args),
} satisfies QueryResolvers;

export const Mutation = {
  useCaseCategoryCreate: (_, { input }, { useCaseCategories }) => mutationPayload('useCaseCategory', useCaseCategories.create(input)),
  useCaseCategoryUpdate: (_, { input }, { useCaseCategories }) => mutationPayload('useCaseCategory', useCaseCategories.update(input)),
  useCaseCategoryDelete: (_, { input }, { useCaseCategories }) => mutationPayload('deletedId', useCaseCategories.delete(input.id)),
} satisfies MutationResolvers;

export const UseCaseCategory: Complete<UseCaseCategoryResolvers, UseCaseCategoryRow> = {
  __resolveReference: ({ id }, { useCaseCategories }) => useCaseCategories.byId(id),
  useCases: ({ id }, args, { useCases }) => useCases.ofCategory(id, args),
};
