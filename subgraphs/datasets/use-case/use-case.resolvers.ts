import type { Complete } from '../../shared/schema/complete.js';
import type { UseCaseResolvers } from '../generated/graphql.js';

export const UseCase: Complete<UseCaseResolvers, { id: string }> = {
  __resolveReference: ({ id }) => ({ id }),
  conversationExamples: ({ id }, args, { trainingExamples }) => trainingExamples.pageOf('CONVERSATION', 'useCaseId', id, args),
};
