import { isId } from '../../shared/input/id.js';
import type { Complete } from '../../shared/schema/complete.js';
import type { DatasetResolvers } from '../generated/graphql.js';

export const Dataset: Complete<DatasetResolvers, { id: string }> = {
  __resolveReference: ({ id }) => (isId(id) ? { id } : null),
  chatFiles: ({ id }, args, { chatFiles }) => chatFiles.ofDataset(id, args),
};
