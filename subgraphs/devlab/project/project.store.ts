import { refusal, refuseIf } from '../../shared/errors/user-error.js';
import { idempotently } from '../../shared/idempotency/idempotency.js';
import { idProblems, parseId } from '../../shared/input/id.js';
import { RowLoader } from '../../shared/loader/loaders.js';
import type { ConnectionArguments } from '../../shared/page/arguments.js';
import { between, contains, equals } from '../../shared/page/conditions.js';
import type { Connection } from '../../shared/page/connection.js';
import type { ConnectionDefinition } from '../../shared/page/definition.js';
import { Pages } from '../../shared/page/pages.js';
import type { Scope } from '../../shared/tenancy/scope.js';
import { tableOf } from '../../shared/tenancy/table.js';
import type { ProjectCreateInput, ProjectFilter, ProjectOrderField, ProjectUpdateInput } from '../generated/graphql.js';
import { Prisma, type PrismaClient, type Project } from '../generated/prisma/client.js';
import { createProblems, updateProblems } from './project.rules.js';

export type ProjectRow = Project;
export type ProjectPage = Connection<ProjectRow>;
export type ProjectArguments = ConnectionArguments<ProjectFilter, ProjectOrderField>;

const definition: ConnectionDefinition<ProjectRow, ProjectFilter, ProjectOrderField> = {
  table: tableOf('projects', Prisma.ProjectScalarFieldEnum),
  orders: {
    NAME: { field: 'name', type: 'text' },
    CREATED_AT: { field: 'createdAt', type: 'timestamptz' },
    UPDATED_AT: { field: 'updatedAt', type: 'timestamptz' },
  },
  defaultOrder: { field: 'CREATED_AT', direction: 'DESC' },
  conditions: (filter) => [
    contains('name', filter.nameContains),
    equals('language', filter.language, '"CodeLanguage"'),
    equals('ownerId', filter.ownerId && parseId(filter.ownerId, 'ownerId'), 'uuid'),
    between('createdAt', filter.createdFrom, filter.createdBefore),
  ],
};

const projectNotFound = () => refusal('NOT_FOUND', ['input', 'id'], 'No project with this id exists in your organization.');
const revisionConflict = (expected: number, current: number) =>
  refusal(
    'CONFLICT',
    ['input', 'expectedRevision'],
    `expectedRevision must be the current revision ${current}; got ${expected}. Read the project again and repeat the change.`,
  );

export class ProjectStore {
  readonly #scope: Scope<PrismaClient>;
  readonly #byId: RowLoader<ProjectRow>;
  readonly #pages: Pages<ProjectRow, ProjectFilter, ProjectOrderField>;

  constructor(scope: Scope<PrismaClient>) {
    this.#scope = scope;
    this.#byId = new RowLoader(
      (ids) => scope.db.project.findMany({ where: { id: { in: ids } } }),
      (row) => row.id,
    );
    this.#pages = new Pages(scope, definition);
  }

  byId(id: string): Promise<ProjectRow | null> {
    return this.#byId.load(id);
  }

  /** Returns the project that a foreign key refers to. Throws if it is missing. */
  async byIdOrThrow(id: string): Promise<ProjectRow> {
    const project = await this.byId(id);
    if (!project) throw new Error(`The project ${id} is referenced but does not exist.`);
    return project;
  }

  page(args: ProjectArguments): ProjectPage {
    return this.#pages.all(args);
  }

  ofOwner(userId: string, args: ProjectArguments): ProjectPage {
    return this.#pages.of({ field: 'ownerId', id: userId }, args);
  }

  async create(input: ProjectCreateInput): Promise<ProjectRow | null> {
    refuseIf(createProblems(input));
    const { name, description, language, environment, metadata } = input;
    const { organizationId: orgId, userId: ownerId } = this.#scope.viewer;
    const data = { orgId, ownerId, name, description, language, environment: environment ?? {}, metadata: metadata ?? {} };
    const id = await this.#scope.db.$transaction((transaction) =>
      idempotently(transaction, this.#scope.viewer, 'projectCreate', input, (id) => transaction.project.create({ data: { ...data, id } })),
    );
    return this.byId(id);
  }

  /** Updates the project only at the expected revision, in one statement: of two simultaneous updates the second is refused. */
  async update(input: ProjectUpdateInput): Promise<ProjectRow | null> {
    refuseIf(updateProblems(input));
    const { id, expectedRevision, name, description, language, environment, metadata } = input;
    const { count } = await this.#scope.db.project.updateMany({
      where: { id, revision: expectedRevision },
      data: {
        name: name ?? undefined,
        description,
        language: language ?? undefined,
        environment: environment ?? undefined,
        metadata: metadata ?? undefined,
        revision: { increment: 1 },
      },
    });
    this.#byId.clear(id);
    const project = await this.byId(id);
    if (!project) throw projectNotFound();
    if (count === 0) throw revisionConflict(expectedRevision, project.revision);
    return project;
  }

  /** Counts the files and executions of the project and deletes it. Foreign keys delete them with it. */
  async delete(id: string) {
    refuseIf(idProblems(['input', 'id'], id));
    const where = { projectId: id };
    return this.#scope.db.$transaction(async (transaction) => {
      const fileCount = await transaction.projectFile.count({ where });
      const executionCount = await transaction.execution.count({ where });
      const { count } = await transaction.project.deleteMany({ where: { id } });
      if (count === 0) throw projectNotFound();
      this.#byId.clear(id);
      return { id, fileCount, executionCount };
    });
  }
}
