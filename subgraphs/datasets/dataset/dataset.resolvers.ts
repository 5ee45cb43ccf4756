import { mutationPayload } from '../../shared/errors/mutation-payload.js';
import { parseId } from '../../shared/input/id.js';
import type { Complete } from '../../shared/schema/complete.js';
import * as datasetProfile from '../dataset-profile/dataset-profile.resolvers.js';
import * as datasetRows from '../dataset-rows/dataset-rows.resolvers.js';
import type {
  DatasetFailureCode,
  DatasetResolvers,
  MutationResolvers,
  QueryResolvers,
  SubscriptionResolvers,
} from '../generated/graphql.js';
import type { DatasetRow } from './dataset.store.js';

export const Query = {
  dataset: (_, { id }, { datasets }) => datasets.byId(parseId(id)),
  datasets: (_, args, { datasets }) => datasets.page(args),
} satisfies QueryResolvers;

export const Mutation = {
  datasetCreate: (_, { input }, { datasets }) => mutationPayload('dataset', datasets.create(input)),
  datasetUpdate: (_, { input }, { datasets }) => mutationPayload('dataset', datasets.update(input)),
  datasetDelete: (_, { input }, { datasets }) => mutationPayload('deleted', datasets.delete(input.id)),
} satisfies MutationResolvers;

export const Subscription = {
  datasetUpdated: {
    subscribe: (_, { id }, { datasets, follow }) => follow(datasets.followed(parseId(id))),
    resolve: (dataset: DatasetRow) => dataset,
  },
} satisfies SubscriptionResolvers;

export const Dataset: Complete<DatasetResolvers, DatasetRow> = {
  __resolveReference: ({ id }, { datasets }) => datasets.byId(id),
  ...datasetProfile.Dataset,
  ...datasetRows.Dataset,
  columnCount: ({ status, columns }) => (status === 'READY' ? columns.length : null),
  failure: ({ failureCode, failureMessage }) =>
    failureCode === null ? null : { code: failureCode as DatasetFailureCode, message: failureMessage! },
  file: ({ fileId }, _, { storedFiles }) => storedFiles.byIdOrThrow(fileId),
  trainingCount: ({ id }, _, { trainingRuns }) => trainingRuns.countOf(id),
  lastTrainedAt: ({ id }, _, { trainingRuns }) => trainingRuns.lastStartOf(id),
  trainingRuns: ({ id }, args, { trainingRuns }) => trainingRuns.ofDataset(id, args),
  bestTrainingRun: ({ id }, args, { runComparisons }) => runComparisons.bestOf(id, args),
  sourceModelVersion: ({ sourceModelVersionId }) => (sourceModelVersionId === null ? null : { id: sourceModelVersionId }),
  dependents: ({ id }, _, { dependents }) => dependents.ofDataset(id),
  workspaces: ({ id }, args, { workspaces }) => workspaces.ofDataset(id, args),
  feedback: ({ id }, args, { predictionFeedback }) => predictionFeedback.of('datasetId', id, args),
  feedbackAccuracy: ({ id }, _, { feedbackAccuracies }) => feedbackAccuracies.ofDataset(id),
};
