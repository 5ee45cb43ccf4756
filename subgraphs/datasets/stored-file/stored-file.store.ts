import { sqltag as sql, type Sql } from '@prisma/client/runtime/client';
import { FOREIGN_KEY, refusedWhen } from '../../shared/errors/constraint.js';
import { refusal, refuseIf } from '../../shared/errors/user-error.js';
import { idempotencyKeyProblems, once } from '../../shared/idempotency/idempotency.js';
import { filenameProblems, mimeTypeProblems } from '../../shared/input/file.js';
import { idProblems } from '../../shared/input/id.js';
import { objectProblems } from '../../shared/input/json.js';
import { OneLoader } from '../../shared/loader/loaders.js';
import type { ConnectionArguments } from '../../shared/page/arguments.js';
import { between, contains, equals } from '../../shared/page/conditions.js';
import type { Connection } from '../../shared/page/connection.js';
import type { ConnectionDefinition } from '../../shared/page/definition.js';
import { Pages } from '../../shared/page/pages.js';
import type { Scope } from '../../shared/tenancy/scope.js';
import { tableOf } from '../../shared/tenancy/table.js';
import { Prisma, type PrismaClient, type StoredFile } from '../generated/prisma/client.js';
import type { StoredFileCreateInput, StoredFileFilter, StoredFileOrderField, StoredFileUpdateInput } from '../generated/graphql.js';
import { holdContent, keepContent } from '../stored-content/stored-content.store.js';
import { decode } from './stored-file.rules.js';

export type StoredFileRow = StoredFile;
export type StoredFilePage = Connection<StoredFileRow>;

/** The bytes of a file. */
interface Content {
  id: string;
  bytes: Uint8Array;
}

const definition: ConnectionDefinition<StoredFileRow, StoredFileFilter, StoredFileOrderField> = {
  table: tableOf('stored_files', Prisma.StoredFileScalarFieldEnum),
  orders: {
    CREATED_AT: { field: 'createdAt', type: 'timestamptz' },
    FILENAME: { field: 'filename', type: 'text' },
    BYTE_SIZE: { field: 'byteSize', type: 'int8' },
  },
  defaultOrder: { field: 'CREATED_AT', direction: 'DESC' },
  conditions: (filter) => [
    contains('filename', filter.filenameContains),
    equals('mimeType', filter.mimeType, 'text'),
    between('createdAt', filter.createdFrom, filter.createdBefore),
  ],
};

export class StoredFileStore {
  readonly #scope: Scope<PrismaClient>;
  readonly #byId: OneLoader<StoredFileRow>;
  readonly #contents: OneLoader<Content>;
  readonly #pages: Pages<StoredFileRow, StoredFileFilter, StoredFileOrderField>;

  constructor(scope: Scope<PrismaClient>) {
    this.#scope = scope;
    this.#byId = new OneLoader(
      (ids) => scope.db.storedFile.findMany({ where: { id: { in: ids } } }),
      (row) => row.id,
    );
    this.#contents = new OneLoader(
      (ids) => scope.query(definition.table, (rows) => contentStatement(rows, ids)),
      (row) => row.id,
    );
    this.#pages = new Pages(scope, definition);
  }

  byId(id: string): Promise<StoredFileRow | null> {
    return this.#byId.load(id);
  }

  /** The file that a foreign key says is there. */
  async existing(id: string): Promise<StoredFileRow> {
    const file = await this.byId(id);
    if (!file) throw new Error(`The file ${id} is referenced and missing.`);
    return file;
  }

  page(args: ConnectionArguments<StoredFileFilter, StoredFileOrderField>): StoredFilePage {
    return this.#pages.all(args);
  }

  /** The file's content as text; null where it is not UTF-8. */
  async textOf(id: string): Promise<string | null> {
    const content = await this.#contents.load(id);
    return content && decode(content.bytes);
  }

  async create(input: StoredFileCreateInput): Promise<StoredFileRow | null> {
    const { filename, mimeType, text, metadata, idempotencyKey } = input;
    refuseIf([
      ...filenameProblems(filename),
      ...mimeTypeProblems(mimeType),
      ...objectProblems(['input', 'metadata'], metadata),
      ...idempotencyKeyProblems(idempotencyKey),
    ]);
    const bytes = new TextEncoder().encode(text);
    const { organizationId: orgId } = this.#scope;
    const id = await this.#scope.db.$transaction((transaction) =>
      once(transaction, this.#scope.viewer, 'storedFileCreate', input, async (id) => {
        const sha256 = await keepContent(transaction, orgId, bytes);
        await transaction.storedFile.create({
          data: { orgId, id, filename, mimeType, sha256, byteSize: bytes.length, metadata: metadata ?? {} },
        });
      }),
    );
    return this.byId(id);
  }

  async update({ id, filename, metadata }: StoredFileUpdateInput): Promise<StoredFileRow | null> {
    refuseIf([...idProblems(['input', 'id'], id), ...filenameProblems(filename), ...objectProblems(['input', 'metadata'], metadata)]);
    const { count } = await this.#scope.db.storedFile.updateMany({
      where: { id },
      data: { filename: filename ?? undefined, metadata: metadata ?? undefined },
    });
    if (count === 0) throw refusal('NOT_FOUND', ['input', 'id'], 'You have no file with this id.');
    this.#byId.forget(id);
    return this.byId(id);
  }

  /** Deletes the file, and its content where it was the last file that had it. */
  async delete(id: string): Promise<string> {
    refuseIf(idProblems(['input', 'id'], id));
    const inUse = refusal('IN_USE', ['input', 'id'], 'A dataset is made of this file.');
    const deleting = this.#scope.db.$transaction(async (transaction) => {
      const file = await transaction.storedFile.findFirst({
        where: { id },
        select: { sha256: true, _count: { select: { datasets: true } } },
      });
      if (!file) throw refusal('NOT_FOUND', ['input', 'id'], 'You have no file with this id.');
      if (file._count.datasets > 0) throw inUse;
      await holdContent(transaction, file.sha256);
      await transaction.storedFile.deleteMany({ where: { id } });
      await transaction.storedContent.deleteMany({ where: { sha256: file.sha256, files: { none: {} } } });
    });
    await refusedWhen(FOREIGN_KEY, inUse, deleting);
    this.#byId.forget(id);
    return id;
  }
}

/** The contents of many files. */
const contentStatement = (rows: Sql, ids: readonly string[]): Sql => sql`
  SELECT row.id, content.bytes
  FROM ${rows} AS row
  JOIN stored_contents AS content ON content.org_id = row.org_id AND content.sha256 = row.sha256
  WHERE row.id = ANY(${[...ids]}::uuid[])`;
