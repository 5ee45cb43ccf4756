import type { Jobs } from '../../shared/jobs/jobs.js';
import type { Job, JobFailure } from '../../shared/jobs/job.js';
import { NO_LEASE, whereLeased } from '../../shared/jobs/lease.js';
import { refusal, refuseIf } from '../../shared/errors/user-error.js';
import { idProblems } from '../../shared/input/id.js';
import type { PeerClient } from '../../shared/peers/peer-client.js';
import type { Scope } from '../../shared/tenancy/scope.js';
import type { DatasetRow } from '../dataset/dataset.store.js';
import type { ProfileStore } from '../dataset-profile/profile.store.js';
import type { TrainingRunStartInput } from '../generated/graphql.js';
import type { Prisma, PrismaClient, TrainingRun } from '../generated/prisma/client.js';
import type { StoredFileStore } from '../stored-file/stored-file.store.js';
import { toMetricValue } from './metric-value.js';
import { modelExists } from './register-model.js';
import type { TrainResult } from './train-task.js';
import { trainingProblems, estimatorOf } from './training-execution.rules.js';

/** The queue of runs that wait to be trained. */
export const TRAINING_QUEUE = 'training';

/** The progress of a run whose model is saved and only has to be registered. */
const TRAINED_PROGRESS = 0.98;

const ID_FIELD = ['input', 'id'];

/** A trained model, as it is saved. */
export interface TrainedModel {
  model: Uint8Array<ArrayBuffer>;
  filename: string;
  result: TrainResult;
}

/** The training runs that the platform executes. A job changes the row of its run only while it holds the lease. */
export class TrainingExecutionStore {
  readonly #scope: Scope<PrismaClient>;
  readonly #profiles: ProfileStore;
  readonly #storedFiles: StoredFileStore;
  readonly #serving: PeerClient;
  readonly #jobs: Jobs;

  constructor(scope: Scope<PrismaClient>, profiles: ProfileStore, storedFiles: StoredFileStore, serving: PeerClient, jobs: Jobs) {
    this.#scope = scope;
    this.#profiles = profiles;
    this.#storedFiles = storedFiles;
    this.#serving = serving;
    this.#jobs = jobs;
  }

  /** Returns the columns that only an executed run has. Throws Refusal if the READY dataset cannot be trained on as requested. */
  async prepareRun(input: TrainingRunStartInput, dataset: DatasetRow) {
    const profile = await this.#profiles.of(dataset.id);
    refuseIf(trainingProblems(input, profile!.columns, dataset.rowCount!));
    const { viewer } = this.#scope;
    if (input.modelId != null && !(await modelExists(this.#serving, viewer, input.modelId)))
      throw refusal('NOT_FOUND', ['input', 'modelId'], `No model with the id ${input.modelId} exists in your organization.`);
    return {
      status: 'QUEUED' as const,
      isExecuted: true,
      progress: 0,
      modelId: input.modelId ?? null,
      hyperparameters: estimatorOf(input.algorithm, (input.hyperparameters ?? {}) as Record<string, unknown>).hyperparameters,
      askedBy: { ...viewer } as unknown as Prisma.InputJsonObject,
    };
  }

  /** Sends the job of a run whose transaction is committed. */
  send(id: string): Promise<void> {
    return this.#jobs.send(TRAINING_QUEUE, { organizationId: this.#scope.organizationId, id });
  }

  /** Cancels a run that is QUEUED or RUNNING, in one statement that also takes the lease away from a worker. */
  async cancel(id: string): Promise<void> {
    refuseIf(idProblems(ID_FIELD, id));
    const run = await this.#scope.db.trainingRun.findFirst({ where: { id } });
    if (!run) throw refusal('NOT_FOUND', ID_FIELD, `No training run with the id ${id} exists in your organization.`);
    if (!run.isExecuted) throw refusal('INVALID', ID_FIELD, 'The platform does not execute this run. To end it, use `trainingRunFinish`.');
    const { count } = await this.#scope.db.trainingRun.updateMany({
      where: { id, status: { in: ['QUEUED', 'RUNNING'] } },
      data: { status: 'CANCELED', ...endOf(run), ...NO_LEASE },
    });
    if (count === 0) throw refusal('CONFLICT', ID_FIELD, 'This run has already ended.');
    this.abort(id);
  }

  /** Aborts the job of a run that was canceled or deleted, if it runs in this process. Other replicas notice that the lease is lost. */
  abort(id: string): void {
    this.#jobs.abort(TRAINING_QUEUE, { organizationId: this.#scope.organizationId, id });
  }

  /** Returns the run of a job, or null if the lease is lost. The first attempt saves the time at which the run started. */
  async begin(job: Job): Promise<TrainingRun | null> {
    const where = whereLeased(job);
    if (job.attempt === 1) await this.#scope.db.trainingRun.updateMany({ where, data: { startedAt: new Date() } });
    return this.#scope.db.trainingRun.findFirst({ where });
  }

  /** Saves the completed fraction of the training (0 to 1). Changes nothing if the lease is lost. */
  async saveProgress(job: Job, fraction: number): Promise<void> {
    await this.#scope.db.trainingRun.updateMany({ where: whereLeased(job), data: { progress: fraction * TRAINED_PROGRESS } });
  }

  /** Saves the model with its metrics, so that a later attempt only registers it. Throws if the lease is lost. */
  async saveModel(job: Job, { id, orgId }: TrainingRun, { model, filename, result }: TrainedModel): Promise<void> {
    const { inputSchema, outputSchema, metrics, points } = result;
    const metadata = { inputSchema, outputSchema } as Prisma.InputJsonObject;
    const staged = await this.#storedFiles.stage(model);
    await this.#storedFiles.createStagedWith(
      staged,
      { filename, mimeType: 'application/onnx', metadata },
      async (transaction, artifactFileId) => {
        const data = { artifactFileId, progress: TRAINED_PROGRESS };
        const { count } = await transaction.trainingRun.updateMany({ where: whereLeased(job), data });
        if (count === 0) throw new Error(`The lease on training run ${id} is lost.`);
        const key = { orgId, trainingRunId: id };
        const loggedAt = new Date();
        await transaction.trainingMetric.createMany({
          data: metrics.map(({ name, value }) => ({ ...key, name, ...toMetricValue(value) })),
        });
        await transaction.trainingMetricPoint.createMany({
          data: points.map(({ name, step, value }) => ({ ...key, name, step: BigInt(step), ...toMetricValue(value), loggedAt })),
        });
      },
    );
  }

  /** Ends the run as SUCCEEDED. Changes nothing if the lease is lost. */
  async succeed(job: Job, run: TrainingRun): Promise<void> {
    const data = { status: 'SUCCEEDED' as const, progress: 1, ...endOf(run), ...NO_LEASE };
    await this.#scope.db.trainingRun.updateMany({ where: whereLeased(job), data });
  }

  /** Ends the run as FAILED. Changes nothing if the lease is lost. */
  async fail(job: Job, { message }: JobFailure): Promise<void> {
    const where = whereLeased(job);
    const run = await this.#scope.db.trainingRun.findFirst({ where });
    if (!run) return;
    await this.#scope.db.trainingRun.updateMany({ where, data: { status: 'FAILED', error: message, ...endOf(run), ...NO_LEASE } });
  }
}

function endOf({ startedAt }: TrainingRun): { finishedAt: Date; durationMs: number } {
  const finishedAt = new Date();
  return { finishedAt, durationMs: Math.min(Math.max(0, finishedAt.getTime() - startedAt.getTime()), 2 ** 31 - 1) };
}
