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
import { byteSizeOf } from '../content/content.rules.js';
import type { ProjectFileCreateInput, ProjectFileFilter, ProjectFileOrderField, ProjectFileSaveInput } from '../generated/graphql.js';
import { Prisma, type PrismaClient, type ProjectFile } from '../generated/prisma/client.js';
import { fileTypeOf, languageOf } from './file-type.rules.js';
import { createProblems, normalisedPath, pathProblems, saveProblems } from './project-file.rules.js';

/** A file without its content, which is up to 128 KiB and read only where it is selected. */
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

/** A place where a project may have a file. */
interface Place {
  projectId: string;
  path: string;
}

const placeKey = ({ projectId, path }: Place): string => `${projectId} ${path}`;

const unknownProject = () => refusal('NOT_FOUND', ['input', 'projectId'], 'You have no project with this id.');
const unknownFile = () => refusal('NOT_FOUND', ['input', 'id'], 'You have no project file with this id.');
const takenPath = () => refusal('TAKEN', ['input', 'path'], 'The project has a file at this path already.');

export class ProjectFileStore {
  readonly #scope: Scope<PrismaClient>;
  readonly #byId: RowLoader<ProjectFileRow>;
  readonly #byPlace: DataLoader<Place, ProjectFileRow | null, string>;
  readonly #contents: RowLoader<Pick<ProjectFile, 'id' | 'content'>>;
  readonly #counts: RowLoader<{ projectId: string; count: number }>;
  readonly #pages: Pages<ProjectFileRow, ProjectFileFilter, ProjectFileOrderField>;

  constructor(scope: Scope<PrismaClient>) {
    this.#scope = scope;
    this.#byId = new RowLoader(
      (ids) => scope.db.projectFile.findMany({ where: { id: { in: ids } }, omit: { content: true } }),
      (row) => row.id,
    );
    this.#byPlace = new DataLoader((places) => this.#readPlaces(places), { cacheKeyFn: placeKey });
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

  async #readPlaces(places: readonly Place[]): Promise<(ProjectFileRow | null)[]> {
    const files = await this.#scope.db.projectFile.findMany({ where: { OR: [...places] }, omit: { content: true } });
    const byPlace = new Map(files.map((file) => [placeKey(file), file]));
    return places.map((place) => byPlace.get(placeKey(place)) ?? null);
  }

  async #readCounts(projectIds: string[]): Promise<{ projectId: string; count: number }[]> {
    const groups = await this.#scope.db.projectFile.groupBy({ by: ['projectId'], where: { projectId: { in: projectIds } }, _count: true });
    return groups.map(({ projectId, _count }) => ({ projectId, count: _count }));
  }

  byId(id: string): Promise<ProjectFileRow | null> {
    return this.#byId.load(id);
  }

  async atPath(projectId: string, path: string): Promise<ProjectFileRow | null> {
    return pathProblems(path).length > 0 ? null : this.#byPlace.load({ projectId, path: normalisedPath(path) });
  }

  ofProject(projectId: string, args: ProjectFileArguments): ProjectFilePage {
    return this.#pages.of({ field: 'projectId', id: projectId }, args);
  }

  async countOf(projectId: string): Promise<number> {
    return (await this.#counts.load(projectId))?.count ?? 0;
  }

  async contentOf(id: string): Promise<string> {
    const file = await this.#contents.load(id);
    if (!file) throw new Error(`The content of the file ${id} went missing while it was read.`);
    return file.content;
  }

  /** That a path is free, only the unique key decides: a check before it would refuse the retry of what made the file. */
  async create(input: ProjectFileCreateInput): Promise<ProjectFileRow | null> {
    refuseIf(createProblems(input));
    const { projectId, content, fileType } = input;
    const path = normalisedPath(input.path);
    const orgId = this.#scope.organizationId;
    const data = {
      orgId,
      projectId,
      path,
      content,
      byteSize: byteSizeOf(content),
      language: languageOf(path),
      fileType: fileType ?? fileTypeOf(path),
    };
    const creating = this.#scope.db.$transaction((transaction) =>
      idempotently(transaction, this.#scope.viewer, 'projectFileCreate', input, (id) =>
        transaction.projectFile.create({ data: { ...data, id } }),
      ),
    );
    const id = await refuseOnViolation(UNIQUE, takenPath, refuseOnViolation(FOREIGN_KEY, unknownProject, creating));
    return this.byId(id);
  }

  /** Only the expected revision is saved over, in one statement: of two saves at once the second is refused. */
  async save(input: ProjectFileSaveInput): Promise<ProjectFileRow | null> {
    refuseIf(saveProblems(input));
    const { id, expectedRevision, content, fileType } = input;
    const path = input.path == null ? undefined : normalisedPath(input.path);
    const moved = path === undefined ? {} : { path, language: languageOf(path), fileType: fileTypeOf(path) };
    const written = content == null ? {} : { content, byteSize: byteSizeOf(content) };
    const saving = this.#scope.db.projectFile.updateMany({
      where: { id, revision: expectedRevision },
      data: { ...moved, ...written, ...(fileType && { fileType }), revision: { increment: 1 } },
    });
    const { count } = await refuseOnViolation(UNIQUE, takenPath, saving);
    this.#forget(id);
    const file = await this.byId(id);
    if (!file) throw unknownFile();
    if (count === 0) throw refusal('CONFLICT', ['input', 'expectedRevision'], 'Somebody else has saved this file since.');
    return file;
  }

  async delete(id: string): Promise<string> {
    refuseIf(idProblems(['input', 'id'], id));
    const { count } = await this.#scope.db.projectFile.deleteMany({ where: { id } });
    if (count === 0) throw unknownFile();
    this.#forget(id);
    return id;
  }

  #forget(id: string): void {
    this.#byId.clear(id);
    this.#contents.clear(id);
    this.#byPlace.clearAll();
  }
}
