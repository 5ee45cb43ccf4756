import type { DatasetResolvers } from '../generated/graphql.js';

export const Dataset = {
  profile: ({ id }, _, { profiles }) => profiles.of(id),
} satisfies DatasetResolvers;
