import { sqltag as sql } from '@prisma/client/runtime/client';
import { refusal, refuseIf } from '../../shared/errors/user-error.js';
import { findRecordedResult, idempotently } from '../../shared/idempotency/idempotency.js';
import { parseId } from '../../shared/input/id.js';
import { RowLoader } from '../../shared/loader/loaders.js';
import type { ConnectionArguments } from '../../shared/page/arguments.js';
import { between, equals, oneOf } from '../../shared/page/conditions.js';
import type { Connection } from '../../shared/page/connection.js';
import type { ConnectionDefinition } from '../../shared/page/definition.js';
import { Pages } from '../../shared/page/pages.js';
import type { Scope, ScopedClient } from '../../shared/tenancy/scope.js';
import { tableOf } from '../../shared/tenancy/table.js';
import type {
  ModelVersionCreateInput,
  ModelVersionFilter,
  ModelVersionOrderField,
  ModelVersionStatus,
  ModelVersionUpdateInput,
} from '../generated/graphql.js';
import { Prisma, type ModelVersion, type PrismaClient } from '../generated/prisma/client.js';
import type { ModelArtifactStore, NewArtifact } from '../model-artifact/model-artifact.store.js';
import { schemaConflicts, inputSchemaOf, outputSchemaOf } from '../model-artifact/signature-schemas.js';
import type { ModelStore } from '../model/model.store.js';
import { trainedOnCondition } from './trained-on.js';
import { ANY_OBJECT, createProblems, ALLOWED_PREVIOUS_STATUSES, updateProblems } from './model-version.rules.js';

export type ModelVersionRow = ModelVersion;
export type ModelVersionPage = Connection<ModelVersionRow>;
export type ModelVersionArguments = ConnectionArguments<ModelVersionFilter, ModelVersionOrderField>;

const definition: ConnectionDefinition<ModelVersionRow, ModelVersionFilter, ModelVersionOrderField> = {
  table: tableOf('model_versions', Prisma.ModelVersionScalarFieldEnum),
  orders: {
    CREATED_AT: { field: 'createdAt', type: 'timestamptz' },
    NUMBER: { field: 'number', type: 'int4' },
  },
  defaultOrder: { field: 'CREATED_AT', direction: 'DESC' },
  conditions: (filter) => [
    oneOf('status', filter.statuses, '"ModelVersionStatus"'),
    equals('trainingStrategy', filter.trainingStrategy, '"TrainingStrategy"'),
    equals('externalService', filter.externalService, '"ExternalService"'),
    equals('modelId', filter.modelId == null ? null : parseId(filter.modelId, 'modelId'), 'uuid'),
    filter.framework == null ? null : ofFramework(filter.framework),
    trainedOnCondition(filter.trainedOn, sql`row`),
    filter.isAliased == null ? null : hasAlias(filter.isAliased),
    between('createdAt', filter.createdFrom, filter.createdBefore),
  ],
};

const hasAlias = (isAliased: boolean) => sql`EXISTS (
  SELECT FROM model_aliases AS alias
  WHERE alias.org_id = row.org_id AND alias.model_id = row.model_id AND alias.model_version_id = row.id) = ${isAliased}`;

const ofFramework = (framework: string) =>
  sql`EXISTS (SELECT FROM models AS model WHERE model.org_id = row.org_id AND model.id = row.model_id AND model.framework = ${framework})`;

const LATEST: ModelVersionArguments = {
  first: 1,
  filter: { statuses: ['ACTIVE', 'DEPRECATED'] },
  orderBy: { field: 'NUMBER', direction: 'DESC' },
};

const CREATE_MUTATION = 'modelVersionCreate';

const modelNotFound = () => refusal('NOT_FOUND', ['input', 'modelId'], 'No model with this id exists in your organization.');
const versionNotFound = () => refusal('NOT_FOUND', ['input', 'id'], 'No model version with this id exists in your organization.');

export class ModelVersionStore {
  readonly #scope: Scope<PrismaClient>;
  readonly #models: ModelStore;
  readonly #artifacts: ModelArtifactStore;
  readonly #byId: RowLoader<ModelVersionRow>;
  readonly #pages: Pages<ModelVersionRow, ModelVersionFilter, ModelVersionOrderField>;

  constructor(scope: Scope<PrismaClient>, models: ModelStore, artifacts: ModelArtifactStore) {
    this.#scope = scope;
    this.#models = models;
    this.#artifacts = artifacts;
    this.#byId = new RowLoader(
      (ids) => scope.db.modelVersion.findMany({ where: { id: { in: ids } } }),
      (row) => row.id,
    );
    this.#pages = new Pages(scope, definition);
  }

  byId(id: string): Promise<ModelVersionRow | null> {
    return this.#byId.load(id);
  }

  /** Returns the version that a foreign key references. Throws an Error if there is none. */
  async byIdOrThrow(id: string): Promise<ModelVersionRow> {
    const version = await this.byId(id);
    if (!version) throw new Error(`The model version ${id} is referenced but does not exist.`);
    return version;
  }

  page(args: ModelVersionArguments): ModelVersionPage {
    return this.#pages.all(args);
  }

  ofModel(modelId: string, args: ModelVersionArguments): ModelVersionPage {
    return this.#pages.of({ field: 'modelId', id: modelId }, args);
  }

  ofTrainingRun(trainingRunId: string, args: ModelVersionArguments): ModelVersionPage {
    return this.#pages.of({ field: 'trainingRunId', id: trainingRunId }, args);
  }

  ofDataset(datasetId: string, args: ModelVersionArguments): ModelVersionPage {
    return this.#pages.of({ field: 'datasetId', id: datasetId }, args);
  }

  /** Returns the version with the highest number that is not ARCHIVED. It reads a page of 1, so that many models share one statement. */
  async latestOf(modelId: string): Promise<ModelVersionRow | null> {
    const [latest] = await this.ofModel(modelId, LATEST).nodes();
    return latest ?? null;
  }

  /** Creates a version. The file is fetched and checked before the transaction, unless the idempotency key has already created a version. */
  async create(input: ModelVersionCreateInput): Promise<ModelVersionRow | null> {
    refuseIf(createProblems(input));
    if (input.uploadId == null && input.fileId == null) return this.#add(input, null);
    const firstId = await findRecordedResult(this.#scope.db, this.#scope.viewer, CREATE_MUTATION, input);
    if (firstId !== null) return this.byId(firstId);
    if (!(await this.#models.byId(input.modelId))) throw modelNotFound();
    const artifact = await this.#artifacts.importFile(input);
    let isKept = false;
    try {
      refuseIf(schemaConflicts(artifact.signature, input));
      return await this.#add(input, artifact, () => (isKept = true));
    } finally {
      if (!isKept) await this.#artifacts.discard(artifact);
    }
  }

  /** Inserts the version. Incrementing the model's version count locks the model, so that concurrent versions get different numbers. */
  async #add(input: ModelVersionCreateInput, artifact: NewArtifact | null, onKept?: () => void): Promise<ModelVersionRow | null> {
    const { modelId, label, trainingStrategy, externalService, baseModel, inputSchema, outputSchema, metadata, trainingRunId, datasetId } =
      input;
    const properties = { modelId, label, trainingStrategy, externalService, baseModel, trainingRunId, datasetId, metadata: metadata ?? {} };
    const orgId = this.#scope.organizationId;
    const schemas = {
      inputSchema: (inputSchema ?? (artifact ? inputSchemaOf(artifact.signature) : ANY_OBJECT)) as object,
      outputSchema: (outputSchema ?? (artifact ? outputSchemaOf(artifact.signature) : ANY_OBJECT)) as object,
    };
    const data = { ...properties, ...schemas, orgId, artifactSha256: artifact?.sha256 };
    let isKept = false;
    const id = await this.#scope.db.$transaction((transaction) =>
      idempotently(transaction, this.#scope.viewer, CREATE_MUTATION, input, async (id) => {
        const [model] = await transaction.model.updateManyAndReturn({ where: { id: modelId }, data: { versionCount: { increment: 1 } } });
        if (!model) throw modelNotFound();
        if (artifact) isKept = await this.#artifacts.insertOrReuse(transaction, artifact);
        await transaction.modelVersion.create({ data: { ...data, id, number: model.versionCount } });
      }),
    );
    if (isKept) onKept?.();
    this.#models.evict(modelId);
    return this.byId(id);
  }

  /** Updates the version before it checks its deployments. The update locks the row, so that no deployment becomes ACTIVE meanwhile. */
  async update(input: ModelVersionUpdateInput): Promise<ModelVersionRow | null> {
    refuseIf(updateProblems(input));
    const { id, label, metadata, status } = input;
    // Without any column to set, Prisma writes nothing and reports no row.
    const data = { label, metadata: metadata ?? undefined, status: status ?? undefined, updatedAt: new Date() };
    await this.#scope.db.$transaction(async (transaction) => {
      const { count } = await transaction.modelVersion.updateMany({
        where: { id, status: status ? { in: ALLOWED_PREVIOUS_STATUSES[status] } : undefined },
        data,
      });
      if (count === 0 && (await transaction.modelVersion.count({ where: { id } })) === 0) throw versionNotFound();
      if (count === 0)
        throw refusal(
          'INVALID',
          ['input', 'status'],
          'An ARCHIVED version can only become DEPRECATED. Set its status to DEPRECATED first.',
        );
      if (status !== 'ARCHIVED') return;
      const alias = await transaction.modelAlias.findFirst({ where: { modelVersionId: id }, select: { name: true } });
      if (alias)
        throw refusal(
          'IN_USE',
          ['input', 'status'],
          `The alias "${alias.name}" points to this version. Set it to another version or delete it first.`,
        );
      const runsVersion = [{ modelVersionId: id }, { variants: { some: { modelVersionId: id } } }];
      const activeCount = await transaction.deployment.count({ where: { status: 'ACTIVE', OR: runsVersion } });
      if (activeCount > 0)
        throw refusal(
          'IN_USE',
          ['input', 'status'],
          `This version has ${activeCount} ACTIVE deployment${activeCount === 1 ? '' : 's'}. Stop its deployments before you archive it.`,
        );
    });
    this.evict(id);
    return this.byId(id);
  }

  /**
   * Locks a version in one of these statuses until the transaction ends, by updating `updatedAt`. Returns false if there is no such
   * version.
   */
  async lock(transaction: ScopedClient<PrismaClient>, id: string, statuses?: ModelVersionStatus[]): Promise<boolean> {
    const { count } = await transaction.modelVersion.updateMany({
      where: { id, status: { in: statuses } },
      data: { updatedAt: new Date() },
    });
    return count > 0;
  }

  /** Removes a version from the loader after a change, so that the payload of the mutation shows the new row. */
  evict(id: string): void {
    this.#byId.clear(id);
  }
}
