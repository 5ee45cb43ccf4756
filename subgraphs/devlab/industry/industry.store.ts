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
import type { IndustryCreateInput, IndustryOrderField, IndustryUpdateInput } from '../generated/graphql.js';
import { Prisma, type Industry, type PrismaClient } from '../generated/prisma/client.js';
import { createProblems, updateProblems } from './industry.rules.js';

export type IndustryRow = Industry;
export type IndustryPage = Connection<IndustryRow>;
type NoFilter = Record<string, never>;

const definition: ConnectionDefinition<IndustryRow, NoFilter, IndustryOrderField> = {
  table: tableOf('industries', Prisma.IndustryScalarFieldEnum),
  orders: { NAME: { field: 'name', type: 'text' } },
  defaultOrder: { field: 'NAME', direction: 'ASC' },
  conditions: () => [],
};

const industryNotFound = () => refusal('NOT_FOUND', ['input', 'id'], 'No industry with this id exists.');
const codeTaken = () => refusal('TAKEN', ['input', 'code'], 'Another industry has this code. Choose another code.');

export class IndustryStore {
  readonly #scope: Scope<PrismaClient>;
  readonly #byId: RowLoader<IndustryRow>;
  readonly #pages: Pages<IndustryRow, NoFilter, IndustryOrderField>;

  constructor(scope: Scope<PrismaClient>) {
    this.#scope = scope;
    this.#byId = new RowLoader(
      (ids) => scope.db.industry.findMany({ where: { id: { in: ids } } }),
      (row) => row.id,
    );
    this.#pages = new Pages(scope, definition);
  }

  byId(id: string): Promise<IndustryRow | null> {
    return this.#byId.load(id);
  }

  async byCode(code: string): Promise<IndustryRow | null> {
    return isCode(code) ? this.#scope.db.industry.findFirst({ where: { code } }) : null;
  }

  /** Returns the industry that a foreign key refers to. Throws if it is missing. */
  async byIdOrThrow(id: string): Promise<IndustryRow> {
    const industry = await this.byId(id);
    if (!industry) throw new Error(`The industry ${id} is referenced but does not exist.`);
    return industry;
  }

  page(args: ConnectionArguments<NoFilter, IndustryOrderField>): IndustryPage {
    return this.#pages.all(args);
  }

  async create(input: IndustryCreateInput): Promise<IndustryRow | null> {
    refuseIf(administratorProblems(this.#scope.hasRole('PLATFORM_ADMIN')));
    refuseIf(createProblems(input));
    const { idempotencyKey, ...data } = input;
    const creation = this.#scope.db.$transaction((transaction) =>
      idempotently(transaction, this.#scope.viewer, 'industryCreate', input, (id) =>
        transaction.industry.create({ data: { ...data, id } }),
      ),
    );
    return this.byId(await refuseOnViolation(UNIQUE, codeTaken, creation));
  }

  async update(input: IndustryUpdateInput): Promise<IndustryRow | null> {
    refuseIf(administratorProblems(this.#scope.hasRole('PLATFORM_ADMIN')));
    refuseIf(updateProblems(input));
    const { id, ...change } = input;
    const { count } = await refuseOnViolation(
      UNIQUE,
      codeTaken,
      this.#scope.db.industry.updateMany({ where: { id }, data: omitNulls(change) }),
    );
    if (count === 0) throw industryNotFound();
    this.#byId.clear(id);
    return this.byId(id);
  }

  /**
   * Deletes the industry. Use cases refer to it by a foreign key, whose violation becomes the user error IN_USE. A query beforehand
   * would miss a use case that is created at the same time.
   */
  async delete(id: string): Promise<string> {
    refuseIf(administratorProblems(this.#scope.hasRole('PLATFORM_ADMIN')));
    refuseIf(idProblems(['input', 'id'], id));
    const inUse = () =>
      refusal('IN_USE', ['input', 'id'], 'Use cases belong to this industry. Delete them or move them to another industry first.');
    const { count } = await refuseOnViolation(FOREIGN_KEY, inUse, this.#scope.db.industry.deleteMany({ where: { id } }));
    if (count === 0) throw industryNotFound();
    this.#byId.clear(id);
    return id;
  }
}
