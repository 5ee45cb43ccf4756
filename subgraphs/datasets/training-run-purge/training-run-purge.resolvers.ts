import { answer } from '../../shared/errors/answer.js';
import type { MutationResolvers } from '../generated/graphql.js';

export const Mutation = {
  trainingRunsPurge: (_, { input }, { trainingRunPurges }) => answer('purge', trainingRunPurges.purge(input)),
} satisfies MutationResolvers;
