import type { Documents } from './generated/chat.js';
import { typedDocuments } from './typed-document.js';

/** The types of the schema, for documents that a test builds at run time. Only the selected fields are in a response. */
export type { Mutation, Query } from './generated/chat.js';

/** Types a document by the schema of the chat subgraph. */
export const graphql = typedDocuments<Documents>();
