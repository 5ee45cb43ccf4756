import { mutationPayload } from '../../shared/errors/mutation-payload.js';
import { parseId } from '../../shared/input/id.js';
import type { Complete } from '../../shared/schema/complete.js';
import type { MutationResolvers, QueryResolvers, StoredFileResolvers } from '../generated/graphql.js';
import type { StoredFileRow } from './stored-file.store.js';

export const Query = {
  storedFile: (_, { id }, { storedFiles }) => storedFiles.byId(parseId(id)),
  storedFiles: (_, args, { storedFiles }) => storedFiles.page(args),
} satisfies QueryResolvers;

export const Mutation = {
  storedFileCreate: (_, { input }, { storedFiles }) => mutationPayload('storedFile', storedFiles.create(input)),
  storedFileUpdate: (_, { input }, { storedFiles }) => mutationPayload('storedFile', storedFiles.update(input)),
  storedFileDelete: (_, { input }, { storedFiles }) => mutationPayload('deletedId', storedFiles.delete(input.id)),
} satisfies MutationResolvers;

export const StoredFile: Complete<StoredFileResolvers, StoredFileRow> = {
  __resolveReference: ({ id }, { storedFiles }) => storedFiles.byId(id),
  text: ({ id }, _, { storedFiles }) => storedFiles.textOf(id),
  downloadUrl: (file, _, { storedFiles }) => storedFiles.downloadUrl(file),
};
