import { mutationPayload } from '../../shared/errors/mutation-payload.js';
import { parseId } from '../../shared/input/id.js';
import type { Complete } from '../../shared/schema/complete.js';
import type { AnalysisResultResolvers, MutationResolvers, QueryResolvers } from '../generated/graphql.js';
import type { AnalysisResultRow } from './analysis-result.store.js';

export const Query = {
  analysisResult: (_, { id }, { analysisResults }) => analysisResults.byId(parseId(id)),
} satisfies QueryResolvers;

export const Mutation = {
  analysisResultCreate: (_, { input }, { analysisResults }) => mutationPayload('analysisResult', analysisResults.create(input)),
  analysisResultDelete: (_, { input }, { analysisResults }) => mutationPayload('deletedId', analysisResults.delete(input.id)),
} satisfies MutationResolvers;

export const AnalysisResult: Complete<AnalysisResultResolvers, AnalysisResultRow> = {
  __resolveReference: ({ id }, { analysisResults }) => analysisResults.byId(id),
  session: ({ sessionId }, _, { chatSessions }) => chatSessions.byIdOrThrow(sessionId),
  file: ({ fileId }, _, { chatFiles }) => chatFiles.byId(fileId),
  turn: ({ turnId }, _, { chatTurns }) => chatTurns.byId(turnId),
};
