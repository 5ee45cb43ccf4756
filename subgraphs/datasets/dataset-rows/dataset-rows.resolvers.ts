import type { DatasetResolvers, DatasetRowsResolvers } from '../generated/graphql.js';

export const Dataset = {
  rows: (dataset, args, { rows }) => rows.of(dataset, args),
} satisfies DatasetResolvers;

export const DatasetRows = {
  totalCount: (page) => page.totalCount(),
} satisfies DatasetRowsResolvers;
