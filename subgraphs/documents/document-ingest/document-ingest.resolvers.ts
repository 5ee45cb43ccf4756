import { mutationPayload } from '../../shared/errors/mutation-payload.js';
import type { Complete } from '../../shared/schema/complete.js';
import type { DocumentIngestPayloadResolvers, MutationResolvers } from '../generated/graphql.js';
import type { DocumentIngestAnswer } from './document-ingest.store.js';

export const Mutation = {
  documentIngest: (_, { input }, { documentIngest }) => mutationPayload('ingest', documentIngest.run(input)),
} satisfies MutationResolvers;

export const DocumentIngestPayload: Complete<DocumentIngestPayloadResolvers, DocumentIngestAnswer> = {
  document: ({ ingest }, _, { documents }) => (ingest?.documentId ? documents.byId(ingest.documentId) : null),
};
