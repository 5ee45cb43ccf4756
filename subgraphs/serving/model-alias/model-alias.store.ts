import { refusal, refuseIf } from '../../shared/errors/user-error.js';
import { RowListLoader } from '../../shared/loader/loaders.js';
import type { Scope, ScopedClient } from '../../shared/tenancy/scope.js';
import type { ModelAliasDeleteInput, ModelAliasRollbackInput, ModelAliasSetInput } from '../generated/graphql.js';
import type { ModelAlias, ModelAliasChange, PrismaClient } from '../generated/prisma/client.js';
import type { ModelVersionStore } from '../model-version/model-version.store.js';
import type { ModelStore } from '../model/model.store.js';
import { aliasProblems } from './model-alias.rules.js';

export type ModelAliasRow = ModelAlias;
export type ModelAliasChangeRow = ModelAliasChange;

type Transaction = ScopedClient<PrismaClient>;

const MAX_ALIASES = 100;
const MAX_CHANGES = 100;

const unknownAlias = () => refusal('NOT_FOUND', ['input', 'name'], 'The model has no such alias.');

export class ModelAliasStore {
  readonly #scope: Scope<PrismaClient>;
  readonly #models: ModelStore;
  readonly #versions: ModelVersionStore;
  readonly #ofModel: RowListLoader<ModelAliasRow>;

  constructor(scope: Scope<PrismaClient>, models: ModelStore, versions: ModelVersionStore) {
    this.#scope = scope;
    this.#models = models;
    this.#versions = versions;
    this.#ofModel = new RowListLoader(
      (ids) => scope.db.modelAlias.findMany({ where: { modelId: { in: ids } }, orderBy: { name: 'asc' } }),
      (row) => row.modelId,
    );
  }

  ofModel(modelId: string): Promise<ModelAliasRow[]> {
    return this.#ofModel.load(modelId);
  }

  history(modelId: string, name: string | null | undefined): Promise<ModelAliasChangeRow[]> {
    const where = { modelId, name: name ?? undefined };
    return this.#scope.db.modelAliasChange.findMany({ where, orderBy: [{ createdAt: 'desc' }, { id: 'desc' }], take: MAX_CHANGES });
  }

  /** The version that an alias led to at a moment; null where it led to none. */
  async versionIdAt(modelId: string, name: string, time: Date): Promise<string | null> {
    const change = await this.#scope.db.modelAliasChange.findFirst({
      where: { modelId, name, createdAt: { lte: time } },
      orderBy: [{ createdAt: 'desc' }, { id: 'desc' }],
    });
    return change?.modelVersionId ?? null;
  }

  async set(input: ModelAliasSetInput): Promise<ModelAliasRow> {
    refuseIf(aliasProblems(input));
    const { modelId, name, versionId } = input;
    return this.#changing(modelId, async (transaction) => {
      const isNew = (await transaction.modelAlias.count({ where: { modelId, name } })) === 0;
      if (isNew && (await transaction.modelAlias.count({ where: { modelId } })) >= MAX_ALIASES)
        throw refusal('INVALID', ['input', 'name'], `A model has at most ${MAX_ALIASES} aliases.`);
      return this.#lead(transaction, modelId, name, versionId, ['input', 'versionId']);
    });
  }

  async rollback(input: ModelAliasRollbackInput): Promise<ModelAliasRow> {
    refuseIf(aliasProblems(input));
    const { modelId, name } = input;
    return this.#changing(modelId, async (transaction) => {
      const current = await transaction.modelAlias.findFirst({ where: { modelId, name } });
      if (!current) throw unknownAlias();
      const before = await transaction.modelAliasChange.findFirst({
        where: { modelId, name, modelVersionId: { not: current.modelVersionId }, NOT: { modelVersionId: null } },
        orderBy: [{ createdAt: 'desc' }, { id: 'desc' }],
      });
      if (!before) throw refusal('INVALID', ['input', 'name'], 'This alias has led to no other version.');
      return this.#lead(transaction, modelId, name, before.modelVersionId!, ['input', 'name']);
    });
  }

  async delete(input: ModelAliasDeleteInput): Promise<string> {
    refuseIf(aliasProblems(input));
    const { modelId, name } = input;
    return this.#changing(modelId, async (transaction) => {
      const { count } = await transaction.modelAlias.deleteMany({ where: { modelId, name } });
      if (count === 0) throw unknownAlias();
      await this.#note(transaction, modelId, name, null);
      return name;
    });
  }

  /** Changes aliases of a model one after another: the change of the model locks it. */
  async #changing<Result>(modelId: string, change: (transaction: Transaction) => Promise<Result>): Promise<Result> {
    const result = await this.#scope.db.$transaction(async (transaction) => {
      const { count } = await transaction.model.updateMany({ where: { id: modelId }, data: { updatedAt: new Date() } });
      if (count === 0) throw refusal('NOT_FOUND', ['input', 'modelId'], 'You have no model with this id.');
      return change(transaction);
    });
    this.#models.forget(modelId);
    this.#ofModel.clear(modelId);
    return result;
  }

  /** The lock on the version keeps it from being archived meanwhile. One that leads there already is left as it is. */
  async #lead(transaction: Transaction, modelId: string, name: string, modelVersionId: string, field: string[]): Promise<ModelAliasRow> {
    const isOfModel = (await transaction.modelVersion.count({ where: { id: modelVersionId, modelId } })) > 0;
    if (!isOfModel) throw refusal('NOT_FOUND', field, 'The model has no version with this id.');
    if (!(await this.#versions.lock(transaction, modelVersionId, ['ACTIVE', 'DEPRECATED'])))
      throw refusal('INVALID', field, 'This version is ARCHIVED.');
    this.#versions.forget(modelVersionId);
    const current = await transaction.modelAlias.findFirst({ where: { modelId, name } });
    if (current?.modelVersionId === modelVersionId) return current;
    const { organizationId: orgId, userId } = this.#scope.viewer;
    await this.#note(transaction, modelId, name, modelVersionId);
    if (!current) return transaction.modelAlias.create({ data: { orgId, modelId, name, modelVersionId, userId } });
    const [moved] = await transaction.modelAlias.updateManyAndReturn({ where: { modelId, name }, data: { modelVersionId, userId } });
    return moved!;
  }

  /** The moment is taken while the model is locked, so that the order of moments is that of the changes. */
  async #note(transaction: Transaction, modelId: string, name: string, modelVersionId: string | null): Promise<void> {
    const { organizationId: orgId, userId } = this.#scope.viewer;
    await transaction.modelAliasChange.create({ data: { orgId, modelId, name, modelVersionId, userId, createdAt: new Date() } });
  }
}
