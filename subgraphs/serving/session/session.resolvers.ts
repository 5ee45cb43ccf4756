import { mutationPayload } from '../../shared/errors/mutation-payload.js';
import type { MutationResolvers } from '../generated/graphql.js';

export const Mutation = {
  sessionCreate: (_, { input }, { sessions }) => mutationPayload('session', sessions.create(input)),
} satisfies MutationResolvers;
