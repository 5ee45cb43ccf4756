import { mutationPayload } from '../../shared/errors/mutation-payload.js';
import type { Complete } from '../../shared/schema/complete.js';
import type { FileUploadResolvers, MutationResolvers } from '../generated/graphql.js';
import type { FileUploadRow } from './file-upload.store.js';

export const Mutation = {
  fileUploadCreate: (_, { input }, { fileUploads }) => mutationPayload('upload', fileUploads.create(input)),
} satisfies MutationResolvers;

export const FileUpload: Complete<FileUploadResolvers, FileUploadRow> = {
  url: (upload, _, { fileUploads }) => fileUploads.urlOf(upload),
  headers: ({ contentType }) => [{ name: 'Content-Type', value: contentType }],
};
