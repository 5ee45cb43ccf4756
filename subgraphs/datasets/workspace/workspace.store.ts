import { FOREIGN_KEY, refuseOnViolation } from '../../shared/errors/constraint.js';
import { refusal, refuseIf } from '../../shared/errors/user-error.js';
import { idempotently } from '../../shared/idempotency/idempotency.js';
import { idProblems } from '../../shared/input/id.js';
import { RowLoader } from '../../shared/loader/loaders.js';
import type { ConnectionArguments } from '../../shared/page/arguments.js';
import { between, contains } from '../../shared/page/conditions.js';
import type { Connection } from '../../shared/page/connection.js';
import type { ConnectionDefinition } from '../../shared/page/definition.js';
import { Pages } from '../../shared/page/pages.js';
import type { Scope } from '../../shared/tenancy/scope.js';
import { tableOf } from '../../shared/tenancy/table.js';
import type { WorkspaceCreateInput, WorkspaceFilter, WorkspaceOrderField, WorkspaceSaveInput } from '../generated/graphql.js';
import { Prisma, type PrismaClient, type Workspace } from '../generated/prisma/client.js';
import { contentAfter, createProblems, saveProblems, sizeOf, type WorkspaceContent } from './workspace.rules.js';

/** A workspace without its content, which may be large and is read only if it is selected. */
export type WorkspaceRow = Omit<Workspace, keyof WorkspaceContent>;
export type WorkspacePage = Connection<WorkspaceRow>;
export type WorkspaceArguments = ConnectionArguments<WorkspaceFilter, WorkspaceOrderField>;

const definition: ConnectionDefinition<WorkspaceRow, WorkspaceFilter, WorkspaceOrderField> = {
  table: tableOf('workspaces', Prisma.WorkspaceScalarFieldEnum, ['analysisData', 'chatHistory']),
  orders: {
    UPDATED_AT: { field: 'updatedAt', type: 'timestamptz' },
    CREATED_AT: { field: 'createdAt', type: 'timestamptz' },
    NAME: { field: 'name', type: 'text' },
    SIZE: { field: 'sizeBytes', type: 'int8' },
  },
  defaultOrder: { field: 'UPDATED_AT', direction: 'DESC' },
  conditions: (filter) => [contains('name', filter.nameContains), between('updatedAt', filter.updatedFrom, filter.updatedBefore)],
};

/** The large fields, for `select` and `omit` of Prisma. */
const contentFields = { analysisData: true, chatHistory: true } as const;

const unknownWorkspace = () => refusal('NOT_FOUND', ['input', 'id'], 'No workspace with this id exists in your organization.');
const stale = () =>
  refusal(
    'CONFLICT',
    ['input', 'expectedRevision'],
    'expectedRevision is no longer the current revision. Read the workspace again and repeat the save.',
  );

export class WorkspaceStore {
  readonly #scope: Scope<PrismaClient>;
  readonly #byId: RowLoader<WorkspaceRow>;
  readonly #contents: RowLoader<WorkspaceContent & { id: string }>;
  readonly #pages: Pages<WorkspaceRow, WorkspaceFilter, WorkspaceOrderField>;

  constructor(scope: Scope<PrismaClient>) {
    this.#scope = scope;
    this.#byId = new RowLoader(
      (ids) => scope.db.workspace.findMany({ where: { id: { in: ids } }, omit: contentFields }),
      (row) => row.id,
    );
    this.#contents = new RowLoader(
      async (ids) =>
        (await scope.db.workspace.findMany({
          where: { id: { in: ids } },
          select: { id: true, ...contentFields },
        })) as unknown as (WorkspaceContent & { id: string })[],
      (row) => row.id,
    );
    this.#pages = new Pages(scope, definition);
  }

  byId(id: string): Promise<WorkspaceRow | null> {
    return this.#byId.load(id);
  }

  page(args: WorkspaceArguments): WorkspacePage {
    return this.#pages.all(args);
  }

  ofDataset(datasetId: string, args: WorkspaceArguments): WorkspacePage {
    return this.#pages.of({ field: 'datasetId', id: datasetId }, args);
  }

  /** Returns the content of a workspace. It is read after the row, so it is never older than the row's revision. */
  async contentOf(id: string): Promise<WorkspaceContent> {
    const found = await this.#contents.load(id);
    if (!found) throw new Error(`The workspace ${id} was deleted while it was read.`);
    return found;
  }

  async create(input: WorkspaceCreateInput): Promise<WorkspaceRow | null> {
    refuseIf(createProblems(input));
    const { datasetId, name } = input;
    const content = contentAfter({ analysisData: {}, chatHistory: [] }, input);
    const orgId = this.#scope.organizationId;
    const data = { orgId, datasetId, name, ...columnsOf(content) };
    const id = await refuseOnViolation(
      FOREIGN_KEY,
      () => refusal('NOT_FOUND', ['input', 'datasetId'], 'No dataset with this id exists in your organization.'),
      this.#scope.db.$transaction((transaction) =>
        idempotently(transaction, this.#scope.viewer, 'workspaceCreate', input, (id) =>
          transaction.workspace.create({ data: { ...data, id } }),
        ),
      ),
    );
    return this.byId(id);
  }

  /** Saves changes with a single statement that requires the expected revision: the second of two concurrent saves is refused. */
  async save(input: WorkspaceSaveInput): Promise<WorkspaceRow | null> {
    refuseIf(saveProblems(input));
    const { id, name, expectedRevision } = input;
    const before = await this.#scope.db.workspace.findFirst({ where: { id }, select: { revision: true, ...contentFields } });
    if (!before) throw unknownWorkspace();
    if (before.revision !== expectedRevision) throw stale();
    const data = {
      name: name ?? undefined,
      ...columnsOf(contentAfter(before as unknown as WorkspaceContent, input)),
      revision: { increment: 1 },
    };
    const { count } = await this.#scope.db.workspace.updateMany({ where: { id, revision: expectedRevision }, data });
    if (count === 0) throw stale();
    this.#byId.clear(id);
    this.#contents.clear(id);
    return this.byId(id);
  }

  async delete(id: string): Promise<string> {
    refuseIf(idProblems(['input', 'id'], id));
    const { count } = await this.#scope.db.workspace.deleteMany({ where: { id } });
    if (count === 0) throw unknownWorkspace();
    this.#byId.clear(id);
    return id;
  }
}

const columnsOf = (content: WorkspaceContent) => ({
  analysisData: content.analysisData,
  chatHistory: content.chatHistory as object[],
  sizeBytes: sizeOf(content),
});
