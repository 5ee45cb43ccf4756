import { isId } from '../../shared/input/id.js';
import type { Complete } from '../../shared/schema/complete.js';
import type { UserResolvers } from '../generated/graphql.js';

export const User: Complete<UserResolvers, { id: string }> = {
  __resolveReference: ({ id }) => (isId(id) ? { id } : null),
  chatSessions: ({ id }, args, { chatSessions }) => chatSessions.ofUser(id, args),
};
