import type { DocumentNode } from 'graphql';
import { LRUCache } from 'lru-cache';

/** How many documents are kept, and about how many bytes of them. */
export const MAX_DOCUMENTS = 1000;
export const MAX_DOCUMENT_BYTES = 64 * 1024 * 1024;
/** Bytes of a parsed document for each character of its text. */
const BYTES_PER_CHARACTER = 120;

/** About how many bytes of memory a parsed document takes, its text included. */
export const documentBytes = ({ loc }: DocumentNode): number => BYTES_PER_CHARACTER * (loc?.end ?? 1);

/**
 * Valid documents, for Apollo Server. Its own store takes a document for as large as its JSON, which is a fifth of the truth
 * and less where a long comment stands in the text.
 */
export function createDocumentStore() {
  const documents = new LRUCache<string, DocumentNode>({
    max: MAX_DOCUMENTS,
    maxSize: MAX_DOCUMENT_BYTES,
    sizeCalculation: documentBytes,
  });
  return {
    get: async (key: string) => documents.get(key),
    set: async (key: string, document: DocumentNode) => void documents.set(key, document),
    delete: async (key: string) => documents.delete(key),
  };
}
