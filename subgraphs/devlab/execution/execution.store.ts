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

/** What may be long, and is read only where it is selected. */
const long = { code: true, stdout: true, stderr: true, securityScan: true } as const;
type LongPart = keyof typeof long;
type LongParts = Pick<Execution, 'id' | LongPart>;

export type ExecutionRow = Omit<Execution, LongPart>;
export type ExecutionPage = Connection<ExecutionRow>;
export type ExecutionArguments = ConnectionArguments<ExecutionFilter, ExecutionOrderField>;

const definition: ConnectionDefinition<ExecutionRow, ExecutionFilter, ExecutionOrderField> = {
  table: tableOf('executions', Prisma.ExecutionScalarFieldEnum, Object.keys(long)),
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
  readonly #longParts: RowLoader<LongParts>;
  readonly #pages: Pages<ExecutionRow, ExecutionFilter, ExecutionOrderField>;

  constructor(scope: Scope<PrismaClient>) {
    this.#scope = scope;
    this.#byId = new RowLoader(
      (ids) => scope.db.execution.findMany({ where: { id: { in: ids } }, omit: long }),
      (row) => row.id,
    );
    this.#longParts = new RowLoader(
      (ids) => scope.db.execution.findMany({ where: { id: { in: ids } }, select: { id: true, ...long } }),
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

  async partOf<Part extends LongPart>(id: string, part: Part): Promise<LongParts[Part]> {
    const parts = await this.#longParts.load(id);
    if (!parts) throw new Error(`The ${part} of the execution ${id} went missing while it was read.`);
    return parts[part];
  }

  async record(input: ExecutionRecordInput): Promise<ExecutionRow | null> {
    refuseIf(recordProblems(input, new Date()));
    const { projectId, language, code, status, stdout, stderr, exitCode, error, startedAt, finishedAt, runner } = input;
    const { maxMemoryBytes, cpuMs, securityScan } = input;
    const { organizationId: orgId, userId } = this.#scope.viewer;
    const outcome = { status, exitCode, error, stdout: stdout ?? '', stderr: stderr ?? '' };
    const time = { startedAt, finishedAt, durationMs: durationOf(input) };
    const used = { maxMemoryBytes, cpuMs, securityScan: securityScan ?? undefined };
    const data = { orgId, projectId, userId, language, code, ...outcome, ...time, runner, ...used };
    const recording = this.#scope.db.$transaction((transaction) =>
      idempotently(transaction, this.#scope.viewer, 'executionRecord', input, (id) =>
        transaction.execution.create({ data: { ...data, id } }),
      ),
    );
    const id = await refuseOnViolation(
      FOREIGN_KEY,
      () => refusal('NOT_FOUND', ['input', 'projectId'], 'You have no project with this id.'),
      recording,
    );
    return this.byId(id);
  }

  async delete(id: string): Promise<string> {
    refuseIf(idProblems(['input', 'id'], id));
    const { count } = await this.#scope.db.execution.deleteMany({ where: { id } });
    if (count === 0) throw refusal('NOT_FOUND', ['input', 'id'], 'You have no execution with this id.');
    this.#byId.clear(id);
    return id;
  }
}
