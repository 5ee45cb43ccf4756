import { link, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { defineJob, type JobRun } from '../../shared/jobs/define-job.js';
import { JobError, type Job, type JobKind } from '../../shared/jobs/job.js';
import type { PeerClient } from '../../shared/peers/peer-client.js';
import type { Viewer } from '../../shared/viewer/viewer.js';
import type { DatasetRow, DatasetStore } from '../dataset/dataset.store.js';
import type { Files } from '../files.js';
import type { TrainingMetric, TrainingRun } from '../generated/prisma/client.js';
import type { StoredFileStore } from '../stored-file/stored-file.store.js';
import { registerModel } from './register-model.js';
import { REGISTRATION_TIMEOUT_MS, retryWhileUnavailable } from './retry-while-unavailable.js';
import { COPY_FILE, MODEL_FILE, trainResult, type TrainResult, type TrainTask } from './train-task.js';
import { estimatorOf, taskColumns } from './training-execution.rules.js';
import { TRAINING_QUEUE, type TrainingExecutionStore } from './training-execution.store.js';

const DUCKDB_BYTES = 512 * 1024 * 1024;
/** The memory of the whole child process: of the table as numbers, of the algorithm, and of DuckDB. */
const CHILD_BYTES = 2 * 1024 * 1024 * 1024;
const HEAP_MEBIBYTES = 1024;
const DEADLINE_MS = 30 * 60 * 1000;

export interface TrainingStores {
  datasets: Pick<DatasetStore, 'byIdOrThrow'>;
  storedFiles: Pick<StoredFileStore, 'byIdOrThrow'>;
  trainingRuns: {
    byId(id: string): Promise<TrainingRun | null>;
    metricsOf(id: string): Promise<readonly TrainingMetric[]>;
  };
  trainingExecutions: TrainingExecutionStore;
}

export interface TrainingJobOptions {
  files: Files;
  serving: PeerClient;
  storesOf(viewer: Viewer): TrainingStores;
}

type TrainingJobRun = JobRun<TrainingStores, TrainTask, TrainResult>;

/**
 * Defines the job that trains a run, in two steps: a child process trains the model, which is saved with its metrics; then the
 * serving subgraph registers it, and the run has SUCCEEDED. A later attempt does not repeat a step that is done.
 */
export function trainingJob({ files, serving, storesOf }: TrainingJobOptions): JobKind {
  const perform = async (jobRun: TrainingJobRun): Promise<void> => {
    const { job, stores } = jobRun;
    const run = await stores.trainingExecutions.begin(job);
    if (!run) return;
    const dataset = await stores.datasets.byIdOrThrow(run.datasetId);
    if (run.artifactFileId === null) await trainModel(jobRun, { run, dataset, files });
    await retryWhileUnavailable(() => registerRun(serving, storesOf(job.viewer), { job, dataset }), {
      signal: job.signal,
      timeoutMs: REGISTRATION_TIMEOUT_MS,
      failure: 'The model was trained and its file is saved, but it could not be registered.',
    });
    await stores.trainingExecutions.succeed(job, run);
  };
  return defineJob<TrainingStores, TrainTask, TrainResult>({
    queue: TRAINING_QUEUE,
    table: { name: 'training_runs', statusType: 'TrainingRunStatus', waitingStatus: 'QUEUED', runningStatus: 'RUNNING' },
    concurrency: 1,
    childProcess: {
      entry: new URL('./generated/train.child.js', import.meta.url),
      scratchFolder: files.scratchFolder,
      memoryBytes: CHILD_BYTES,
      heapMebibytes: HEAP_MEBIBYTES,
      deadlineMs: DEADLINE_MS,
      result: trainResult,
    },
    storesOf,
    perform,
    saveProgress: ({ job, stores }, fraction) => stores.trainingExecutions.saveProgress(job, fraction),
    fail: ({ job, stores }, failure) => stores.trainingExecutions.fail(job, failure),
  });
}

/** Trains the model of a run in a child process, and saves its file and its metrics. */
function trainModel(
  { job, stores, useChildProcess }: TrainingJobRun,
  { run, dataset, files }: { run: TrainingRun; dataset: DatasetRow; files: Files },
): Promise<void> {
  return useChildProcess(async (child) => {
    const { orgId, tableId } = dataset;
    await link(files.tables.pathOf({ orgId, tableId: tableId! }), join(child.folder, COPY_FILE));
    const estimator = estimatorOf(run.algorithm, run.hyperparameters as Record<string, number>);
    const result = await child.run({ memoryBytes: DUCKDB_BYTES, estimator, ...taskColumns(run, dataset.columns) });
    const path = join(child.folder, MODEL_FILE);
    const { size } = await stat(path);
    if (size > files.maxUploadBytes)
      throw new JobError(
        'MODEL_TOO_LARGE',
        `The model has ${size} bytes; the limit is ${files.maxUploadBytes}. Choose smaller hyperparameters.`,
      );
    await stores.trainingExecutions.saveModel(job, run, {
      model: new Uint8Array(await readFile(path)),
      filename: 'model.onnx',
      result,
    });
  });
}

/**
 * Registers the saved model of a run with the serving subgraph. Everything is read from the database, also in the attempt that
 * trained the model, so that every attempt sends the same request.
 */
async function registerRun(
  serving: PeerClient,
  { trainingRuns, storedFiles }: TrainingStores,
  { job, dataset }: { job: Job; dataset: DatasetRow },
): Promise<void> {
  const run = await trainingRuns.byId(job.id);
  if (!run?.artifactFileId) return; // The run was deleted, and its lease with it.
  const { inputSchema, outputSchema } = (await storedFiles.byIdOrThrow(run.artifactFileId)).metadata as Record<string, unknown>;
  const metrics = await trainingRuns.metricsOf(job.id);
  await registerModel(serving, job.viewer, { run, datasetName: dataset.name, inputSchema, outputSchema, metrics });
}
