import type { UserResolvers } from '../generated/graphql.js';

export const User: UserResolvers = {
  __resolveReference: ({ id }) => ({ id }),
  answers: ({ id }, args, { answers }) => answers.ofUser(id, args),
};
