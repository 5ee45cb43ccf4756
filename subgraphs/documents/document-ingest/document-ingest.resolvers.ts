import { mutationPayload } from '../../shared/errors/mutation-payload.js';
import type { Complete } from '../../shared/schema/complete.js';
import type { DocumentIngestPayloadResolvers, MutationResolvers } from '../generated/graphql.js';
import type { DocumentIngestResult } from './document-ingest.store.js';

export const Mutation = {
  documentIngest: (_, { input }, { documentIngest }) => mutationPayload('ingest', documentIngest.ingest(input)),
} satisfies MutationResolvers;

export const DocumentIngestPayload: Complete<DocumentIngestPayloadResolvers, DocumentIngestResult> = {
  document: ({ ingest }, _, { documents }) => (ingest?.documentId ? documents.byId(ingest.documentId) : null),
};
