import { Readable } from 'node:stream';
import { sqltag as sql, type Sql } from '@prisma/client/runtime/client';
import { v7 as uuidv7 } from 'uuid';
import { FOREIGN_KEY, refuseOnViolation } from '../../shared/errors/constraint.js';
import { refusal, refuseIf } from '../../shared/errors/user-error.js';
import { idempotencyKeyProblems, idempotently } from '../../shared/idempotency/idempotency.js';
import { filenameProblems } from '../../shared/input/file.js';
import { idProblems } from '../../shared/input/id.js';
import { objectProblems } from '../../shared/input/json.js';
import { RowLoader } from '../../shared/loader/loaders.js';
import type { ConnectionArguments } from '../../shared/page/arguments.js';
import { between, contains, equals } from '../../shared/page/conditions.js';
import type { Connection } from '../../shared/page/connection.js';
import type { ConnectionDefinition } from '../../shared/page/definition.js';
import { Pages } from '../../shared/page/pages.js';
import type { Scope, ScopedClient } from '../../shared/tenancy/scope.js';
import { tableOf } from '../../shared/tenancy/table.js';
import { sha256 } from '../../shared/digest/sha256.js';
import { URL_LIFETIME_MS } from '../file-url/file-urls.js';
import type { Files } from '../files.js';
import type { FileUploadStore, StoredUpload } from '../file-upload/file-upload.store.js';
import { Prisma, type PrismaClient, type StoredFile } from '../generated/prisma/client.js';
import type { StoredFileCreateInput, StoredFileFilter, StoredFileOrderField, StoredFileUpdateInput } from '../generated/graphql.js';
import { stageContent, type StagedContent } from '../stored-content/stage-content.js';
import { lockContent, saveContent } from '../stored-content/stored-content.store.js';
import { contentProblems, decode } from './stored-file.rules.js';

export type StoredFileRow = StoredFile;
export type StoredFilePage = Connection<StoredFileRow>;

/** The bytes of a file; null where they are too many to be in the database. */
interface FileBytes {
  id: string;
  bytes: Uint8Array | null;
}

type Transaction = ScopedClient<PrismaClient>;

/** A file that the platform itself makes. */
export interface KeptFile {
  filename: string;
  mimeType: string;
  metadata: Prisma.InputJsonObject;
}

type Change = (transaction: Transaction, fileId: string) => Promise<void>;

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
  readonly #files: Files;
  readonly #uploads: FileUploadStore;
  readonly #byId: RowLoader<StoredFileRow>;
  readonly #contents: RowLoader<FileBytes>;
  readonly #pages: Pages<StoredFileRow, StoredFileFilter, StoredFileOrderField>;

  constructor(scope: Scope<PrismaClient>, files: Files, uploads: FileUploadStore) {
    this.#scope = scope;
    this.#files = files;
    this.#uploads = uploads;
    this.#byId = new RowLoader(
      (ids) => scope.db.storedFile.findMany({ where: { id: { in: ids } } }),
      (row) => row.id,
    );
    this.#contents = new RowLoader(
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

  /** The file's content as text; null where it is not UTF-8, or too large to be in the database. */
  async textOf(id: string): Promise<string | null> {
    const content = await this.#contents.load(id);
    return content?.bytes ? decode(content.bytes) : null;
  }

  /** The content of a file or of an upload as a stream, which whoever asked for it reads to its end or destroys; null where there is none. */
  async open({ orgId, sha256 }: Pick<StoredFileRow, 'orgId' | 'sha256'>): Promise<Readable | null> {
    const content = await this.#scope.db.storedContent.findFirst({ where: { sha256 } });
    if (!content) return null;
    const { bytes, blobId } = content;
    return blobId === null ? Readable.from([Buffer.from(bytes!)]) : this.#files.blobs.read({ orgId, blobId });
  }

  /** Where the file can be read for some minutes without a credential. */
  downloadUrl({ orgId, id }: StoredFileRow): string {
    return this.#files.urls.sign('files', { orgId, id }, new Date(Date.now() + URL_LIFETIME_MS));
  }

  async create(input: StoredFileCreateInput): Promise<StoredFileRow | null> {
    const { metadata, idempotencyKey } = input;
    refuseIf([...contentProblems(input), ...objectProblems(['input', 'metadata'], metadata), ...idempotencyKeyProblems(idempotencyKey)]);
    const upload = input.uploadId == null ? null : await this.#uploads.stored(input.uploadId);
    const filename = input.filename ?? undefined;
    const id = await this.#scope.db.$transaction((transaction) =>
      idempotently(transaction, this.#scope.viewer, 'storedFileCreate', input, (id) =>
        upload ? this.ofUpload(transaction, upload, { id, filename, metadata: metadata ?? {} }) : this.#ofText(transaction, input, id),
      ),
    );
    return this.byId(id);
  }

  /** Makes a file of an upload, as a part of a larger change. */
  async ofUpload(
    transaction: Transaction,
    { orgId, filename, contentType, byteSize, storedSha256 }: StoredUpload,
    file: { id: string; filename?: string; metadata?: object },
  ): Promise<void> {
    await lockContent(transaction, storedSha256);
    const data = { orgId, filename, mimeType: contentType, byteSize, sha256: storedSha256 };
    await transaction.storedFile.create({ data: { ...data, ...file, filename: file.filename ?? filename } });
  }

  /** Puts bytes that were made here where a file's are; one that is made of them names them. */
  stage(bytes: Uint8Array): Promise<StagedContent> {
    return stageContent(this.#files.blobs, this.#scope.organizationId, Readable.from([bytes]));
  }

  /** Makes a file of staged bytes together with what `change` does, which is given the file's id: both are done, or neither. */
  async keep(staged: StagedContent, about: KeptFile, change: Change): Promise<string> {
    const id = uuidv7();
    let isKept = false;
    try {
      isKept = await this.#scope.db.$transaction(async (transaction) => {
        const isNew = await this.ofStaged(transaction, staged, about, id);
        await change(transaction, id);
        return isNew;
      });
    } finally {
      if ('blobId' in staged.content && !isKept)
        await this.#files.blobs.remove({ orgId: this.#scope.organizationId, blobId: staged.content.blobId });
    }
    return id;
  }

  /**
   * Makes a file of staged bytes, as a part of a larger change. False where there were such bytes: a blob of them is not
   * needed then, and the sweeper's where nobody removes it.
   */
  async ofStaged(transaction: Transaction, { content, byteSize }: StagedContent, about: KeptFile, id: string): Promise<boolean> {
    const { organizationId: orgId } = this.#scope;
    const isNew = await saveContent(transaction, orgId, content);
    await transaction.storedFile.create({ data: { ...about, orgId, id, byteSize, sha256: content.sha256 } });
    return isNew;
  }

  async #ofText(transaction: Transaction, { filename, mimeType, text, metadata }: StoredFileCreateInput, id: string): Promise<void> {
    const bytes = new TextEncoder().encode(text!);
    const { organizationId: orgId } = this.#scope;
    const content = { sha256: sha256(bytes), bytes };
    await saveContent(transaction, orgId, content);
    const data = { orgId, id, filename: filename!, mimeType: mimeType!, byteSize: bytes.length, metadata: metadata ?? {} };
    await transaction.storedFile.create({ data: { ...data, sha256: content.sha256 } });
  }

  async update({ id, filename, metadata }: StoredFileUpdateInput): Promise<StoredFileRow | null> {
    refuseIf([...idProblems(['input', 'id'], id), ...filenameProblems(filename), ...objectProblems(['input', 'metadata'], metadata)]);
    const { count } = await this.#scope.db.storedFile.updateMany({
      where: { id },
      data: { filename: filename ?? undefined, metadata: metadata ?? undefined },
    });
    if (count === 0) throw refusal('NOT_FOUND', ['input', 'id'], 'You have no file with this id.');
    this.#byId.clear(id);
    return this.byId(id);
  }

  /** Deletes the file, and its content where it was the last that had it. A blob that no row names any more is swept later. */
  async delete(id: string): Promise<string> {
    refuseIf(idProblems(['input', 'id'], id));
    const inUse = (name?: string) =>
      refusal(
        'IN_USE',
        ['input', 'id'],
        name === undefined ? 'It was put to use meanwhile.' : `The dataset "${name}" is made of this file.`,
      );
    const deleting = this.#scope.db.$transaction(async (transaction) => {
      const file = await transaction.storedFile.findFirst({
        where: { id },
        select: {
          sha256: true,
          datasets: { select: { name: true }, orderBy: { id: 'asc' }, take: 1 },
          _count: { select: { runs: true } },
        },
      });
      if (!file) throw refusal('NOT_FOUND', ['input', 'id'], 'You have no file with this id.');
      if (file.datasets[0]) throw inUse(file.datasets[0].name);
      if (file._count.runs > 0) throw refusal('IN_USE', ['input', 'id'], 'A training run has made this file.');
      await lockContent(transaction, file.sha256);
      await transaction.storedFile.deleteMany({ where: { id } });
      await transaction.storedContent.deleteMany({ where: { sha256: file.sha256, files: { none: {} }, uploads: { none: {} } } });
    });
    await refuseOnViolation(FOREIGN_KEY, inUse, deleting);
    this.#byId.clear(id);
    return id;
  }
}

/** The contents of many files. */
const contentStatement = (rows: Sql, ids: readonly string[]): Sql => sql`
  SELECT row.id, content.bytes
  FROM ${rows} AS row
  JOIN stored_contents AS content ON content.org_id = row.org_id AND content.sha256 = row.sha256
  WHERE row.id = ANY(${[...ids]}::uuid[])`;
