import { parseId } from '../../shared/input/id.js';
import type { Complete } from '../../shared/schema/complete.js';
import type { DocumentChunkResolvers, QueryResolvers } from '../generated/graphql.js';
import type { DocumentChunkRow } from './document-chunk.store.js';

export const Query = {
  documentChunk: (_, { id }, { documentChunks }) => documentChunks.byId(parseId(id)),
  documentChunks: (_, args, { documentChunks }) => documentChunks.page(args),
} satisfies QueryResolvers;

export const DocumentChunk: Complete<DocumentChunkResolvers, DocumentChunkRow> = {
  __resolveReference: ({ id }, { documentChunks }) => documentChunks.byId(id),
  document: ({ documentId }, _, { documents }) => documents.byIdOrThrow(documentId),
  content: ({ id }, _, { documentChunks }) => documentChunks.contentOf(id),
  useCase: ({ useCaseId }) => (useCaseId === null ? null : { id: useCaseId }),
  discoveryTool: ({ discoveryToolId }) => (discoveryToolId === null ? null : { id: discoveryToolId }),
  citedBy: ({ id }, args, { answers }) => answers.citingChunk(id, args),
  relatedChunks: ({ id }, { first }, { searches }) => searches.related(id, first),
  citationCount: ({ id }, _, { citations }) => citations.countOf(id),
};
