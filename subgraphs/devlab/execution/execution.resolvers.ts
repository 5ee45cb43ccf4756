import { mutationPayload } from '../../shared/errors/mutation-payload.js';
import { parseId } from '../../shared/input/id.js';
import type { Complete } from '../../shared/schema/complete.js';
import type { ExecutionResolvers, MutationResolvers, QueryResolvers } from '../generated/graphql.js';
import type { ExecutionRow } from './execution.store.js';

export const Query = {
  execution: (_, { id }, { executions }) => executions.byId(parseId(id)),
  executions: (_, args, { executions }) => executions.page(args),
} satisfies QueryResolvers;

export const Mutation = {
  executionRecord: (_, { input }, { executions }) => mutationPayload('execution', executions.record(input)),
  executionDelete: (_, { input }, { executions }) => mutationPayload('deletedId', executions.delete(input.id)),
} satisfies MutationResolvers;

export const Execution: Complete<ExecutionResolvers, ExecutionRow> = {
  __resolveReference: ({ id }, { executions }) => executions.byId(id),
  project: ({ projectId }, _, { projects }) => projects.byIdOrThrow(projectId),
  code: ({ id }, _, { executions }) => executions.largeField(id, 'code'),
  stdout: ({ id }, _, { executions }) => executions.largeField(id, 'stdout'),
  stderr: ({ id }, _, { executions }) => executions.largeField(id, 'stderr'),
  securityScan: ({ id }, _, { executions }) => executions.largeField(id, 'securityScan'),
  user: ({ userId }) => ({ id: userId }),
};
