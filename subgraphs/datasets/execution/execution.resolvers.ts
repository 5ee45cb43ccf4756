import type { Complete } from '../../shared/schema/complete.js';
import type { ExecutionResolvers } from '../generated/graphql.js';

export const Execution: Complete<ExecutionResolvers, { id: string }> = {
  __resolveReference: ({ id }) => ({ id }),
  trainingRuns: ({ id }, args, { trainingRuns }) => trainingRuns.ofExecution(id, args),
};
