import { link, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { ChildProcessPool } from '../../shared/jobs/child/child-process-pool.js';
import { JobError, type Job, type Lease, type JobKind } from '../../shared/jobs/job.js';
import type { PeerClient } from '../../shared/peers/peer-client.js';
import type { Viewer } from '../../shared/viewer/viewer.js';
import type { DatasetsStores } from '../context.js';
import type { DatasetRow } from '../dataset/dataset.store.js';
import type { Files } from '../files.js';
import type { TrainingRun } from '../generated/prisma/client.js';
import { retryWhileUnavailable, REGISTRATION_TIMEOUT_MS } from './retry-while-unavailable.js';
import { registerModel } from './register-model.js';
import { COPY, MODEL, trainResult, type TrainResult, type TrainTask } from './train-task.js';
import { estimatorOf, taskColumns } from './training-execution.rules.js';
import { TRAINING_QUEUE } from './training-execution.store.js';

const DUCKDB_BYTES = 512 * 1024 * 1024;
/** All that a child may take: the table as numbers, what it learns with, and DuckDB's own. */
const CHILD_BYTES = 2 * 1024 * 1024 * 1024;
const HEAP_MEBIBYTES = 1024;
const DEADLINE_MS = 30 * 60 * 1000;
/** Progress is written down no more often. */
const PROGRESS_MS = 500;

export type TrainingChildren = ChildProcessPool<TrainTask, TrainResult>;

/** The processes that learn. */
export const trainingChildren = ({ scratchFolder }: Files): TrainingChildren =>
  new ChildProcessPool({
    entry: new URL('./generated/train.child.js', import.meta.url),
    scratchFolder,
    memoryBytes: CHILD_BYTES,
    heapMebibytes: HEAP_MEBIBYTES,
    deadlineMs: DEADLINE_MS,
    result: trainResult,
  });

export interface TrainingParts {
  children: TrainingChildren;
  files: Files;
  serving: PeerClient;
  storesOf(viewer: Viewer): DatasetsStores;
  /** For how long serving may be down before a run fails. */
  patienceMs?: number;
}

/**
 * Trains runs in two steps, each of which a later attempt finds done: a child learns, and the model is kept with its figures; then
 * serving registers it. A run has SUCCEEDED when it is registered.
 */
export function training({ children, files, serving, storesOf, patienceMs = REGISTRATION_TIMEOUT_MS }: TrainingParts): JobKind {
  const perform = async ({ viewer, id, attempt }: Job, lease: Lease): Promise<void> => {
    const stores = storesOf(viewer);
    const run = await stores.trainingExecutions.begin(id, lease, attempt);
    if (!run) return;
    const dataset = await stores.datasets.existing(run.datasetId);
    if (run.artifactFileId === null) await learn(stores, run, dataset, lease);
    const failure = 'The model was learned, and could not be registered; its file is kept.';
    await retryWhileUnavailable(() => register(storesOf(viewer), viewer, id, dataset), lease.signal, patienceMs, failure);
    await stores.trainingExecutions.succeed(run, lease);
  };

  const learn = async ({ trainingExecutions }: DatasetsStores, run: TrainingRun, dataset: DatasetRow, lease: Lease): Promise<void> => {
    let told = 0;
    const onProgress = (done: number) => {
      if (Date.now() - told < PROGRESS_MS) return;
      told = Date.now();
      void trainingExecutions.progress(run.id, lease, done).catch(() => undefined); // The next one tells more.
    };
    await children.use(
      async (child) => {
        const { orgId, tableId } = dataset;
        await link(files.tables.pathOf({ orgId, tableId: tableId! }), join(child.folder, COPY));
        const estimator = estimatorOf(run.algorithm, run.hyperparameters as Record<string, number>);
        const result = await child.run({ memoryBytes: DUCKDB_BYTES, estimator, ...taskColumns(run, dataset.columns) });
        const path = join(child.folder, MODEL);
        const { size } = await stat(path);
        if (size > files.maxUploadBytes) throw new JobError('MODEL_TOO_LARGE', `The model has more than ${files.maxUploadBytes} bytes.`);
        const learned = { model: new Uint8Array(await readFile(path)), filename: 'model.onnx', result };
        await trainingExecutions.keepLearned(run, lease, learned);
      },
      { signal: lease.signal, onProgress },
    );
  };

  const register = async (
    { trainingRuns, storedFiles }: DatasetsStores,
    viewer: Viewer,
    id: string,
    dataset: DatasetRow,
  ): Promise<void> => {
    const run = await trainingRuns.byId(id);
    if (!run?.artifactFileId) return; // It is gone, and so is the lease.
    // From the database, also the first time: whatever attempt registers, it sends the same.
    const { inputSchema, outputSchema } = (await storedFiles.existing(run.artifactFileId)).metadata as Record<string, unknown>;
    const metrics = await trainingRuns.metricsOf(id);
    await registerModel(serving, viewer, { run, datasetName: dataset.name, inputSchema, outputSchema, metrics });
  };

  return {
    queue: TRAINING_QUEUE,
    table: { name: 'training_runs', statusType: 'TrainingRunStatus', waitingStatus: 'QUEUED', runningStatus: 'RUNNING' },
    concurrency: 1,
    perform,
    fail: ({ viewer, id }, lease, failure) => storesOf(viewer).trainingExecutions.fail(id, lease, failure),
  };
}
