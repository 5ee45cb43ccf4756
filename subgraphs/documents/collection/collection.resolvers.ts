import { mutationPayload } from '../../shared/errors/mutation-payload.js';
import { parseId } from '../../shared/input/id.js';
import type { Complete } from '../../shared/schema/complete.js';
import type { CollectionResolvers, MutationResolvers, QueryResolvers } from '../generated/graphql.js';
import type { CollectionRow } from './collection.store.js';

export const Query = {
  collection: (_, { id }, { collections }) => collections.byId(parseId(id)),
  collections: (_, args, { collections }) => collections.page(args),
} satisfies QueryResolvers;

export const Mutation = {
  collectionCreate: (_, { input }, { collections }) => mutationPayload('collection', collections.create(input)),
  collectionUpdate: (_, { input }, { collections }) => mutationPayload('collection', collections.update(input)),
  collectionDelete: (_, { input }, { collections }) => mutationPayload('deleted', collections.delete(input.id)),
} satisfies MutationResolvers;

export const Collection: Complete<CollectionResolvers, CollectionRow> = {
  __resolveReference: ({ id }, { collections }) => collections.byId(id),
  documentCount: ({ id }, _, { documents }) => documents.countOfCollection(id),
  chunkCount: ({ id }, _, { documentChunks }) => documentChunks.countOfCollection(id),
  documents: ({ id }, args, { documents }) => documents.ofCollection(id, args),
};
