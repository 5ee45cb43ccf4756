import { v7 as uuidv7 } from 'uuid';
import { refusal, refuseIf } from '../../shared/errors/user-error.js';
import { parseId } from '../../shared/input/id.js';
import { RowListLoader, RowLoader } from '../../shared/loader/loaders.js';
import type { ConnectionArguments } from '../../shared/page/arguments.js';
import { equals } from '../../shared/page/conditions.js';
import type { Connection } from '../../shared/page/connection.js';
import type { ConnectionDefinition } from '../../shared/page/definition.js';
import { Pages } from '../../shared/page/pages.js';
import type { Scope } from '../../shared/tenancy/scope.js';
import { tableOf } from '../../shared/tenancy/table.js';
import type { ModelMetricFilter, ModelMetricOrderField, ModelMetricsRecordInput } from '../generated/graphql.js';
import { Prisma, type ModelMetric, type PrismaClient } from '../generated/prisma/client.js';
import type { ModelVersionStore } from '../model-version/model-version.store.js';
import { recordProblems } from './model-metric.rules.js';

export type ModelMetricRow = ModelMetric;
export type ModelMetricPage = Connection<ModelMetricRow>;
export type ModelMetricArguments = ConnectionArguments<ModelMetricFilter, ModelMetricOrderField>;

const definition: ConnectionDefinition<ModelMetricRow, ModelMetricFilter, ModelMetricOrderField> = {
  table: tableOf('model_metrics', Prisma.ModelMetricScalarFieldEnum),
  orders: {
    CREATED_AT: { field: 'createdAt', type: 'timestamptz' },
    VALUE: { field: 'value', type: 'float8', nullable: true },
  },
  defaultOrder: { field: 'CREATED_AT', direction: 'DESC' },
  conditions: (filter) => [
    equals('modelVersionId', filter.modelVersionId == null ? null : parseId(filter.modelVersionId, 'modelVersionId'), 'uuid'),
    equals('name', filter.name, 'text'),
    equals('datasetType', filter.datasetType, '"MetricDatasetType"'),
  ],
};

export class ModelMetricStore {
  readonly #scope: Scope<PrismaClient>;
  readonly #versions: ModelVersionStore;
  readonly #byId: RowLoader<ModelMetricRow>;
  readonly #ofVersion: RowListLoader<ModelMetricRow>;
  readonly #pages: Pages<ModelMetricRow, ModelMetricFilter, ModelMetricOrderField>;

  constructor(scope: Scope<PrismaClient>, versions: ModelVersionStore) {
    this.#scope = scope;
    this.#versions = versions;
    this.#byId = new RowLoader(
      (ids) => scope.db.modelMetric.findMany({ where: { id: { in: ids } } }),
      (row) => row.id,
    );
    this.#ofVersion = new RowListLoader(
      (ids) =>
        scope.db.modelMetric.findMany({ where: { modelVersionId: { in: ids } }, orderBy: [{ name: 'asc' }, { datasetType: 'asc' }] }),
      (row) => row.modelVersionId,
    );
    this.#pages = new Pages(scope, definition);
  }

  byId(id: string): Promise<ModelMetricRow | null> {
    return this.#byId.load(id);
  }

  page(args: ModelMetricArguments): ModelMetricPage {
    return this.#pages.all(args);
  }

  ofVersion(modelVersionId: string): Promise<ModelMetricRow[]> {
    return this.#ofVersion.load(modelVersionId);
  }

  /** Replaces the metrics of the same name and dataset type. It locks the version, so that concurrent requests run one after another. */
  async record(input: ModelMetricsRecordInput): Promise<ModelMetricRow[]> {
    refuseIf(recordProblems(input));
    const { modelVersionId } = input;
    const orgId = this.#scope.organizationId;
    const rows = input.metrics.map((metric) => ({ ...metric, orgId, modelVersionId, id: uuidv7() }));
    const replaced = input.metrics.map(({ name, datasetType }) => ({ name, datasetType }));
    await this.#scope.db.$transaction(async (transaction) => {
      const exists = await this.#versions.lock(transaction, modelVersionId);
      if (!exists) throw refusal('NOT_FOUND', ['input', 'modelVersionId'], 'No model version with this id exists in your organization.');
      await transaction.modelMetric.deleteMany({ where: { modelVersionId, OR: replaced } });
      await transaction.modelMetric.createMany({ data: rows });
    });
    this.#versions.evict(modelVersionId);
    this.#ofVersion.clear(modelVersionId);
    return (await Promise.all(rows.map(({ id }) => this.byId(id)))).filter((metric) => metric !== null);
  }
}
