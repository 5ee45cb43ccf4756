import type { Jobs } from '../shared/jobs/jobs.js';
import type { PeerClient } from '../shared/peers/peer-client.js';
import type { SubscriptionContext } from '../shared/subscriptions/followed-row.js';
import { Scope } from '../shared/tenancy/scope.js';
import type { Viewer } from '../shared/viewer/viewer.js';
import type { Files } from './files.js';
import { FileUploadStore } from './file-upload/file-upload.store.js';
import { CorpusExportStore } from './corpus-export/corpus-export.store.js';
import { DatasetFromPredictionsStore } from './dataset-from-predictions/dataset-from-predictions.store.js';
import { DependentsPeer } from './dependents/dependents.peer.js';
import { DependentsStore } from './dependents/dependents.store.js';
import { DatasetStore } from './dataset/dataset.store.js';
import { ProfileStore } from './dataset-profile/profile.store.js';
import { RowsStore } from './dataset-rows/rows.store.js';
import { Prisma, type PrismaClient } from './generated/prisma/client.js';
import { MetricHistoryStore } from './metric-history/metric-history.store.js';
import { ModelVersionPeer } from './model-version/model-version.peer.js';
import { PredictionPeer } from './prediction/prediction.peer.js';
import { FeedbackAccuracyStore } from './prediction-feedback/feedback-accuracy.store.js';
import { PredictionFeedbackStore } from './prediction-feedback/prediction-feedback.store.js';
import { RunComparisonStore } from './run-comparison/run-comparison.store.js';
import { StoredFileStore } from './stored-file/stored-file.store.js';
import { TrainingCorpusStore } from './training-corpus/training-corpus.store.js';
import { TrainingExampleStore } from './training-example/training-example.store.js';
import { TrainingRunPurgeStore } from './training-run-purge/training-run-purge.store.js';
import { TrainingExecutionStore } from './training-execution/training-execution.store.js';
import { TrainingRunStore } from './training-run/training-run.store.js';
import { WorkspaceStore } from './workspace/workspace.store.js';

/** The stores of one request. Their loaders cache the rows that this request has read. */
export interface DatasetsStores {
  datasets: DatasetStore;
  profiles: ProfileStore;
  rows: RowsStore;
  fileUploads: FileUploadStore;
  storedFiles: StoredFileStore;
  trainingRuns: TrainingRunStore;
  trainingExecutions: TrainingExecutionStore;
  metricHistories: MetricHistoryStore;
  trainingRunPurges: TrainingRunPurgeStore;
  runComparisons: RunComparisonStore;
  trainingCorpora: TrainingCorpusStore;
  trainingExamples: TrainingExampleStore;
  corpusExports: CorpusExportStore;
  workspaces: WorkspaceStore;
  predictionFeedback: PredictionFeedbackStore;
  feedbackAccuracies: FeedbackAccuracyStore;
  dependents: DependentsStore;
  datasetsFromPredictions: DatasetFromPredictionsStore;
  /** Readers of entities of the serving subgraph. */
  peers: { predictions: PredictionPeer; modelVersions: ModelVersionPeer };
}

/** The context of resolvers: the stores, and the part that the server adds. */
export type DatasetsContext = DatasetsStores & SubscriptionContext;

export function createContext(client: PrismaClient, viewer: Viewer | null, files: Files, serving: PeerClient, jobs: Jobs): DatasetsStores {
  const scope = new Scope(client, Prisma, viewer);
  const fileUploads = new FileUploadStore(scope, files);
  const storedFiles = new StoredFileStore(scope, files, fileUploads);
  const dependents = new DependentsStore(scope, new DependentsPeer(scope, serving));
  const datasets = new DatasetStore(scope, storedFiles, fileUploads, dependents, jobs);
  const profiles = new ProfileStore(scope);
  const rows = new RowsStore(files);
  const trainingExecutions = new TrainingExecutionStore(scope, profiles, storedFiles, serving, jobs);
  const trainingRuns = new TrainingRunStore(scope, datasets, dependents, trainingExecutions);
  const metricHistories = new MetricHistoryStore(scope, trainingRuns);
  const trainingRunPurges = new TrainingRunPurgeStore(scope, serving);
  const runComparisons = new RunComparisonStore(scope, trainingRuns);
  const trainingCorpora = new TrainingCorpusStore(scope);
  const trainingExamples = new TrainingExampleStore(scope, trainingCorpora);
  const corpusExports = new CorpusExportStore(scope, files, trainingCorpora, storedFiles);
  const workspaces = new WorkspaceStore(scope);
  const feedbackAccuracies = new FeedbackAccuracyStore(scope);
  const peers = { predictions: new PredictionPeer(scope, serving), modelVersions: new ModelVersionPeer(scope, serving) };
  const predictionFeedback = new PredictionFeedbackStore(scope, feedbackAccuracies, trainingRuns, peers.predictions);
  const datasetsFromPredictions = new DatasetFromPredictionsStore(scope, { datasets, storedFiles, trainingRuns, peers });
  return {
    datasets,
    profiles,
    rows,
    fileUploads,
    storedFiles,
    trainingRuns,
    trainingExecutions,
    metricHistories,
    trainingRunPurges,
    runComparisons,
    trainingCorpora,
    trainingExamples,
    corpusExports,
    workspaces,
    predictionFeedback,
    feedbackAccuracies,
    dependents,
    datasetsFromPredictions,
    peers,
  };
}
