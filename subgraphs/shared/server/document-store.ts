import type { DocumentNode } from 'graphql';
import { LRUCache } from 'lru-cache';

/** The largest number of documents in a store, and their largest total size in bytes of memory. */
export const MAX_DOCUMENTS = 1000;
export const MAX_DOCUMENT_BYTES = 64 * 1024 * 1024;
/** The approximate bytes of memory of a parsed document per character of its text. */
const BYTES_PER_CHARACTER = 120;

/** Returns the approximate bytes of memory that a parsed document takes, its text included. */
export const documentBytes = ({ loc }: DocumentNode): number => BYTES_PER_CHARACTER * (loc?.end ?? 1);

/**
 * Creates the `documentStore` of Apollo Server: the cache of parsed and validated documents. Apollo's default store limits the sum of
 * the lengths of the documents as JSON. That underestimates the memory of a document by a factor of at least 5, and by a larger one
 * if the text has long comments.
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
