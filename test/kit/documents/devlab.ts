import type { Documents } from './generated/devlab.js';
import { typedDocuments } from './typed-document.js';

/** The types of the schema, for documents that a test builds at run time. Only the selected fields are in a response. */
export type { Mutation, Query } from './generated/devlab.js';

/** Types a document by the schema of the devlab subgraph. */
export const graphql = typedDocuments<Documents>();
