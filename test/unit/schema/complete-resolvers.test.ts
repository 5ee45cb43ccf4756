import type { GraphQLScalarType } from 'graphql';
import type { CompleteResolvers } from '../../../subgraphs/shared/schema/complete.js';

type Resolver = () => unknown;

/** Like the types that codegen generates: every member is optional. */
interface Resolvers {
  DateTime?: GraphQLScalarType;
  Query?: { dataset?: Resolver };
  Dataset?: { name?: Resolver; owner?: Resolver; __resolveReference?: Resolver };
  PageInfo?: { hasNextPage?: Resolver };
}

interface Rows {
  DateTime: Date;
  Query: Record<PropertyKey, never>;
  Dataset: { name: string; ownerId: string };
  PageInfo: { hasNextPage: boolean };
}

type Complete = CompleteResolvers<Resolvers, Rows>;
const resolve: Resolver = () => null;
const dataset = { owner: resolve };
const query = { dataset: resolve };

/** `npm run types` checks these: each line below an expected error must cause one. */
it('accepts the map of a schema whose every field is a column or has a resolver, and nothing less', () => {
  const complete: Complete = { Query: query, Dataset: dataset };
  // @ts-expect-error The type Dataset has a field without a column and is not in the map.
  const withoutType: Complete = { Query: query };
  // @ts-expect-error The field Dataset.owner has neither a column nor a resolver.
  const withoutField: Complete = { Query: query, Dataset: {} };
  // @ts-expect-error The root field dataset has no resolver.
  const withoutRootField: Complete = { Query: {}, Dataset: dataset };
  expect([withoutType, withoutField, withoutRootField]).not.toContainEqual(complete);
});
