import { mutationPayload } from '../../shared/errors/mutation-payload.js';
import type { MutationResolvers } from '../generated/graphql.js';

export const Mutation = {
  trainingRunsPurge: (_, { input }, { trainingRunPurges }) => mutationPayload('purge', trainingRunPurges.purge(input)),
} satisfies MutationResolvers;
