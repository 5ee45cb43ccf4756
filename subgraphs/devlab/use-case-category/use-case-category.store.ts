import { FOREIGN_KEY, refuseOnViolation, UNIQUE } from '../../shared/errors/constraint.js';
import { refusal, refuseIf } from '../../shared/errors/user-error.js';
import { idempotently } from '../../shared/idempotency/idempotency.js';
import { idProblems } from '../../shared/input/id.js';
import { RowLoader } from '../../shared/loader/loaders.js';
import type { ConnectionArguments } from '../../shared/page/arguments.js';
import type { Connection } from '../../shared/page/connection.js';
import type { ConnectionDefinition } from '../../shared/page/definition.js';
import { Pages } from '../../shared/page/pages.js';
import type { Scope } from '../../shared/tenancy/scope.js';
import { tableOf } from '../../shared/tenancy/table.js';
import { administratorProblems, isCode, omitNulls } from '../catalogue/catalogue.rules.js';
import type { UseCaseCategoryCreateInput, UseCaseCategoryOrderField, UseCaseCategoryUpdateInput } from '../generated/graphql.js';
import { Prisma, type PrismaClient, type UseCaseCategory } from '../generated/prisma/client.js';
import { createProblems, updateProblems } from './use-case-category.rules.js';

export type UseCaseCategoryRow = UseCaseCategory;
export type UseCaseCategoryPage = Connection<UseCaseCategoryRow>;
type NoFilter = Record<string, never>;

const definition: ConnectionDefinition<UseCaseCategoryRow, NoFilter, UseCaseCategoryOrderField> = {
  table: tableOf('use_case_categories', Prisma.UseCaseCategoryScalarFieldEnum),
  orders: {
    DISPLAY_ORDER: { field: 'displayOrder', type: 'int4' },
    NAME: { field: 'name', type: 'text' },
  },
  defaultOrder: { field: 'DISPLAY_ORDER', direction: 'ASC' },
  conditions: () => [],
};

const categoryNotFound = () => refusal('NOT_FOUND', ['input', 'id'], 'No category with this id exists.');
const codeTaken = () => refusal('TAKEN', ['input', 'code'], 'Another category has this code. Choose another code.');

export class UseCaseCategoryStore {
  readonly #scope: Scope<PrismaClient>;
  readonly #byId: RowLoader<UseCaseCategoryRow>;
  readonly #pages: Pages<UseCaseCategoryRow, NoFilter, UseCaseCategoryOrderField>;

  constructor(scope: Scope<PrismaClient>) {
    this.#scope = scope;
    this.#byId = new RowLoader(
      (ids) => scope.db.useCaseCategory.findMany({ where: { id: { in: ids } } }),
      (row) => row.id,
    );
    this.#pages = new Pages(scope, definition);
  }

  byId(id: string): Promise<UseCaseCategoryRow | null> {
    return this.#byId.load(id);
  }

  async byCode(code: string): Promise<UseCaseCategoryRow | null> {
    return isCode(code) ? this.#scope.db.useCaseCategory.findFirst({ where: { code } }) : null;
  }

  /** Returns the category that a foreign key refers to. Throws if it is missing. */
  async byIdOrThrow(id: string): Promise<UseCaseCategoryRow> {
    const category = await this.byId(id);
    if (!category) throw new Error(`The category ${id} is referenced but does not exist.`);
    return category;
  }

  page(args: ConnectionArguments<NoFilter, UseCaseCategoryOrderField>): UseCaseCategoryPage {
    return this.#pages.all(args);
  }

  async create(input: UseCaseCategoryCreateInput): Promise<UseCaseCategoryRow | null> {
    refuseIf(administratorProblems(this.#scope.hasRole('PLATFORM_ADMIN')));
    refuseIf(createProblems(input));
    const { idempotencyKey, ...data } = input;
    const creation = this.#scope.db.$transaction((transaction) =>
      idempotently(transaction, this.#scope.viewer, 'useCaseCategoryCreate', input, (id) =>
        transaction.useCaseCategory.create({ data: { ...data, id } }),
      ),
    );
    return this.byId(await refuseOnViolation(UNIQUE, codeTaken, creation));
  }

  async update(input: UseCaseCategoryUpdateInput): Promise<UseCaseCategoryRow | null> {
    refuseIf(administratorProblems(this.#scope.hasRole('PLATFORM_ADMIN')));
    refuseIf(updateProblems(input));
    const { id, ...change } = input;
    const { count } = await refuseOnViolation(
      UNIQUE,
      codeTaken,
      this.#scope.db.useCaseCategory.updateMany({ where: { id }, data: omitNulls(change) }),
    );
    if (count === 0) throw categoryNotFound();
    this.#byId.clear(id);
    return this.byId(id);
  }

  /**
   * Deletes the category. Use cases refer to it by a foreign key, whose violation becomes the user error IN_USE. A query beforehand
   * would miss a use case that is created at the same time.
   */
  async delete(id: string): Promise<string> {
    refuseIf(administratorProblems(this.#scope.hasRole('PLATFORM_ADMIN')));
    refuseIf(idProblems(['input', 'id'], id));
    const inUse = () =>
      refusal('IN_USE', ['input', 'id'], 'Use cases belong to this category. Delete them or move them to another category first.');
    const { count } = await refuseOnViolation(FOREIGN_KEY, inUse, this.#scope.db.useCaseCategory.deleteMany({ where: { id } }));
    if (count === 0) throw categoryNotFound();
    this.#byId.clear(id);
    return id;
  }
}
