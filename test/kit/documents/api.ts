import type { Documents } from './generated/api.js';
import { typedDocuments } from './typed-document.js';

/** The types of the schema, for documents that a test builds at run time. Only the selected fields are in a response. */
export type { Mutation, Query } from './generated/api.js';

/** Types a document by the schema that the gateway serves (gateway/api.graphql). */
export const graphql = typedDocuments<Documents>();
