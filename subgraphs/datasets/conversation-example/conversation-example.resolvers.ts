import { mutationPayload } from '../../shared/errors/mutation-payload.js';
import { parseId } from '../../shared/input/id.js';
import type { Complete } from '../../shared/schema/complete.js';
import type { ConversationExampleResolvers, MutationResolvers, QueryResolvers } from '../generated/graphql.js';
import type { ExampleRow } from '../training-example/training-example.store.js';
import { conversationExample, type ConversationExampleContent } from './conversation-example.rules.js';

export const Query = {
  conversationExample: (_, { id }, { trainingExamples }) => trainingExamples.byId('CONVERSATION', parseId(id)),
  conversationExamples: (_, args, { trainingExamples }) => trainingExamples.page('CONVERSATION', args),
} satisfies QueryResolvers;

export const Mutation = {
  conversationExampleCreate: (_, { input }, { trainingExamples }) =>
    mutationPayload('conversationExample', trainingExamples.create(conversationExample, input)),
  conversationExampleUpdate: (_, { input }, { trainingExamples }) =>
    mutationPayload('conversationExample', trainingExamples.update(conversationExample, input)),
  conversationExampleDelete: (_, { input }, { trainingExamples }) =>
    mutationPayload('deletedId', trainingExamples.delete('CONVERSATION', input.id)),
} satisfies MutationResolvers;

export const ConversationExample: Complete<ConversationExampleResolvers, ExampleRow> = {
  __resolveReference: ({ id }, { trainingExamples }) => trainingExamples.byId('CONVERSATION', id),
  corpus: ({ corpusId }, _, { trainingCorpora }) => trainingCorpora.byIdOrThrow(corpusId),
  reviewedBy: ({ reviewedById }) => (reviewedById === null ? null : { id: reviewedById }),
  useCase: ({ useCaseId }) => (useCaseId === null ? null : { id: useCaseId }),
  userQuery: async ({ id }, _, { trainingExamples }) => (await trainingExamples.contentOf<ConversationExampleContent>(id)).userQuery,
  aiResponse: async ({ id }, _, { trainingExamples }) => (await trainingExamples.contentOf<ConversationExampleContent>(id)).aiResponse,
  context: async ({ id }, _, { trainingExamples }) => (await trainingExamples.contentOf<ConversationExampleContent>(id)).context,
  suggestions: async ({ id }, _, { trainingExamples }) => (await trainingExamples.contentOf<ConversationExampleContent>(id)).suggestions,
};
