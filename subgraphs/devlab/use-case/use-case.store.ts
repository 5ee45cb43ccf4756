import { join, sqltag as sql } from '@prisma/client/runtime/client';
import { FOREIGN_KEY, refuseOnViolation, UNIQUE } from '../../shared/errors/constraint.js';
import { refusal, refuseIf, type UserError } from '../../shared/errors/user-error.js';
import { idempotently } from '../../shared/idempotency/idempotency.js';
import { idProblems, parseId } from '../../shared/input/id.js';
import { RowLoader } from '../../shared/loader/loaders.js';
import type { ConnectionArguments } from '../../shared/page/arguments.js';
import { contains, equals, type Condition } from '../../shared/page/conditions.js';
import type { Connection } from '../../shared/page/connection.js';
import type { ConnectionDefinition } from '../../shared/page/definition.js';
import { Pages } from '../../shared/page/pages.js';
import type { Scope, ScopedClient } from '../../shared/tenancy/scope.js';
import { tableOf } from '../../shared/tenancy/table.js';
import { administratorProblems, isCode, omitNulls } from '../catalogue/catalogue.rules.js';
import type { UseCaseCreateInput, UseCaseFilter, UseCaseOrderField, UseCaseUpdateInput } from '../generated/graphql.js';
import { Prisma, type PrismaClient, type UseCase } from '../generated/prisma/client.js';
import { createProblems, endpointUseProblems, updateProblems } from './use-case.rules.js';

export type UseCaseRow = UseCase;
export type UseCasePage = Connection<UseCaseRow>;
export type UseCaseArguments = ConnectionArguments<UseCaseFilter, UseCaseOrderField>;

/** Builds the condition that the name or one of the descriptions contains the text. */
function searchCondition(text: string | null | undefined): Condition {
  const fields = ['name', 'shortDescription', 'fullDescription']
    .map((field) => contains(field, text))
    .filter((condition) => condition !== null);
  return fields.length === 0 ? null : sql`(${join(fields, ' OR ')})`;
}

const definition: ConnectionDefinition<UseCaseRow, UseCaseFilter, UseCaseOrderField> = {
  table: tableOf('use_cases', Prisma.UseCaseScalarFieldEnum),
  orders: {
    NAME: { field: 'name', type: 'text' },
    CREATED_AT: { field: 'createdAt', type: 'timestamptz' },
  },
  defaultOrder: { field: 'NAME', direction: 'ASC' },
  conditions: (filter) => [
    equals('industryId', filter.industryId && parseId(filter.industryId, 'industryId'), 'uuid'),
    equals('categoryId', filter.categoryId && parseId(filter.categoryId, 'categoryId'), 'uuid'),
    equals('isDynamic', filter.isDynamic, 'bool'),
    filter.keyword == null ? null : sql`row.keywords @> ARRAY[${filter.keyword}]::text[]`,
    searchCondition(filter.search),
  ],
};

const useCaseNotFound = () => refusal('NOT_FOUND', ['input', 'id'], 'No use case with this id exists.');
const codeTaken = () => refusal('TAKEN', ['input', 'code'], 'Another use case has this code. Choose another code.');
const revisionConflict = () =>
  refusal(
    'CONFLICT',
    ['input', 'expectedRevision'],
    'expectedRevision is no longer the current revision. Read the use case again and repeat the change.',
  );
/** Thrown by the foreign keys, if another request deletes a reference after `referenceProblems` found it. */
const referenceNotFound = () =>
  refusal('NOT_FOUND', ['input'], 'Another request deleted the industry or the category at the same time. Choose another one.');

export class UseCaseStore {
  readonly #scope: Scope<PrismaClient>;
  readonly #byId: RowLoader<UseCaseRow>;
  readonly #counts: RowLoader<{ industryId: string; count: number }>;
  readonly #pages: Pages<UseCaseRow, UseCaseFilter, UseCaseOrderField>;

  constructor(scope: Scope<PrismaClient>) {
    this.#scope = scope;
    this.#byId = new RowLoader(
      (ids) => scope.db.useCase.findMany({ where: { id: { in: ids } } }),
      (row) => row.id,
    );
    this.#counts = new RowLoader(
      (ids) => this.#readCounts(ids),
      (row) => row.industryId,
    );
    this.#pages = new Pages(scope, definition);
  }

  async #readCounts(industryIds: string[]): Promise<{ industryId: string; count: number }[]> {
    const groups = await this.#scope.db.useCase.groupBy({ by: ['industryId'], where: { industryId: { in: industryIds } }, _count: true });
    return groups.map(({ industryId, _count }) => ({ industryId, count: _count }));
  }

  byId(id: string): Promise<UseCaseRow | null> {
    return this.#byId.load(id);
  }

  async byCode(code: string): Promise<UseCaseRow | null> {
    return isCode(code) ? this.#scope.db.useCase.findFirst({ where: { code } }) : null;
  }

  page(args: UseCaseArguments): UseCasePage {
    return this.#pages.all(args);
  }

  ofIndustry(industryId: string, args: UseCaseArguments): UseCasePage {
    return this.#pages.of({ field: 'industryId', id: industryId }, args);
  }

  ofCategory(categoryId: string, args: UseCaseArguments): UseCasePage {
    return this.#pages.of({ field: 'categoryId', id: categoryId }, args);
  }

  async countOfIndustry(industryId: string): Promise<number> {
    return (await this.#counts.load(industryId))?.count ?? 0;
  }

  /** Checks the references only when it creates the use case, not for a retry: they may have been deleted since. */
  async create(input: UseCaseCreateInput): Promise<UseCaseRow | null> {
    refuseIf(administratorProblems(this.#scope.hasRole('PLATFORM_ADMIN')));
    refuseIf(createProblems(input));
    const { idempotencyKey, ...written } = input;
    const data = { ...written, isDynamic: input.isDynamic ?? false };
    const creation = this.#scope.db.$transaction((transaction) =>
      idempotently(transaction, this.#scope.viewer, 'useCaseCreate', input, async (id) => {
        refuseIf(await referenceProblems(transaction, input));
        await transaction.useCase.create({ data: { ...data, id } });
      }),
    );
    return this.byId(await refuseOnViolation(UNIQUE, codeTaken, refuseOnViolation(FOREIGN_KEY, referenceNotFound, creation)));
  }

  /** Increments the revision first, which locks the row: the checks then see the values that the change applies to. */
  async update(input: UseCaseUpdateInput): Promise<UseCaseRow | null> {
    refuseIf(administratorProblems(this.#scope.hasRole('PLATFORM_ADMIN')));
    refuseIf(updateProblems(input));
    const { id, expectedRevision, apiEndpoint, ...others } = input;
    const data = { ...omitNulls(others), apiEndpoint };
    const update = this.#scope.db.$transaction(async (transaction) => {
      const [current] = await transaction.useCase.updateManyAndReturn({
        where: { id, revision: expectedRevision },
        data: { revision: { increment: 1 } },
      });
      if (!current) throw (await transaction.useCase.count({ where: { id } })) === 0 ? useCaseNotFound() : revisionConflict();
      const isDynamic = others.isDynamic ?? current.isDynamic;
      refuseIf([
        ...(await referenceProblems(transaction, input)),
        ...endpointUseProblems({ isDynamic, apiEndpoint: apiEndpoint === undefined ? current.apiEndpoint : apiEndpoint }),
      ]);
      await transaction.useCase.updateMany({ where: { id }, data });
    });
    await refuseOnViolation(UNIQUE, codeTaken, refuseOnViolation(FOREIGN_KEY, referenceNotFound, update));
    this.#byId.clear(id);
    return this.byId(id);
  }

  async delete(id: string): Promise<string> {
    refuseIf(administratorProblems(this.#scope.hasRole('PLATFORM_ADMIN')));
    refuseIf(idProblems(['input', 'id'], id));
    const { count } = await this.#scope.db.useCase.deleteMany({ where: { id } });
    if (count === 0) throw useCaseNotFound();
    this.#byId.clear(id);
    return id;
  }
}

/** Returns the problems of an industry or a category that does not exist. */
async function referenceProblems(
  transaction: ScopedClient<PrismaClient>,
  { industryId, categoryId }: Pick<UseCaseUpdateInput, 'industryId' | 'categoryId'>,
): Promise<UserError[]> {
  const problems: UserError[] = [];
  if (industryId != null && (await transaction.industry.count({ where: { id: industryId } })) === 0)
    problems.push({ code: 'NOT_FOUND', field: ['input', 'industryId'], message: 'No industry with this id exists.' });
  if (categoryId != null && (await transaction.useCaseCategory.count({ where: { id: categoryId } })) === 0)
    problems.push({ code: 'NOT_FOUND', field: ['input', 'categoryId'], message: 'No category with this id exists.' });
  return problems;
}
