import { sqltag as sql } from '@prisma/client/runtime/client';
import { FOREIGN_KEY, refuseOnViolation } from '../../shared/errors/constraint.js';
import { refusal, refuseIf, type UserError } from '../../shared/errors/user-error.js';
import { idempotently } from '../../shared/idempotency/idempotency.js';
import { parseId } from '../../shared/input/id.js';
import { RowLoader } from '../../shared/loader/loaders.js';
import type { ConnectionArguments } from '../../shared/page/arguments.js';
import { between, equals, oneOf, range } from '../../shared/page/conditions.js';
import type { Connection } from '../../shared/page/connection.js';
import type { ConnectionDefinition } from '../../shared/page/definition.js';
import { Pages } from '../../shared/page/pages.js';
import type { Scope } from '../../shared/tenancy/scope.js';
import { tableOf } from '../../shared/tenancy/table.js';
import type { DeploymentStore } from '../deployment/deployment.store.js';
import type {
  DailyPredictions,
  PredictionFilter,
  PredictionOrderField,
  PredictionRecordInput,
  PredictionStatistics,
} from '../generated/graphql.js';
import { Prisma, type Prediction, type PrismaClient } from '../generated/prisma/client.js';
import type { ModelVersionStore } from '../model-version/model-version.store.js';
import { DailyPredictionsStore } from './daily-predictions.store.js';
import { parseDays, recordProblems, type DayRange } from './prediction.rules.js';

export type PredictionRow = Prediction;
export type PredictionPage = Connection<PredictionRow>;
export type PredictionArguments = ConnectionArguments<PredictionFilter, PredictionOrderField>;

const filterId = (value: string | null | undefined, argument: string): string | null => (value == null ? null : parseId(value, argument));

const definition: ConnectionDefinition<PredictionRow, PredictionFilter, PredictionOrderField> = {
  table: tableOf('predictions', Prisma.PredictionScalarFieldEnum),
  orders: {
    CREATED_AT: { field: 'createdAt', type: 'timestamptz' },
    LATENCY: { field: 'latencyMs', type: 'int4', nullable: true },
    CONFIDENCE: { field: 'confidence', type: 'float8', nullable: true },
  },
  defaultOrder: { field: 'CREATED_AT', direction: 'DESC' },
  conditions: (filter) => [
    oneOf('status', filter.statuses, '"PredictionStatus"'),
    equals('modelVersionId', filterId(filter.modelVersionId, 'modelVersionId'), 'uuid'),
    equals('deploymentId', filterId(filter.deploymentId, 'deploymentId'), 'uuid'),
    equals('userId', filterId(filter.userId, 'userId'), 'uuid'),
    between('createdAt', filter.createdFrom, filter.createdBefore),
    range('latencyMs', filter.minLatencyMs, null),
    range('confidence', null, filter.maxConfidence),
  ],
};

/** The prediction statistics of one model version. */
type VersionStatistics = Omit<PredictionStatistics, '__typename'> & { modelVersionId: string };

export class PredictionStore {
  readonly #scope: Scope<PrismaClient>;
  readonly #versions: ModelVersionStore;
  readonly #deployments: DeploymentStore;
  readonly #byId: RowLoader<PredictionRow>;
  readonly #statistics: RowLoader<VersionStatistics>;
  readonly #daily: DailyPredictionsStore;
  readonly #pages: Pages<PredictionRow, PredictionFilter, PredictionOrderField>;

  constructor(scope: Scope<PrismaClient>, versions: ModelVersionStore, deployments: DeploymentStore) {
    this.#scope = scope;
    this.#versions = versions;
    this.#deployments = deployments;
    this.#byId = new RowLoader(
      (ids) => scope.db.prediction.findMany({ where: { id: { in: ids } } }),
      (row) => row.id,
    );
    this.#statistics = new RowLoader(
      (ids) => this.#readStatistics(ids),
      (row) => row.modelVersionId,
    );
    this.#daily = new DailyPredictionsStore(scope, definition.table);
    this.#pages = new Pages(scope, definition);
  }

  #readStatistics(modelVersionIds: string[]): Promise<VersionStatistics[]> {
    return this.#scope.query(
      definition.table,
      (rows) => sql`
        SELECT row.model_version_id AS "modelVersionId", count(*) AS "totalCount",
               count(*) FILTER (WHERE row.status = 'SUCCEEDED') AS "succeededCount",
               count(*) FILTER (WHERE row.status = 'FAILED') AS "failedCount", avg(row.latency_ms)::float8 AS "averageLatencyMs"
        FROM ${rows} AS row WHERE row.model_version_id = ANY(${modelVersionIds}::uuid[]) GROUP BY row.model_version_id`,
    );
  }

  byId(id: string): Promise<PredictionRow | null> {
    return this.#byId.load(id);
  }

  page(args: PredictionArguments): PredictionPage {
    return this.#pages.all(args);
  }

  ofVersion(modelVersionId: string, args: PredictionArguments): PredictionPage {
    return this.#pages.of({ field: 'modelVersionId', id: modelVersionId }, args);
  }

  ofDeployment(deploymentId: string, args: PredictionArguments): PredictionPage {
    return this.#pages.of({ field: 'deploymentId', id: deploymentId }, args);
  }

  ofUser(userId: string, args: PredictionArguments): PredictionPage {
    return this.#pages.of({ field: 'userId', id: userId }, args);
  }

  async statisticsOf(modelVersionId: string): Promise<PredictionStatistics> {
    return (await this.#statistics.load(modelVersionId)) ?? { totalCount: 0, succeededCount: 0, failedCount: 0, averageLatencyMs: null };
  }

  /** Clears the cached statistics of a version, so that the payload of a mutation includes the new prediction. */
  evictStatistics(modelVersionId: string): void {
    this.#statistics.clear(modelVersionId);
  }

  async byDay(userId: string, days: DayRange): Promise<DailyPredictions[]> {
    return this.#daily.ofUser(userId, parseDays(days));
  }

  async record(input: PredictionRecordInput): Promise<PredictionRow | null> {
    refuseIf(recordProblems(input));
    refuseIf(await this.#targetProblems(input));
    const { modelVersionId, deploymentId, output, outcome, errorMessage, confidence, latencyMs } = input;
    const { organizationId: orgId, userId } = this.#scope.viewer;
    const target = { orgId, modelVersionId, deploymentId, userId };
    const data = {
      ...target,
      input: input.input as object,
      output: output ?? undefined,
      status: outcome,
      errorMessage,
      confidence,
      latencyMs,
    };
    const recording = this.#scope.db.$transaction((transaction) =>
      idempotently(transaction, this.#scope.viewer, 'predictionRecord', input, (id) =>
        transaction.prediction.create({ data: { ...data, id } }),
      ),
    );
    const targetDeleted = () =>
      refusal(
        'NOT_FOUND',
        ['input', 'modelVersionId'],
        'Another request deleted the version or the deployment at the same time. Choose another one.',
      );
    const id = await refuseOnViolation(FOREIGN_KEY, targetDeleted, recording);
    this.evictStatistics(modelVersionId);
    return this.byId(id);
  }

  async #targetProblems({ modelVersionId, deploymentId }: PredictionRecordInput): Promise<UserError[]> {
    const [version, deployment] = await Promise.all([this.#versions.byId(modelVersionId), this.#deployments.byId(deploymentId)]);
    const problems: UserError[] = [];
    if (!version)
      problems.push({
        code: 'NOT_FOUND',
        field: ['input', 'modelVersionId'],
        message: 'No model version with this id exists in your organization.',
      });
    if (deploymentId != null && !deployment)
      problems.push({
        code: 'NOT_FOUND',
        field: ['input', 'deploymentId'],
        message: 'No deployment with this id exists in your organization.',
      });
    const hasShare =
      version && deployment && (await this.#deployments.sharesOf(deployment)).some((share) => share.modelVersionId === version.id);
    if (version && deployment && !hasShare && deployment.modelVersionId !== version.id)
      problems.push({
        code: 'INVALID',
        field: ['input', 'deploymentId'],
        message: 'This deployment serves a different model version. Give a deployment of the version.',
      });
    return problems;
  }
}
