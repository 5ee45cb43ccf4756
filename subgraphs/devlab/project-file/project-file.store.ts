import { sqltag as sql } from '@prisma/client/runtime/client';
import DataLoader from 'dataloader';
import { FOREIGN_KEY, refuseOnViolation, UNIQUE } from '../../shared/errors/constraint.js';
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
import { utf8ByteLength } from '../input/utf8.rules.js';
import type { ProjectFileCreateInput, ProjectFileFilter, ProjectFileOrderField, ProjectFileSaveInput } from '../generated/graphql.js';
import { Prisma, type PrismaClient, type ProjectFile } from '../generated/prisma/client.js';
import { fileTypeOf, languageOf } from './file-type.rules.js';
import { createProblems, normalizePath, pathProblems, saveProblems } from './project-file.rules.js';

/** A row without the content, which has up to 128 KiB and is read only if a query selects it. */
export type ProjectFileRow = Omit<ProjectFile, 'content'>;
export type ProjectFilePage = Connection<ProjectFileRow>;
export type ProjectFileArguments = ConnectionArguments<ProjectFileFilter, ProjectFileOrderField>;

const definition: ConnectionDefinition<ProjectFileRow, ProjectFileFilter, ProjectFileOrderField> = {
  table: tableOf('project_files', Prisma.ProjectFileScalarFieldEnum, ['content']),
  orders: {
    PATH: { field: 'path', type: 'text' },
    UPDATED_AT: { field: 'updatedAt', type: 'timestamptz' },
    BYTE_SIZE: { field: 'byteSize', type: 'int4' },
  },
  defaultOrder: { field: 'PATH', direction: 'ASC' },
  conditions: (filter) => [
    filter.pathStartsWith == null ? null : sql`starts_with(row.path, ${filter.pathStartsWith}::text)`,
    equals('language', filter.language, '"CodeLanguage"'),
    equals('fileType', filter.fileType, '"ProjectFileType"'),
  ],
};

/** A path in a project, whether or not a file exists there. */
interface FileLocation {
  projectId: string;
  path: string;
}

const locationKey = ({ projectId, path }: FileLocation): string => `${projectId} ${path}`;

const projectNotFound = () => refusal('NOT_FOUND', ['input', 'projectId'], 'No project with this id exists in your organization.');
const fileNotFound = () => refusal('NOT_FOUND', ['input', 'id'], 'No project file with this id exists in your organization.');
const pathTaken = () =>
  refusal('TAKEN', ['input', 'path'], 'The project already has a file at this path. Choose another path, or save the existing file.');
const revisionConflict = (expected: number, current: number) =>
  refusal(
    'CONFLICT',
    ['input', 'expectedRevision'],
    `expectedRevision must be the current revision ${current}; got ${expected}. Read the file again and repeat the save.`,
  );

export class ProjectFileStore {
  readonly #scope: Scope<PrismaClient>;
  readonly #byId: RowLoader<ProjectFileRow>;
  readonly #byLocation: DataLoader<FileLocation, ProjectFileRow | null, string>;
  readonly #contents: RowLoader<Pick<ProjectFile, 'id' | 'content'>>;
  readonly #counts: RowLoader<{ projectId: string; count: number }>;
  readonly #pages: Pages<ProjectFileRow, ProjectFileFilter, ProjectFileOrderField>;

  constructor(scope: Scope<PrismaClient>) {
    this.#scope = scope;
    this.#byId = new RowLoader(
      (ids) => scope.db.projectFile.findMany({ where: { id: { in: ids } }, omit: { content: true } }),
      (row) => row.id,
    );
    this.#byLocation = new DataLoader((locations) => this.#readLocations(locations), { cacheKeyFn: locationKey });
    this.#contents = new RowLoader(
      (ids) => scope.db.projectFile.findMany({ where: { id: { in: ids } }, select: { id: true, content: true } }),
      (row) => row.id,
    );
    this.#counts = new RowLoader(
      (ids) => this.#readCounts(ids),
      (row) => row.projectId,
    );
    this.#pages = new Pages(scope, definition);
  }

  async #readLocations(locations: readonly FileLocation[]): Promise<(ProjectFileRow | null)[]> {
    const files = await this.#scope.db.projectFile.findMany({ where: { OR: [...locations] }, omit: { content: true } });
    const byLocation = new Map(files.map((file) => [locationKey(file), file]));
    return locations.map((location) => byLocation.get(locationKey(location)) ?? null);
  }

  async #readCounts(projectIds: string[]): Promise<{ projectId: string; count: number }[]> {
    const groups = await this.#scope.db.projectFile.groupBy({ by: ['projectId'], where: { projectId: { in: projectIds } }, _count: true });
    return groups.map(({ projectId, _count }) => ({ projectId, count: _count }));
  }

  byId(id: string): Promise<ProjectFileRow | null> {
    return this.#byId.load(id);
  }

  async atPath(projectId: string, path: string): Promise<ProjectFileRow | null> {
    return pathProblems(path).length > 0 ? null : this.#byLocation.load({ projectId, path: normalizePath(path) });
  }

  ofProject(projectId: string, args: ProjectFileArguments): ProjectFilePage {
    return this.#pages.of({ field: 'projectId', id: projectId }, args);
  }

  async countOf(projectId: string): Promise<number> {
    return (await this.#counts.load(projectId))?.count ?? 0;
  }

  async contentOf(id: string): Promise<string> {
    const file = await this.#contents.load(id);
    if (!file) throw new Error(`The project file ${id} was deleted before its content was read.`);
    return file.content;
  }

  /** The unique key, and no query before it, refuses a taken path: a check before the write would refuse retries of the same request. */
  async create(input: ProjectFileCreateInput): Promise<ProjectFileRow | null> {
    refuseIf(createProblems(input));
    const { projectId, content, fileType } = input;
    const path = normalizePath(input.path);
    const orgId = this.#scope.organizationId;
    const data = {
      orgId,
      projectId,
      path,
      content,
      byteSize: utf8ByteLength(content),
      language: languageOf(path),
      fileType: fileType ?? fileTypeOf(path),
    };
    const creation = this.#scope.db.$transaction((transaction) =>
      idempotently(transaction, this.#scope.viewer, 'projectFileCreate', input, (id) =>
        transaction.projectFile.create({ data: { ...data, id } }),
      ),
    );
    const id = await refuseOnViolation(UNIQUE, pathTaken, refuseOnViolation(FOREIGN_KEY, projectNotFound, creation));
    return this.byId(id);
  }

  /** Saves the file only at the expected revision, in one statement: of two simultaneous saves the second is refused. */
  async save(input: ProjectFileSaveInput): Promise<ProjectFileRow | null> {
    refuseIf(saveProblems(input));
    const { id, expectedRevision, content, fileType } = input;
    const path = input.path == null ? undefined : normalizePath(input.path);
    const moved = path === undefined ? {} : { path, language: languageOf(path), fileType: fileTypeOf(path) };
    const written = content == null ? {} : { content, byteSize: utf8ByteLength(content) };
    const save = this.#scope.db.projectFile.updateMany({
      where: { id, revision: expectedRevision },
      data: { ...moved, ...written, ...(fileType && { fileType }), revision: { increment: 1 } },
    });
    const { count } = await refuseOnViolation(UNIQUE, pathTaken, save);
    this.#forget(id);
    const file = await this.byId(id);
    if (!file) throw fileNotFound();
    if (count === 0) throw revisionConflict(expectedRevision, file.revision);
    return file;
  }

  async delete(id: string): Promise<string> {
    refuseIf(idProblems(['input', 'id'], id));
    const { count } = await this.#scope.db.projectFile.deleteMany({ where: { id } });
    if (count === 0) throw fileNotFound();
    this.#forget(id);
    return id;
  }

  #forget(id: string): void {
    this.#byId.clear(id);
    this.#contents.clear(id);
    this.#byLocation.clearAll();
  }
}
