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
import { administratorProblems, isCode, stated } from '../catalogue/catalogue.rules.js';
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

const unknownIndustry = () => refusal('NOT_FOUND', ['input', 'id'], 'There is no industry with this id.');
const takenCode = () => refusal('TAKEN', ['input', 'code'], 'Another industry has this code.');

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

  /** The industry that a foreign key says is there. */
  async existing(id: string): Promise<IndustryRow> {
    const industry = await this.byId(id);
    if (!industry) throw new Error(`The industry ${id} is referenced and missing.`);
    return industry;
  }

  page(args: ConnectionArguments<NoFilter, IndustryOrderField>): IndustryPage {
    return this.#pages.all(args);
  }

  async create(input: IndustryCreateInput): Promise<IndustryRow | null> {
    refuseIf(administratorProblems(this.#scope.hasRole('PLATFORM_ADMIN')));
    refuseIf(createProblems(input));
    const { idempotencyKey, ...data } = input;
    const creating = this.#scope.db.$transaction((transaction) =>
      idempotently(transaction, this.#scope.viewer, 'industryCreate', input, (id) =>
        transaction.industry.create({ data: { ...data, id } }),
      ),
    );
    return this.byId(await refuseOnViolation(UNIQUE, takenCode, creating));
  }

  async update(input: IndustryUpdateInput): Promise<IndustryRow | null> {
    refuseIf(administratorProblems(this.#scope.hasRole('PLATFORM_ADMIN')));
    refuseIf(updateProblems(input));
    const { id, ...change } = input;
    const { count } = await refuseOnViolation(
      UNIQUE,
      takenCode,
      this.#scope.db.industry.updateMany({ where: { id }, data: stated(change) }),
    );
    if (count === 0) throw unknownIndustry();
    this.#byId.clear(id);
    return this.byId(id);
  }

  /** That no use case refers to it, the foreign key decides. */
  async delete(id: string): Promise<string> {
    refuseIf(administratorProblems(this.#scope.hasRole('PLATFORM_ADMIN')));
    refuseIf(idProblems(['input', 'id'], id));
    const inUse = () => refusal('IN_USE', ['input', 'id'], 'Use cases belong to this industry.');
    const { count } = await refuseOnViolation(FOREIGN_KEY, inUse, this.#scope.db.industry.deleteMany({ where: { id } }));
    if (count === 0) throw unknownIndustry();
    this.#byId.clear(id);
    return id;
  }
}
