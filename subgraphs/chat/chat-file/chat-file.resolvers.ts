import { mutationPayload } from '../../shared/errors/mutation-payload.js';
import { parseId } from '../../shared/input/id.js';
import type { Complete } from '../../shared/schema/complete.js';
import type { ChatFileResolvers, MutationResolvers, QueryResolvers } from '../generated/graphql.js';
import type { ChatFileRow } from './chat-file.store.js';

export const Query = {
  chatFile: (_, { id }, { chatFiles }) => chatFiles.byId(parseId(id)),
  chatFiles: (_, args, { chatFiles }) => chatFiles.page(args),
} satisfies QueryResolvers;

export const Mutation = {
  chatFileCreate: (_, { input }, { chatFiles }) => mutationPayload('chatFile', chatFiles.create(input)),
  chatFileUpdate: (_, { input }, { chatFiles }) => mutationPayload('chatFile', chatFiles.update(input)),
  chatFileFinish: (_, { input }, { chatFiles }) => mutationPayload('chatFile', chatFiles.finish(input)),
  chatFileDelete: (_, { input }, { chatFiles }) => mutationPayload('deletedId', chatFiles.delete(input.id)),
} satisfies MutationResolvers;

export const ChatFile: Complete<ChatFileResolvers, ChatFileRow> = {
  __resolveReference: ({ id }, { chatFiles }) => chatFiles.byId(id),
  session: ({ sessionId }, _, { chatSessions }) => chatSessions.byId(sessionId),
  text: ({ id }, _, { chatFiles }) => chatFiles.textOf(id),
  uploader: ({ uploaderId }) => ({ id: uploaderId }),
  dataset: ({ datasetId }) => (datasetId === null ? null : { id: datasetId }),
  results: ({ id }, args, { analysisResults }) => analysisResults.ofFile(id, args),
};
