import type { Jobs } from '../../shared/jobs/jobs.js';
import type { JobFailure, Lease } from '../../shared/jobs/job.js';
import { refusal, refuseIf } from '../../shared/errors/user-error.js';
import { idProblems } from '../../shared/input/id.js';
import type { PeerClient } from '../../shared/peers/peer-client.js';
import type { Scope } from '../../shared/tenancy/scope.js';
import type { DatasetRow } from '../dataset/dataset.store.js';
import type { ProfileStore } from '../dataset-profile/profile.store.js';
import type { TrainingRunStartInput } from '../generated/graphql.js';
import { Prisma, type PrismaClient, type TrainingRun } from '../generated/prisma/client.js';
import type { StoredFileStore } from '../stored-file/stored-file.store.js';
import { toFigure } from './figure.js';
import { isModel } from './register-model.js';
import type { TrainResult } from './train-task.js';
import { learningProblems, estimatorOf } from './training-execution.rules.js';

/** The queue of runs that wait to be trained. */
export const TRAINING_QUEUE = 'training';

/** How far a run is when its model is learned and kept, and only its registration is left. */
const LEARNED = 0.98;

const field = ['input', 'id'];
const noLease = { leaseToken: null, leasedUntil: null, askedBy: Prisma.DbNull };

/** What was learned, as it is kept. */
export interface LearnedModel {
  model: Uint8Array<ArrayBuffer>;
  filename: string;
  result: TrainResult;
}

/** The runs that the platform trains: what becomes of their rows. A worker changes a row only while its lease holds. */
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

  /** What a run that is to be executed has beside others; refuses what cannot be learned. The dataset is READY. */
  async prepareRun(input: TrainingRunStartInput, dataset: DatasetRow) {
    const profile = await this.#profiles.of(dataset.id);
    refuseIf(learningProblems(input, profile!.columns, dataset.rowCount!));
    const { viewer } = this.#scope;
    if (input.modelId != null && !(await isModel(this.#serving, viewer, input.modelId)))
      throw refusal('NOT_FOUND', ['input', 'modelId'], 'You have no model with this id.');
    return {
      status: 'QUEUED' as const,
      isExecuted: true,
      progress: 0,
      modelId: input.modelId ?? null,
      hyperparameters: estimatorOf(input.algorithm, (input.hyperparameters ?? {}) as Record<string, unknown>).hyperparameters,
      askedBy: { ...viewer } as unknown as Prisma.InputJsonObject,
    };
  }

  /** Says that the run waits; its transaction is committed. */
  send(id: string): Promise<void> {
    return this.#jobs.send(TRAINING_QUEUE, { organizationId: this.#scope.organizationId, id });
  }

  /** Ends a run that has not ended, in one statement: a worker that has it finds its lease gone. */
  async cancel(id: string): Promise<void> {
    refuseIf(idProblems(field, id));
    const run = await this.#scope.db.trainingRun.findFirst({ where: { id } });
    if (!run) throw refusal('NOT_FOUND', field, 'You have no training run with this id.');
    if (!run.isExecuted) throw refusal('INVALID', field, 'A trainer of yours trains this run: end it with `trainingRunFinish`.');
    const { count } = await this.#scope.db.trainingRun.updateMany({
      where: { id, status: { in: ['QUEUED', 'RUNNING'] } },
      data: { status: 'CANCELED', ...endOf(run), ...noLease },
    });
    if (count === 0) throw refusal('CONFLICT', field, 'This run has ended already.');
    this.interrupt(id);
  }

  /** Ends at once what this process does for a run that nobody wants any more; other replicas notice that its lease is gone. */
  interrupt(id: string): void {
    this.#jobs.interrupt(TRAINING_QUEUE, { organizationId: this.#scope.organizationId, id });
  }

  /** The run that a worker has claimed; the first one notes when it began. Null where the lease is lost. */
  async begin(id: string, { token }: Lease, attempt: number): Promise<TrainingRun | null> {
    const where = { id, leaseToken: token };
    if (attempt === 1) await this.#scope.db.trainingRun.updateMany({ where, data: { startedAt: new Date() } });
    return this.#scope.db.trainingRun.findFirst({ where });
  }

  /** Notes how much is done; harmless where the lease is lost. */
  async progress(id: string, { token }: Lease, done: number): Promise<void> {
    await this.#scope.db.trainingRun.updateMany({ where: { id, leaseToken: token }, data: { progress: done * LEARNED } });
  }

  /** Keeps what was learned, with its figures: a worker after this one only registers it. Throws where the lease is lost. */
  async keepLearned({ id, orgId }: TrainingRun, { token }: Lease, { model, filename, result }: LearnedModel): Promise<void> {
    const { inputSchema, outputSchema, metrics, points } = result;
    const metadata = { inputSchema, outputSchema } as Prisma.InputJsonObject;
    const staged = await this.#storedFiles.stage(model);
    await this.#storedFiles.keep(staged, { filename, mimeType: 'application/onnx', metadata }, async (transaction, artifactFileId) => {
      const data = { artifactFileId, progress: LEARNED };
      const { count } = await transaction.trainingRun.updateMany({ where: { id, leaseToken: token }, data });
      if (count === 0) throw new Error('The lease of the run is lost.');
      const key = { orgId, trainingRunId: id };
      const loggedAt = new Date();
      await transaction.trainingMetric.createMany({ data: metrics.map(({ name, value }) => ({ ...key, name, ...toFigure(value) })) });
      await transaction.trainingMetricPoint.createMany({
        data: points.map(({ name, step, value }) => ({ ...key, name, step: BigInt(step), ...toFigure(value), loggedAt })),
      });
    });
  }

  async succeed(run: TrainingRun, { token }: Lease): Promise<void> {
    const data = { status: 'SUCCEEDED' as const, progress: 1, ...endOf(run), ...noLease };
    await this.#scope.db.trainingRun.updateMany({ where: { id: run.id, leaseToken: token }, data });
  }

  async fail(id: string, { token }: Lease, { message }: JobFailure): Promise<void> {
    const where = { id, leaseToken: token };
    const run = await this.#scope.db.trainingRun.findFirst({ where });
    if (!run) return;
    await this.#scope.db.trainingRun.updateMany({ where, data: { status: 'FAILED', error: message, ...endOf(run), ...noLease } });
  }
}

function endOf({ startedAt }: TrainingRun): { finishedAt: Date; durationMs: number } {
  const finishedAt = new Date();
  return { finishedAt, durationMs: Math.min(Math.max(0, finishedAt.getTime() - startedAt.getTime()), 2 ** 31 - 1) };
}
