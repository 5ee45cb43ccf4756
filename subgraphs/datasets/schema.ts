import * as dataset from './dataset/dataset.resolvers.js';
import * as datasetFromPredictions from './dataset-from-predictions/dataset-from-predictions.resolvers.js';
import * as dependents from './dependents/dependents.resolvers.js';
import * as datasetRows from './dataset-rows/dataset-rows.resolvers.js';
import * as execution from './execution/execution.resolvers.js';
import * as fileUpload from './file-upload/file-upload.resolvers.js';
import * as modelVersion from './model-version/model-version.resolvers.js';
import * as prediction from './prediction/prediction.resolvers.js';
import * as predictionFeedback from './prediction-feedback/prediction-feedback.resolvers.js';
import * as runComparison from './run-comparison/run-comparison.resolvers.js';
import * as storedFile from './stored-file/stored-file.resolvers.js';
import * as trainingRun from './training-run/training-run.resolvers.js';
import * as user from './user/user.resolvers.js';
import * as workspace from './workspace/workspace.resolvers.js';
import type { MutationResolvers, QueryResolvers, Resolvers, SubscriptionResolvers } from './generated/graphql.js';

const Query = {
  ...dataset.Query,
  ...storedFile.Query,
  ...trainingRun.Query,
  ...runComparison.Query,
  ...workspace.Query,
  ...predictionFeedback.Query,
} satisfies Required<QueryResolvers>;

const Mutation = {
  ...dataset.Mutation,
  ...datasetFromPredictions.Mutation,
  ...fileUpload.Mutation,
  ...storedFile.Mutation,
  ...trainingRun.Mutation,
  ...workspace.Mutation,
  ...predictionFeedback.Mutation,
} satisfies Required<MutationResolvers>;

const Subscription = { ...dataset.Subscription, ...trainingRun.Subscription } satisfies Required<SubscriptionResolvers>;

export const resolvers: Resolvers = {
  Query,
  Mutation,
  Subscription,
  Dataset: dataset.Dataset,
  DatasetRows: datasetRows.DatasetRows,
  FileUpload: fileUpload.FileUpload,
  StoredFile: storedFile.StoredFile,
  TrainingRun: trainingRun.TrainingRun,
  AlgorithmComparison: runComparison.AlgorithmComparison,
  Workspace: workspace.Workspace,
  PredictionFeedback: predictionFeedback.PredictionFeedback,
  FeedbackAccuracy: predictionFeedback.FeedbackAccuracy,
  Dependents: dependents.Dependents,
  Execution: execution.Execution,
  ModelVersion: modelVersion.ModelVersion,
  Prediction: prediction.Prediction,
  User: user.User,
};
