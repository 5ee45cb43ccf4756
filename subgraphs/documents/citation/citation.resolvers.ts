import type { Complete } from '../../shared/schema/complete.js';
import type { CitationResolvers } from '../generated/graphql.js';
import type { CitationRow } from './citation.store.js';

export const Citation: Complete<CitationResolvers, CitationRow> = {
  chunk: ({ chunkId }, _, { documentChunks }) => documentChunks.byIdOrThrow(chunkId),
};
