import { FOREIGN_KEY, refuseOnViolation } from '../../shared/errors/constraint.js';
import { refusal, refuseIf } from '../../shared/errors/user-error.js';
import { idempotently } from '../../shared/idempotency/idempotency.js';
import { idProblems, parseId } from '../../shared/input/id.js';
import { RowLoader } from '../../shared/loader/loaders.js';
import type { ConnectionArguments } from '../../shared/page/arguments.js';
import { between, equals, oneOf } from '../../shared/page/conditions.js';
import type { Connection } from '../../shared/page/connection.js';
import type { ConnectionDefinition } from '../../shared/page/definition.js';
import { Pages } from '../../shared/page/pages.js';
import type { Scope } from '../../shared/tenancy/scope.js';
import { tableOf } from '../../shared/tenancy/table.js';
import type { ExecutionFilter, ExecutionOrderField, ExecutionRecordInput } from '../generated/graphql.js';
import { Prisma, type Execution, type PrismaClient } from '../generated/prisma/client.js';
import { durationOf, recordProblems } from './execution.rules.js';

/** The fields that can be large. They are read only if a query selects them. */
const largeFields = { code: true, stdout: true, stderr: true, securityScan: true } as const;
type LargeField = keyof typeof largeFields;
type LargeFields = Pick<Execution, 'id' | LargeField>;

export type ExecutionRow = Omit<Execution, LargeField>;
export type ExecutionPage = Connection<ExecutionRow>;
export type ExecutionArguments = ConnectionArguments<ExecutionFilter, ExecutionOrderField>;

const definition: ConnectionDefinition<ExecutionRow, ExecutionFilter, ExecutionOrderField> = {
  table: tableOf('executions', Prisma.ExecutionScalarFieldEnum, Object.keys(largeFields)),
  orders: {
    CREATED_AT: { field: 'createdAt', type: 'timestamptz' },
    DURATION: { field: 'durationMs', type: 'int4' },
  },
  defaultOrder: { field: 'CREATED_AT', direction: 'DESC' },
  conditions: (filter) => [
    oneOf('status', filter.statuses, '"ExecutionStatus"'),
    equals('language', filter.language, '"CodeLanguage"'),
    equals('projectId', filter.projectId && parseId(filter.projectId, 'projectId'), 'uuid'),
    between('createdAt', filter.createdFrom, filter.createdBefore),
  ],
};

export class ExecutionStore {
  readonly #scope: Scope<PrismaClient>;
  readonly #byId: RowLoader<ExecutionRow>;
  readonly #largeFields: RowLoader<LargeFields>;
  readonly #pages: Pages<ExecutionRow, ExecutionFilter, ExecutionOrderField>;

  constructor(scope: Scope<PrismaClient>) {
    this.#scope = scope;
    this.#byId = new RowLoader(
      (ids) => scope.db.execution.findMany({ where: { id: { in: ids } }, omit: largeFields }),
      (row) => row.id,
    );
    this.#largeFields = new RowLoader(
      (ids) => scope.db.execution.findMany({ where: { id: { in: ids } }, select: { id: true, ...largeFields } }),
      (row) => row.id,
    );
    this.#pages = new Pages(scope, definition);
  }

  byId(id: string): Promise<ExecutionRow | null> {
    return this.#byId.load(id);
  }

  page(args: ExecutionArguments): ExecutionPage {
    return this.#pages.all(args);
  }

  ofProject(projectId: string, args: ExecutionArguments): ExecutionPage {
    return this.#pages.of({ field: 'projectId', id: projectId }, args);
  }

  async largeField<Field extends LargeField>(id: string, field: Field): Promise<LargeFields[Field]> {
    const fields = await this.#largeFields.load(id);
    if (!fields) throw new Error(`The execution ${id} was deleted before its ${field} was read.`);
    return fields[field];
  }

  async record(input: ExecutionRecordInput): Promise<ExecutionRow | null> {
    refuseIf(recordProblems(input, new Date()));
    const { projectId, language, code, status, stdout, stderr, exitCode, error, startedAt, finishedAt, runner } = input;
    const { maxMemoryBytes, cpuMs, securityScan } = input;
    const { organizationId: orgId, userId } = this.#scope.viewer;
    const outcome = { status, exitCode, error, stdout: stdout ?? '', stderr: stderr ?? '' };
    const time = { startedAt, finishedAt, durationMs: durationOf(input) };
    const resources = { maxMemoryBytes, cpuMs, securityScan: securityScan ?? undefined };
    const data = { orgId, projectId, userId, language, code, ...outcome, ...time, runner, ...resources };
    const creation = this.#scope.db.$transaction((transaction) =>
      idempotently(transaction, this.#scope.viewer, 'executionRecord', input, (id) =>
        transaction.execution.create({ data: { ...data, id } }),
      ),
    );
    const id = await refuseOnViolation(
      FOREIGN_KEY,
      () => refusal('NOT_FOUND', ['input', 'projectId'], 'No project with this id exists in your organization.'),
      creation,
    );
    return this.byId(id);
  }

  async delete(id: string): Promise<string> {
    refuseIf(idProblems(['input', 'id'], id));
    const { count } = await this.#scope.db.execution.deleteMany({ where: { id } });
    if (count === 0) throw refusal('NOT_FOUND', ['input', 'id'], 'No execution with this id exists in your organization.');
    this.#byId.clear(id);
    return id;
  }
}
