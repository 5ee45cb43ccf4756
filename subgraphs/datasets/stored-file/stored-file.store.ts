import { Readable } from 'node:stream';
import { sqltag as sql, type Sql } from '@prisma/client/runtime/client';
import { v7 as uuidv7 } from 'uuid';
import { FOREIGN_KEY, refuseOnViolation } from '../../shared/errors/constraint.js';
import { quote, refusal, refuseIf } from '../../shared/errors/user-error.js';
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
import { contentProblems, decodeUtf8 } from './stored-file.rules.js';

export type StoredFileRow = StoredFile;
export type StoredFilePage = Connection<StoredFileRow>;

/** The bytes of a file, or null if they are stored in a blob file and not in the database. */
interface FileBytes {
  id: string;
  bytes: Uint8Array | null;
}

type Transaction = ScopedClient<PrismaClient>;

/** The properties of a file that the platform generates. */
export interface GeneratedFile {
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

  /** Returns the file with an id from a foreign key. Throws Error if it does not exist. */
  async byIdOrThrow(id: string): Promise<StoredFileRow> {
    const file = await this.byId(id);
    if (!file) throw new Error(`The file ${id} is referenced and missing.`);
    return file;
  }

  page(args: ConnectionArguments<StoredFileFilter, StoredFileOrderField>): StoredFilePage {
    return this.#pages.all(args);
  }

  /** Returns the content of a file as text, or null if it is not UTF-8 or not in the database because of its size. */
  async textOf(id: string): Promise<string | null> {
    const content = await this.#contents.load(id);
    return content?.bytes ? decodeUtf8(content.bytes) : null;
  }

  /** Returns the content of a file or upload as a stream, or null if there is none. The caller must read it to the end or destroy it. */
  async open({ orgId, sha256 }: Pick<StoredFileRow, 'orgId' | 'sha256'>): Promise<Readable | null> {
    const content = await this.#scope.db.storedContent.findFirst({ where: { sha256 } });
    if (!content) return null;
    const { bytes, blobId } = content;
    return blobId === null ? Readable.from([Buffer.from(bytes!)]) : this.#files.blobs.read({ orgId, blobId });
  }

  /** Returns a signed URL from which the file can be read for URL_LIFETIME_MS without a credential. */
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
        upload
          ? this.createOfUpload(transaction, upload, { id, filename, metadata: metadata ?? {} })
          : this.#createOfText(transaction, input, id),
      ),
    );
    return this.byId(id);
  }

  /** Creates a file from an upload, as part of a transaction. */
  async createOfUpload(
    transaction: Transaction,
    { orgId, filename, contentType, byteSize, storedSha256 }: StoredUpload,
    file: { id: string; filename?: string; metadata?: object },
  ): Promise<void> {
    await lockContent(transaction, storedSha256);
    const data = { orgId, filename, mimeType: contentType, byteSize, sha256: storedSha256 };
    await transaction.storedFile.create({ data: { ...data, ...file, filename: file.filename ?? filename } });
  }

  /** Stores generated bytes before the transaction that creates their file. */
  stage(bytes: Uint8Array): Promise<StagedContent> {
    return stageContent(this.#files.blobs, this.#scope.organizationId, Readable.from([bytes]));
  }

  /** Creates a file from staged bytes and runs `change` with the file's id in the same transaction. Returns the id. */
  async createStagedWith(staged: StagedContent, file: GeneratedFile, change: Change): Promise<string> {
    const id = uuidv7();
    let isKept = false;
    try {
      isKept = await this.#scope.db.$transaction(async (transaction) => {
        const isNew = await this.createOfStaged(transaction, staged, file, id);
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
   * Creates a file from staged bytes, as part of a transaction. Returns false if the same bytes were stored before: the caller should
   * remove a staged blob then; otherwise the periodic sweep removes it.
   */
  async createOfStaged(transaction: Transaction, { content, byteSize }: StagedContent, file: GeneratedFile, id: string): Promise<boolean> {
    const { organizationId: orgId } = this.#scope;
    const isNew = await saveContent(transaction, orgId, content);
    await transaction.storedFile.create({ data: { ...file, orgId, id, byteSize, sha256: content.sha256 } });
    return isNew;
  }

  async #createOfText(transaction: Transaction, { filename, mimeType, text, metadata }: StoredFileCreateInput, id: string): Promise<void> {
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
    if (count === 0) throw refusal('NOT_FOUND', ['input', 'id'], 'No file with this id exists in your organization.');
    this.#byId.clear(id);
    return this.byId(id);
  }

  /** Deletes a file, and its content if no other file or upload has it. The periodic sweep removes the blob. */
  async delete(id: string): Promise<string> {
    refuseIf(idProblems(['input', 'id'], id));
    const inUse = (name?: string) =>
      refusal(
        'IN_USE',
        ['input', 'id'],
        name === undefined
          ? 'Another request began to use this file at the same time. Try again.'
          : `The dataset ${quote(name)} uses this file. Delete the dataset first.`,
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
      if (!file) throw refusal('NOT_FOUND', ['input', 'id'], 'No file with this id exists in your organization.');
      if (file.datasets[0]) throw inUse(file.datasets[0].name);
      if (file._count.runs > 0) throw refusal('IN_USE', ['input', 'id'], 'This file is the model of a training run. Delete the run first.');
      await lockContent(transaction, file.sha256);
      await transaction.storedFile.deleteMany({ where: { id } });
      await transaction.storedContent.deleteMany({ where: { sha256: file.sha256, files: { none: {} }, uploads: { none: {} } } });
    });
    await refuseOnViolation(FOREIGN_KEY, inUse, deleting);
    this.#byId.clear(id);
    return id;
  }
}

/** Returns the statement that reads the contents of files. */
const contentStatement = (rows: Sql, ids: readonly string[]): Sql => sql`
  SELECT row.id, content.bytes
  FROM ${rows} AS row
  JOIN stored_contents AS content ON content.org_id = row.org_id AND content.sha256 = row.sha256
  WHERE row.id = ANY(${[...ids]}::uuid[])`;
