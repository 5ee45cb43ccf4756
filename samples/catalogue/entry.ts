import type {
  DiscoveryToolCreateInput,
  IndustryCreateInput,
  UseCaseCategoryCreateInput,
  UseCaseCreateInput,
} from '../../subgraphs/devlab/generated/graphql.js';

/** The entries as the mutations take them; a use case names its industry and category by code, since ids differ everywhere. */
export type IndustryEntry = Omit<IndustryCreateInput, 'idempotencyKey'>;
export type UseCaseCategoryEntry = Omit<UseCaseCategoryCreateInput, 'idempotencyKey'>;
export type UseCaseEntry = Omit<UseCaseCreateInput, 'industryId' | 'categoryId' | 'idempotencyKey'> & {
  industryCode: string;
  categoryCode: string;
};
export type DiscoveryToolEntry = Omit<DiscoveryToolCreateInput, 'idempotencyKey'>;
