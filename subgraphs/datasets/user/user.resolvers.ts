import type { Complete } from '../../shared/schema/complete.js';
import type { UserResolvers } from '../generated/graphql.js';

export const User: Complete<UserResolvers, { id: string }> = {
  __resolveReference: ({ id }) => ({ id }),
  feedback: ({ id }, args, { predictionFeedback }) => predictionFeedback.of('authorId', id, args),
};
