import { mutationPayload } from '../../shared/errors/mutation-payload.js';
import { parseId } from '../../shared/input/id.js';
import * as execution from '../training-execution/training-execution.resolvers.js';
import type { Complete } from '../../shared/schema/complete.js';
import type { MutationResolvers, QueryResolvers, SubscriptionResolvers, TrainingRunResolvers } from '../generated/graphql.js';
import type { TrainingRunRow } from './training-run.store.js';

export const Query = {
  trainingRun: (_, { id }, { trainingRuns }) => trainingRuns.byId(parseId(id)),
  trainingRuns: (_, args, { trainingRuns }) => trainingRuns.page(args),
} satisfies QueryResolvers;

export const Mutation = {
  trainingRunStart: (_, { input }, { trainingRuns }) => mutationPayload('trainingRun', trainingRuns.start(input)),
  trainingRunFinish: (_, { input }, { trainingRuns }) => mutationPayload('trainingRun', trainingRuns.finish(input)),
  trainingRunDelete: (_, { input }, { trainingRuns }) => mutationPayload('deletedId', trainingRuns.delete(input.id)),
} satisfies MutationResolvers;

export const Subscription = {
  trainingRunUpdated: {
    subscribe: (_, { id }, { trainingRuns, follow }) => follow(trainingRuns.followed(parseId(id))),
    resolve: (run: TrainingRunRow) => run,
  },
} satisfies SubscriptionResolvers;

export const TrainingRun: Complete<TrainingRunResolvers, TrainingRunRow> = {
  __resolveReference: ({ id }, { trainingRuns }) => trainingRuns.byId(id),
  dataset: ({ datasetId }, _, { datasets }) => datasets.byIdOrThrow(datasetId),
  metrics: ({ id }, _, { trainingRuns }) => trainingRuns.metricsOf(id),
  ...execution.TrainingRun,
  metricHistory: ({ id }, args, { metricHistories }) => metricHistories.of(id, args),
  dependents: ({ id }, _, { dependents }) => dependents.ofRun(id),
};
