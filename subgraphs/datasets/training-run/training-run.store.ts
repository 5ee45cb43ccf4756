import { FOREIGN_KEY, refuseOnViolation } from '../../shared/errors/constraint.js';
import { refusal, refuseIf } from '../../shared/errors/user-error.js';
import { idempotently } from '../../shared/idempotency/idempotency.js';
import { idProblems } from '../../shared/input/id.js';
import { RowListLoader, RowLoader } from '../../shared/loader/loaders.js';
import type { ConnectionArguments } from '../../shared/page/arguments.js';
import { between, equals, oneOf } from '../../shared/page/conditions.js';
import type { Connection } from '../../shared/page/connection.js';
import type { ConnectionDefinition } from '../../shared/page/definition.js';
import { Pages } from '../../shared/page/pages.js';
import type { FollowedRow } from '../../shared/subscriptions/followed-row.js';
import type { Scope } from '../../shared/tenancy/scope.js';
import { tableOf } from '../../shared/tenancy/table.js';
import type { DatasetStore } from '../dataset/dataset.store.js';
import type { DependentsStore } from '../dependents/dependents.store.js';
import type { TrainingRunFilter, TrainingRunFinishInput, TrainingRunOrderField, TrainingRunStartInput } from '../generated/graphql.js';
import { Prisma, type PrismaClient, type TrainingMetric, type TrainingRun } from '../generated/prisma/client.js';
import type { TrainingExecutionStore } from '../training-execution/training-execution.store.js';
import { executionProblems } from '../training-execution/training-execution.rules.js';
import { columnProblems, finishProblems, startProblems } from './training-run.rules.js';

export type TrainingRunRow = TrainingRun;
export type TrainingRunPage = Connection<TrainingRunRow>;
export type TrainingRunArguments = ConnectionArguments<TrainingRunFilter, TrainingRunOrderField>;

const definition: ConnectionDefinition<TrainingRunRow, TrainingRunFilter, TrainingRunOrderField> = {
  table: tableOf('training_runs', Prisma.TrainingRunScalarFieldEnum),
  orders: {
    CREATED_AT: { field: 'createdAt', type: 'timestamptz' },
    DURATION: { field: 'durationMs', type: 'int4', nullable: true },
  },
  defaultOrder: { field: 'CREATED_AT', direction: 'DESC' },
  conditions: (filter) => [
    oneOf('status', filter.statuses, '"TrainingRunStatus"'),
    equals('problemType', filter.problemType, '"ProblemType"'),
    equals('algorithm', filter.algorithm, 'text'),
    equals('target', filter.target, 'text'),
    between('createdAt', filter.createdFrom, filter.createdBefore),
  ],
};

/** The number of runs on a dataset and the start of the latest one. */
interface Summary {
  datasetId: string;
  count: number;
  lastStart: Date | null;
}

export const unknownRun = () => refusal('NOT_FOUND', ['input', 'id'], 'No training run with this id exists in your organization.');

export class TrainingRunStore {
  readonly #scope: Scope<PrismaClient>;
  readonly #datasets: DatasetStore;
  readonly #executions: TrainingExecutionStore;
  readonly #dependents: DependentsStore;
  readonly #byId: RowLoader<TrainingRunRow>;
  readonly #metrics: RowListLoader<TrainingMetric>;
  readonly #summaries: RowLoader<Summary>;
  readonly #pages: Pages<TrainingRunRow, TrainingRunFilter, TrainingRunOrderField>;

  constructor(scope: Scope<PrismaClient>, datasets: DatasetStore, dependents: DependentsStore, executions: TrainingExecutionStore) {
    this.#scope = scope;
    this.#dependents = dependents;
    this.#datasets = datasets;
    this.#executions = executions;
    this.#byId = new RowLoader(
      (ids) => scope.db.trainingRun.findMany({ where: { id: { in: ids } } }),
      (row) => row.id,
    );
    this.#metrics = new RowListLoader(
      (ids) => scope.db.trainingMetric.findMany({ where: { trainingRunId: { in: ids } }, orderBy: { name: 'asc' } }),
      (row) => row.trainingRunId,
    );
    this.#summaries = new RowLoader(
      (ids) => this.#readSummaries(ids),
      (row) => row.datasetId,
    );
    this.#pages = new Pages(scope, definition);
  }

  async #readSummaries(datasetIds: string[]): Promise<Summary[]> {
    const where = { datasetId: { in: datasetIds } };
    const groups = await this.#scope.db.trainingRun.groupBy({ by: ['datasetId'], where, _count: true, _max: { startedAt: true } });
    return groups.map(({ datasetId, _count, _max }) => ({ datasetId, count: _count, lastStart: _max.startedAt }));
  }

  byId(id: string | null | undefined): Promise<TrainingRunRow | null> {
    return this.#byId.load(id);
  }

  /** Returns the row that the subscription `trainingRunUpdated` follows until the run has ended. */
  followed(id: string): FollowedRow<TrainingRunRow> {
    return {
      table: definition.table.name,
      organizationId: this.#scope.organizationId,
      id,
      read: () => this.#scope.db.trainingRun.findFirst({ where: { id } }),
      isFinal: ({ status }) => status !== 'QUEUED' && status !== 'RUNNING',
    };
  }

  page(args: TrainingRunArguments): TrainingRunPage {
    return this.#pages.all(args);
  }

  ofDataset(datasetId: string, args: TrainingRunArguments): TrainingRunPage {
    return this.#pages.of({ field: 'datasetId', id: datasetId }, args);
  }

  /** Returns a page of the runs whose training code ran in an execution. */
  ofExecution(executionId: string, args: TrainingRunArguments): TrainingRunPage {
    return this.#pages.of({ field: 'sourceExecutionId', id: executionId }, args);
  }

  metricsOf(id: string): Promise<TrainingMetric[]> {
    return this.#metrics.load(id);
  }

  async countOf(datasetId: string): Promise<number> {
    return (await this.#summaries.load(datasetId))?.count ?? 0;
  }

  async lastStartOf(datasetId: string): Promise<Date | null> {
    return (await this.#summaries.load(datasetId))?.lastStart ?? null;
  }

  async start(input: TrainingRunStartInput): Promise<TrainingRunRow | null> {
    const now = new Date();
    refuseIf([...startProblems(input, now), ...executionProblems(input)]);
    const unknownDataset = () => refusal('NOT_FOUND', ['input', 'datasetId'], 'No dataset with this id exists in your organization.');
    const dataset = await this.#datasets.byId(input.datasetId);
    if (!dataset) throw unknownDataset();
    if (dataset.status !== 'READY')
      throw refusal('INVALID', ['input', 'datasetId'], `The dataset must be READY; its status is ${dataset.status}.`);
    refuseIf(columnProblems(input, dataset.columns));
    const { problemType, target, features, algorithm, hyperparameters, startedAt, sourceExecutionId } = input;
    const data = {
      problemType,
      target,
      features,
      algorithm,
      hyperparameters: hyperparameters ?? {},
      sourceExecutionId,
      startedAt: startedAt ?? now,
      status: 'RUNNING' as const,
      ...(input.execute && (await this.#executions.prepareRun(input, dataset))),
    };
    const orgId = this.#scope.organizationId;
    const id = await refuseOnViolation(
      FOREIGN_KEY,
      unknownDataset,
      this.#scope.db.$transaction((transaction) =>
        idempotently(transaction, this.#scope.viewer, 'trainingRunStart', input, (id) =>
          transaction.trainingRun.create({ data: { ...data, orgId, id, datasetId: dataset.id } }),
        ),
      ),
    );
    if (input.execute) await this.#executions.send(id);
    return this.byId(id);
  }

  /** Cancels a run that the platform executes. */
  async cancel(id: string): Promise<TrainingRunRow | null> {
    await this.#executions.cancel(id);
    this.#byId.clear(id);
    return this.byId(id);
  }

  /** Finishes a run with a single statement that requires the status RUNNING: the second of two concurrent calls is refused. */
  async finish(input: TrainingRunFinishInput): Promise<TrainingRunRow | null> {
    refuseIf(finishProblems(input));
    const { id, outcome, error, durationMs, metrics } = input;
    const finishedAt = new Date();
    const orgId = this.#scope.organizationId;
    await this.#scope.db.$transaction(async (transaction) => {
      const run = await transaction.trainingRun.findFirst({ where: { id }, select: { startedAt: true, isExecuted: true } });
      if (!run) throw unknownRun();
      if (run.isExecuted)
        throw refusal('INVALID', ['input', 'id'], 'The platform trains this run and ends it itself. Use trainingRunCancel to stop it.');
      // Not negative, although the start may have been taken from the clock of another machine.
      const elapsed = Math.max(0, finishedAt.getTime() - run.startedAt.getTime());
      const data = { status: outcome, error: error ?? null, finishedAt, durationMs: durationMs ?? Math.min(elapsed, 2 ** 31 - 1) };
      const { count } = await transaction.trainingRun.updateMany({ where: { id, status: 'RUNNING' }, data });
      if (count === 0) throw refusal('CONFLICT', ['input', 'id'], 'This run has already ended.');
      const rows = (metrics ?? []).map(({ name, value, nonFinite }) => ({ orgId, trainingRunId: id, name, value, nonFinite }));
      // Given metrics replace logged ones.
      await transaction.trainingMetric.deleteMany({ where: { trainingRunId: id, name: { in: rows.map(({ name }) => name) } } });
      await transaction.trainingMetric.createMany({ data: rows });
    });
    this.#byId.clear(id);
    this.#metrics.clear(id);
    return this.byId(id);
  }

  async delete(id: string): Promise<string> {
    refuseIf(idProblems(['input', 'id'], id));
    if (!(await this.byId(id))) throw unknownRun();
    await this.#dependents.refuseRunInUse(id);
    const { count } = await this.#scope.db.trainingRun.deleteMany({ where: { id } });
    if (count === 0) throw unknownRun();
    this.#executions.abort(id);
    this.#byId.clear(id);
    return id;
  }
}
