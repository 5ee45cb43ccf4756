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

const aliasNotFound = () => refusal('NOT_FOUND', ['input', 'name'], 'The model has no alias with this name.');

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

  /** Returns the id of the version that an alias pointed to at a time; null if it pointed to none. */
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
    return this.#changeAliases(modelId, async (transaction) => {
      const isNew = (await transaction.modelAlias.count({ where: { modelId, name } })) === 0;
      if (isNew && (await transaction.modelAlias.count({ where: { modelId } })) >= MAX_ALIASES)
        throw refusal('INVALID', ['input', 'name'], `A model can have at most ${MAX_ALIASES} aliases. Delete one first.`);
      return this.#assign(transaction, modelId, name, versionId, ['input', 'versionId']);
    });
  }

  async rollback(input: ModelAliasRollbackInput): Promise<ModelAliasRow> {
    refuseIf(aliasProblems(input));
    const { modelId, name } = input;
    return this.#changeAliases(modelId, async (transaction) => {
      const current = await transaction.modelAlias.findFirst({ where: { modelId, name } });
      if (!current) throw aliasNotFound();
      const previous = await transaction.modelAliasChange.findFirst({
        where: { modelId, name, modelVersionId: { not: current.modelVersionId }, NOT: { modelVersionId: null } },
        orderBy: [{ createdAt: 'desc' }, { id: 'desc' }],
      });
      if (!previous)
        throw refusal(
          'INVALID',
          ['input', 'name'],
          'This alias has never pointed to another version. Choose a version with modelAliasSet.',
        );
      return this.#assign(transaction, modelId, name, previous.modelVersionId!, ['input', 'name']);
    });
  }

  async delete(input: ModelAliasDeleteInput): Promise<string> {
    refuseIf(aliasProblems(input));
    const { modelId, name } = input;
    return this.#changeAliases(modelId, async (transaction) => {
      const { count } = await transaction.modelAlias.deleteMany({ where: { modelId, name } });
      if (count === 0) throw aliasNotFound();
      await this.#recordChange(transaction, modelId, name, null);
      return name;
    });
  }

  /** Runs a change of the aliases of a model. It updates the model first, which locks it, so that changes run one after another. */
  async #changeAliases<Result>(modelId: string, change: (transaction: Transaction) => Promise<Result>): Promise<Result> {
    const result = await this.#scope.db.$transaction(async (transaction) => {
      const { count } = await transaction.model.updateMany({ where: { id: modelId }, data: { updatedAt: new Date() } });
      if (count === 0) throw refusal('NOT_FOUND', ['input', 'modelId'], 'No model with this id exists in your organization.');
      return change(transaction);
    });
    this.#models.evict(modelId);
    this.#ofModel.clear(modelId);
    return result;
  }

  /** Points an alias to a version. It locks the version, so that it is not archived meanwhile. An alias that already points there is unchanged. */
  async #assign(transaction: Transaction, modelId: string, name: string, modelVersionId: string, field: string[]): Promise<ModelAliasRow> {
    const belongsToModel = (await transaction.modelVersion.count({ where: { id: modelVersionId, modelId } })) > 0;
    if (!belongsToModel) throw refusal('NOT_FOUND', field, 'The model has no version with this id.');
    if (!(await this.#versions.lock(transaction, modelVersionId, ['ACTIVE', 'DEPRECATED'])))
      throw refusal('INVALID', field, 'This version is ARCHIVED. Set its status to DEPRECATED or use another version.');
    this.#versions.evict(modelVersionId);
    const current = await transaction.modelAlias.findFirst({ where: { modelId, name } });
    if (current?.modelVersionId === modelVersionId) return current;
    const { organizationId: orgId, userId } = this.#scope.viewer;
    await this.#recordChange(transaction, modelId, name, modelVersionId);
    if (!current) return transaction.modelAlias.create({ data: { orgId, modelId, name, modelVersionId, userId } });
    const [updated] = await transaction.modelAlias.updateManyAndReturn({ where: { modelId, name }, data: { modelVersionId, userId } });
    return updated!;
  }

  /** Records a change. The time is taken while the model is locked, so that the times are in the order of the changes. */
  async #recordChange(transaction: Transaction, modelId: string, name: string, modelVersionId: string | null): Promise<void> {
    const { organizationId: orgId, userId } = this.#scope.viewer;
    await transaction.modelAliasChange.create({ data: { orgId, modelId, name, modelVersionId, userId, createdAt: new Date() } });
  }
}
