import { mutationPayload } from '../../shared/errors/mutation-payload.js';
import { parseId } from '../../shared/input/id.js';
import type { Complete } from '../../shared/schema/complete.js';
import type { ChatTurnResolvers, MutationResolvers, QueryResolvers } from '../generated/graphql.js';
import type { ChatTurnRow } from './chat-turn.store.js';

export const Query = {
  chatTurn: (_, { id }, { chatTurns }) => chatTurns.byId(parseId(id)),
} satisfies QueryResolvers;

export const Mutation = {
  chatTurnStart: (_, { input }, { chatTurns }) => mutationPayload('chatTurn', chatTurns.start(input)),
  chatTurnFinish: (_, { input }, { chatTurns }) => mutationPayload('chatTurn', chatTurns.finish(input)),
  chatTurnDelete: (_, { input }, { chatTurns }) => mutationPayload('deletedId', chatTurns.delete(input.id)),
} satisfies MutationResolvers;

export const ChatTurn: Complete<ChatTurnResolvers, ChatTurnRow> = {
  __resolveReference: ({ id }, { chatTurns }) => chatTurns.byId(id),
  session: ({ sessionId }, _, { chatSessions }) => chatSessions.byIdOrThrow(sessionId),
  results: ({ id }, args, { analysisResults }) => analysisResults.ofTurn(id, args),
};
