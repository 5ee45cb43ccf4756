import { parse, type DocumentNode } from 'graphql';

/**
 * Parses a document of at most `maxTokens` tokens, without locations. Returns null for one that does not parse: Apollo Server
 * reports the error.
 */
export function parseOrNull(query: string, maxTokens: number): DocumentNode | null {
  try {
    return parse(query, { noLocation: true, maxTokens });
  } catch {
    return null;
  }
}
