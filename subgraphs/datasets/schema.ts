import type { CompleteResolvers } from '../shared/schema/complete.js';
import * as codeExample from './code-example/code-example.resolvers.js';
import * as conversationExample from './conversation-example/conversation-example.resolvers.js';
import * as corpusExport from './corpus-export/corpus-export.resolvers.js';
import * as dataset from './dataset/dataset.resolvers.js';
import * as datasetFromPredictions from './dataset-from-predictions/dataset-from-predictions.resolvers.js';
import * as dependents from './dependents/dependents.resolvers.js';
import * as datasetRows from './dataset-rows/dataset-rows.resolvers.js';
import * as execution from './execution/execution.resolvers.js';
import * as fileUpload from './file-upload/file-upload.resolvers.js';
import * as metricHistory from './metric-history/metric-history.resolvers.js';
import * as modelVersion from './model-version/model-version.resolvers.js';
import * as prediction from './prediction/prediction.resolvers.js';
import * as predictionFeedback from './prediction-feedback/prediction-feedback.resolvers.js';
import * as runComparison from './run-comparison/run-comparison.resolvers.js';
import * as simulationExample from './simulation-example/simulation-example.resolvers.js';
import * as storedFile from './stored-file/stored-file.resolvers.js';
import * as trainingExecution from './training-execution/training-execution.resolvers.js';
import * as trainingCorpus from './training-corpus/training-corpus.resolvers.js';
import * as trainingRun from './training-run/training-run.resolvers.js';
import * as trainingRunPurge from './training-run-purge/training-run-purge.resolvers.js';
import * as useCase from './use-case/use-case.resolvers.js';
import * as user from './user/user.resolvers.js';
import * as workspace from './workspace/workspace.resolvers.js';
import type { Resolvers, ResolversParentTypes } from './generated/graphql.js';

export const resolvers: CompleteResolvers<Resolvers, ResolversParentTypes> = {
  Query: {
    ...dataset.Query,
    ...storedFile.Query,
    ...trainingRun.Query,
    ...trainingExecution.Query,
    ...runComparison.Query,
    ...trainingCorpus.Query,
    ...conversationExample.Query,
    ...simulationExample.Query,
    ...codeExample.Query,
    ...workspace.Query,
    ...predictionFeedback.Query,
  },
  Mutation: {
    ...dataset.Mutation,
    ...datasetFromPredictions.Mutation,
    ...fileUpload.Mutation,
    ...storedFile.Mutation,
    ...trainingRun.Mutation,
    ...trainingExecution.Mutation,
    ...metricHistory.Mutation,
    ...trainingRunPurge.Mutation,
    ...trainingCorpus.Mutation,
    ...corpusExport.Mutation,
    ...conversationExample.Mutation,
    ...simulationExample.Mutation,
    ...codeExample.Mutation,
    ...workspace.Mutation,
    ...predictionFeedback.Mutation,
  },
  Subscription: { ...dataset.Subscription, ...trainingRun.Subscription },
  Dataset: dataset.Dataset,
  DatasetRows: datasetRows.DatasetRows,
  FileUpload: fileUpload.FileUpload,
  StoredFile: storedFile.StoredFile,
  TrainingRun: trainingRun.TrainingRun,
  AlgorithmComparison: runComparison.AlgorithmComparison,
  TrainingCorpus: trainingCorpus.TrainingCorpus,
  ConversationExample: conversationExample.ConversationExample,
  SimulationExample: simulationExample.SimulationExample,
  CodeExample: codeExample.CodeExample,
  UseCase: useCase.UseCase,
  Workspace: workspace.Workspace,
  PredictionFeedback: predictionFeedback.PredictionFeedback,
  FeedbackAccuracy: predictionFeedback.FeedbackAccuracy,
  Dependents: dependents.Dependents,
  Execution: execution.Execution,
  ModelVersion: modelVersion.ModelVersion,
  Prediction: prediction.Prediction,
  User: user.User,
};
