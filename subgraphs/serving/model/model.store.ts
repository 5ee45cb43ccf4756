import { sqltag as sql } from '@prisma/client/runtime/client';
import { FOREIGN_KEY, refuseOnViolation, UNIQUE } from '../../shared/errors/constraint.js';
import { refusal, refuseIf } from '../../shared/errors/user-error.js';
import { idempotencyKeyProblems, idempotently } from '../../shared/idempotency/idempotency.js';
import { idProblems, parseId } from '../../shared/input/id.js';
import { RowLoader } from '../../shared/loader/loaders.js';
import type { ConnectionArguments } from '../../shared/page/arguments.js';
import { between, contains, equals } from '../../shared/page/conditions.js';
import type { Connection } from '../../shared/page/connection.js';
import type { ConnectionDefinition } from '../../shared/page/definition.js';
import { Pages } from '../../shared/page/pages.js';
import type { Scope } from '../../shared/tenancy/scope.js';
import { tableOf } from '../../shared/tenancy/table.js';
import type { ModelCreateInput, ModelFilter, ModelOrderField, ModelUpdateInput } from '../generated/graphql.js';
import { Prisma, type Model, type PrismaClient } from '../generated/prisma/client.js';
import { deleteProblems, modelProblems } from './model.rules.js';

export type ModelRow = Model;
export type ModelPage = Connection<ModelRow>;
export type ModelArguments = ConnectionArguments<ModelFilter, ModelOrderField>;

const definition: ConnectionDefinition<ModelRow, ModelFilter, ModelOrderField> = {
  table: tableOf('models', Prisma.ModelScalarFieldEnum),
  orders: {
    CREATED_AT: { field: 'createdAt', type: 'timestamptz' },
    UPDATED_AT: { field: 'updatedAt', type: 'timestamptz' },
    NAME: { field: 'name', type: 'text' },
  },
  defaultOrder: { field: 'CREATED_AT', direction: 'DESC' },
  conditions: (filter) => [
    filter.name == null ? null : sql`lower(row.name) = lower(${filter.name}::text)`,
    contains('name', filter.nameContains),
    equals('framework', filter.framework, 'text'),
    equals('ownerId', filter.ownerId == null ? null : parseId(filter.ownerId, 'ownerId'), 'uuid'),
    filter.versionStatus == null ? null : hasVersion(filter.versionStatus),
    between('createdAt', filter.createdFrom, filter.createdBefore),
  ],
};

const hasVersion = (status: string) =>
  sql`EXISTS (SELECT FROM model_versions AS version
              WHERE version.org_id = row.org_id AND version.model_id = row.id AND version.status = ${status}::"ModelVersionStatus")`;

/** The maximum number of versions that an error message lists. */
const MAX_NAMED_VERSIONS = 10;

const modelNotFound = () => refusal('NOT_FOUND', ['input', 'id'], 'No model with this id exists in your organization.');
const nameTaken = () => refusal('TAKEN', ['input', 'name'], 'Another model has this name. Choose another name.');

export class ModelStore {
  readonly #scope: Scope<PrismaClient>;
  readonly #byId: RowLoader<ModelRow>;
  readonly #pages: Pages<ModelRow, ModelFilter, ModelOrderField>;

  constructor(scope: Scope<PrismaClient>) {
    this.#scope = scope;
    this.#byId = new RowLoader(
      (ids) => scope.db.model.findMany({ where: { id: { in: ids } } }),
      (row) => row.id,
    );
    this.#pages = new Pages(scope, definition);
  }

  byId(id: string): Promise<ModelRow | null> {
    return this.#byId.load(id);
  }

  /** Returns the model that a foreign key references. Throws an Error if there is none. */
  async byIdOrThrow(id: string): Promise<ModelRow> {
    const model = await this.byId(id);
    if (!model) throw new Error(`The model ${id} is referenced but does not exist.`);
    return model;
  }

  page(args: ModelArguments): ModelPage {
    return this.#pages.all(args);
  }

  ofOwner(userId: string, args: ModelArguments): ModelPage {
    return this.#pages.of({ field: 'ownerId', id: userId }, args);
  }

  async create(input: ModelCreateInput): Promise<ModelRow | null> {
    refuseIf([...modelProblems(input), ...idempotencyKeyProblems(input.idempotencyKey)]);
    const { name, description, framework, metadata } = input;
    const { organizationId: orgId, userId: ownerId } = this.#scope.viewer;
    const data = { orgId, ownerId, name, description, framework, metadata: metadata ?? {} };
    const creating = this.#scope.db.$transaction((transaction) =>
      idempotently(transaction, this.#scope.viewer, 'modelCreate', input, (id) => transaction.model.create({ data: { ...data, id } })),
    );
    return this.byId(await refuseOnViolation(UNIQUE, nameTaken, creating));
  }

  async update(input: ModelUpdateInput): Promise<ModelRow | null> {
    const { id, name, description, framework, metadata } = input;
    refuseIf([...idProblems(['input', 'id'], id), ...modelProblems(input)]);
    // Without any column to set, Prisma writes nothing and reports no row.
    const data = {
      name: name ?? undefined,
      description,
      framework: framework ?? undefined,
      metadata: metadata ?? undefined,
      updatedAt: new Date(),
    };
    const { count } = await refuseOnViolation(UNIQUE, nameTaken, this.#scope.db.model.updateMany({ where: { id }, data }));
    if (count === 0) throw modelNotFound();
    this.evict(id);
    return this.byId(id);
  }

  /**
   * Deletes the model; the foreign keys cascade to its versions and their metrics and deployments. It first updates the rows, which locks
   * them, so that no version and no deployment is added meanwhile. A concurrent prediction violates its foreign key.
   */
  async delete(id: string) {
    refuseIf(idProblems(['input', 'id'], id));
    const ofModel = { modelVersion: { modelId: id } };
    const deleting = this.#scope.db.$transaction(async (transaction) => {
      const touch = { data: { updatedAt: new Date() } };
      if ((await transaction.model.updateMany({ where: { id }, ...touch })).count === 0) throw modelNotFound();
      const { count: versionCount } = await transaction.modelVersion.updateMany({ where: { modelId: id }, ...touch });
      const versionNumbers = { select: { number: true }, orderBy: { number: 'asc' }, take: MAX_NAMED_VERSIONS } as const;
      const withPredictions = await transaction.modelVersion.findMany({
        where: { modelId: id, predictions: { some: {} } },
        ...versionNumbers,
      });
      const withActiveDeployments = await transaction.modelVersion.findMany({
        where: { modelId: id, deployments: { some: { status: 'ACTIVE' } } },
        ...versionNumbers,
      });
      const numbers = (versions: { number: number }[]) => versions.map((version) => version.number);
      refuseIf(deleteProblems({ withPredictions: numbers(withPredictions), withActiveDeployments: numbers(withActiveDeployments) }));
      const metricCount = await transaction.modelMetric.count({ where: ofModel });
      const deploymentCount = await transaction.deployment.count({ where: ofModel });
      await transaction.model.deleteMany({ where: { id } });
      return { id, versionCount, metricCount, deploymentCount };
    });
    const deleted = await refuseOnViolation(
      FOREIGN_KEY,
      () => refusal('IN_USE', ['input', 'id'], 'A model with predictions cannot be deleted.'),
      deleting,
    );
    this.evict(id);
    return deleted;
  }

  /** Removes a model from the loader after a change, so that the payload of the mutation shows the new row. */
  evict(id: string): void {
    this.#byId.clear(id);
  }
}
