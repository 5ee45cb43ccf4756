import { refuseOnViolation, UNIQUE } from '../../shared/errors/constraint.js';
import { refusal, refuseIf } from '../../shared/errors/user-error.js';
import { idempotently } from '../../shared/idempotency/idempotency.js';
import { idProblems } from '../../shared/input/id.js';
import { RowLoader } from '../../shared/loader/loaders.js';
import type { ConnectionArguments } from '../../shared/page/arguments.js';
import { equals } from '../../shared/page/conditions.js';
import type { Connection } from '../../shared/page/connection.js';
import type { ConnectionDefinition } from '../../shared/page/definition.js';
import { Pages } from '../../shared/page/pages.js';
import type { Scope } from '../../shared/tenancy/scope.js';
import { tableOf } from '../../shared/tenancy/table.js';
import { administratorProblems, isCode, omitNulls } from '../catalogue/catalogue.rules.js';
import type {
  DiscoveryToolCreateInput,
  DiscoveryToolFilter,
  DiscoveryToolOrderField,
  DiscoveryToolUpdateInput,
} from '../generated/graphql.js';
import { Prisma, type DiscoveryTool, type PrismaClient } from '../generated/prisma/client.js';
import { createProblems, updateProblems } from './discovery-tool.rules.js';

/** A row without the prompt template, which no query returns. */
export type DiscoveryToolRow = Omit<DiscoveryTool, 'modelPromptTemplate'>;
export type DiscoveryToolPage = Connection<DiscoveryToolRow>;
export type DiscoveryToolArguments = ConnectionArguments<DiscoveryToolFilter, DiscoveryToolOrderField>;

const omit = { modelPromptTemplate: true } as const;

const definition: ConnectionDefinition<DiscoveryToolRow, DiscoveryToolFilter, DiscoveryToolOrderField> = {
  table: tableOf('discovery_tools', Prisma.DiscoveryToolScalarFieldEnum, Object.keys(omit)),
  orders: { NAME: { field: 'name', type: 'text' } },
  defaultOrder: { field: 'NAME', direction: 'ASC' },
  conditions: (filter) => [
    equals('category', filter.category, 'text'),
    equals('interactionType', filter.interactionType, '"InteractionType"'),
  ],
};

const toolNotFound = () => refusal('NOT_FOUND', ['input', 'id'], 'No discovery tool with this id exists.');
const codeTaken = () => refusal('TAKEN', ['input', 'code'], 'Another discovery tool has this code. Choose another code.');

export class DiscoveryToolStore {
  readonly #scope: Scope<PrismaClient>;
  readonly #byId: RowLoader<DiscoveryToolRow>;
  readonly #pages: Pages<DiscoveryToolRow, DiscoveryToolFilter, DiscoveryToolOrderField>;

  constructor(scope: Scope<PrismaClient>) {
    this.#scope = scope;
    this.#byId = new RowLoader(
      (ids) => scope.db.discoveryTool.findMany({ where: { id: { in: ids } }, omit }),
      (row) => row.id,
    );
    this.#pages = new Pages(scope, definition);
  }

  byId(id: string): Promise<DiscoveryToolRow | null> {
    return this.#byId.load(id);
  }

  async byCode(code: string): Promise<DiscoveryToolRow | null> {
    return isCode(code) ? this.#scope.db.discoveryTool.findFirst({ where: { code }, omit }) : null;
  }

  page(args: DiscoveryToolArguments): DiscoveryToolPage {
    return this.#pages.all(args);
  }

  async create(input: DiscoveryToolCreateInput): Promise<DiscoveryToolRow | null> {
    refuseIf(administratorProblems(this.#scope.hasRole('PLATFORM_ADMIN')));
    refuseIf(createProblems(input));
    const { idempotencyKey, ...data } = input;
    const creation = this.#scope.db.$transaction((transaction) =>
      idempotently(transaction, this.#scope.viewer, 'discoveryToolCreate', input, (id) =>
        transaction.discoveryTool.create({ data: { ...data, id }, omit }),
      ),
    );
    return this.byId(await refuseOnViolation(UNIQUE, codeTaken, creation));
  }

  async update(input: DiscoveryToolUpdateInput): Promise<DiscoveryToolRow | null> {
    refuseIf(administratorProblems(this.#scope.hasRole('PLATFORM_ADMIN')));
    refuseIf(updateProblems(input));
    const { id, surpriseType, ...others } = input;
    const data = { ...omitNulls(others), surpriseType };
    const { count } = await refuseOnViolation(UNIQUE, codeTaken, this.#scope.db.discoveryTool.updateMany({ where: { id }, data }));
    if (count === 0) throw toolNotFound();
    this.#byId.clear(id);
    return this.byId(id);
  }

  async delete(id: string): Promise<string> {
    refuseIf(administratorProblems(this.#scope.hasRole('PLATFORM_ADMIN')));
    refuseIf(idProblems(['input', 'id'], id));
    const { count } = await this.#scope.db.discoveryTool.deleteMany({ where: { id } });
    if (count === 0) throw toolNotFound();
    this.#byId.clear(id);
    return id;
  }
}
