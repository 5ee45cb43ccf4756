import type { DatasetResolvers } from '../generated/graphql.js';

export const Dataset = {
  __resolveReference: ({ id }) => ({ id }),
  modelVersions: ({ id }, args, { modelVersions }) => modelVersions.ofDataset(id, args),
} satisfies DatasetResolvers;
