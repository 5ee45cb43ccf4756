import type { Complete } from '../../shared/schema/complete.js';
import type { TrainingRunResolvers } from '../generated/graphql.js';

export const TrainingRun: Complete<TrainingRunResolvers, { id: string; sourceExecutionId: string | null }> = {
  __resolveReference: (reference) => reference,
  sourceExecution: ({ sourceExecutionId }, _, { executions }) => (sourceExecutionId ? executions.byId(sourceExecutionId) : null),
};
