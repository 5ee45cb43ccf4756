import type {
  DiscoveryToolCreateInput,
  IndustryCreateInput,
  UseCaseCategoryCreateInput,
  UseCaseCreateInput,
} from '../../subgraphs/devlab/generated/graphql.js';

/** The inputs of the mutations. A use case refers to its industry and category by code, because each database has its own ids. */
export type IndustryEntry = Omit<IndustryCreateInput, 'idempotencyKey'>;
export type UseCaseCategoryEntry = Omit<UseCaseCategoryCreateInput, 'idempotencyKey'>;
export type UseCaseEntry = Omit<UseCaseCreateInput, 'industryId' | 'categoryId' | 'idempotencyKey'> & {
  industryCode: string;
  categoryCode: string;
};
export type DiscoveryToolEntry = Omit<DiscoveryToolCreateInput, 'idempotencyKey'>;
