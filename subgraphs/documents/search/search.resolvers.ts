import type { Complete } from '../../shared/schema/complete.js';
import type { QueryResolvers, SearchHitResolvers, SearchResultResolvers } from '../generated/graphql.js';
import type { SearchHitRow, SearchResultRow } from './search.store.js';

export const Query = {
  search: (_, { input }, { searches }) => searches.search(input),
} satisfies QueryResolvers;

export const SearchResult: Complete<SearchResultResolvers, SearchResultRow> = {
  pendingChunkCount: ({ filter }, _, { searches }) => searches.pendingCount(filter),
};

export const SearchHit: Complete<SearchHitResolvers, SearchHitRow> = {
  chunk: (hit, _, { searches }) => searches.chunkOf(hit),
  highlights: (hit, _, { searches }) => searches.highlightsOf(hit),
};
