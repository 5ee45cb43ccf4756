import { answer } from '../../shared/errors/answer.js';
import type { MutationResolvers } from '../generated/graphql.js';

export const Mutation = {
  sessionCreate: (_, { input }, { sessions }) => answer('session', sessions.create(input)),
} satisfies MutationResolvers;
