import { mutationPayload } from '../../shared/errors/mutation-payload.js';
import { parseId } from '../../shared/input/id.js';
import type { Complete } from '../../shared/schema/complete.js';
import type { DocumentResolvers, MutationResolvers, QueryResolvers } from '../generated/graphql.js';
import type { DocumentRow } from './document.store.js';

export const Query = {
  document: (_, { id }, { documents }) => documents.byId(parseId(id)),
  documents: (_, args, { documents }) => documents.page(args),
} satisfies QueryResolvers;

export const Mutation = {
  documentUpdate: (_, { input }, { documents }) => mutationPayload('document', documents.update(input)),
  documentDelete: (_, { input }, { documents }) => mutationPayload('deleted', documents.delete(input.id)),
} satisfies MutationResolvers;

export const Document: Complete<DocumentResolvers, DocumentRow> = {
  __resolveReference: ({ id }, { documents }) => documents.byId(id),
  collection: ({ collectionId }, _, { collections }) => collections.byIdOrThrow(collectionId),
  chunkCount: ({ id }, _, { documentChunks }) => documentChunks.countOfDocument(id),
  failure: ({ failureCode, failureMessage }) => (failureCode === null ? null : { code: failureCode, message: failureMessage! }),
  chunks: ({ id }, args, { documentChunks }) => documentChunks.ofDocument(id, args),
};
