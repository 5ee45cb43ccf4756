import { mutationPayload } from '../../shared/errors/mutation-payload.js';
import { parseId } from '../../shared/input/id.js';
import type { Complete } from '../../shared/schema/complete.js';
import type { ChatSessionResolvers, MutationResolvers, QueryResolvers, SubscriptionResolvers } from '../generated/graphql.js';
import type { ChatSessionRow } from './chat-session.store.js';

export const Query = {
  chatSession: (_, { id }, { chatSessions }) => chatSessions.byId(parseId(id)),
  chatSessions: (_, args, { chatSessions }) => chatSessions.page(args),
} satisfies QueryResolvers;

export const Mutation = {
  chatSessionCreate: (_, { input }, { chatSessions }) => mutationPayload('chatSession', chatSessions.create(input)),
  chatSessionUpdate: (_, { input }, { chatSessions }) => mutationPayload('chatSession', chatSessions.update(input)),
  chatSessionArchive: (_, { input }, { chatSessions }) => mutationPayload('chatSession', chatSessions.archive(input.id)),
  chatSessionUnarchive: (_, { input }, { chatSessions }) => mutationPayload('chatSession', chatSessions.unarchive(input.id)),
  chatSessionDelete: (_, { input }, { chatSessions }) => mutationPayload('deleted', chatSessions.delete(input)),
} satisfies MutationResolvers;

export const Subscription = {
  chatSessionUpdated: {
    subscribe: (_, { id }, { chatSessions, follow }) => follow(chatSessions.followedRow(parseId(id))),
    resolve: (session: ChatSessionRow) => session,
  },
} satisfies SubscriptionResolvers;

export const ChatSession: Complete<ChatSessionResolvers, ChatSessionRow> = {
  __resolveReference: ({ id }, { chatSessions }) => chatSessions.byId(id),
  user: ({ userId }) => (userId === null ? null : { id: userId }),
  starred: ({ id }, _, { chatSessionStars }) => chatSessionStars.isStarred(id),
  turns: ({ id }, args, { chatTurns }) => chatTurns.ofSession(id, args),
  files: ({ id }, args, { chatFiles }) => chatFiles.ofSession(id, args),
  results: ({ id }, args, { analysisResults }) => analysisResults.ofSession(id, args),
};
