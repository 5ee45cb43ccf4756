import type { Complete } from '../../shared/schema/complete.js';
import type { UserResolvers } from '../generated/graphql.js';

export const User: Complete<UserResolvers, { id: string }> = {
  __resolveReference: ({ id }) => ({ id }),
  answers: ({ id }, args, { answers }) => answers.ofUser(id, args),
};
