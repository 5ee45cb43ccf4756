import { v7 as uuidv7 } from 'uuid';
import type { Jobs } from '../../shared/jobs/jobs.js';
import type { FollowedRow } from '../../shared/subscriptions/followed-row.js';
import type { Scope, ScopedClient } from '../../shared/tenancy/scope.js';
import { tableOf } from '../../shared/tenancy/table.js';
import { FOREIGN_KEY, refuseOnViolation } from '../../shared/errors/constraint.js';
import { refusal, refuseIf } from '../../shared/errors/user-error.js';
import { idempotently } from '../../shared/idempotency/idempotency.js';
import { idProblems } from '../../shared/input/id.js';
import { RowLoader } from '../../shared/loader/loaders.js';
import type { ConnectionArguments } from '../../shared/page/arguments.js';
import { between, contains, equals, oneOf, range } from '../../shared/page/conditions.js';
import type { Connection } from '../../shared/page/connection.js';
import type { ConnectionDefinition } from '../../shared/page/definition.js';
import { Pages } from '../../shared/page/pages.js';
import { sqltag as sql } from '@prisma/client/runtime/client';
import { Prisma, type Dataset, type PrismaClient } from '../generated/prisma/client.js';
import type {
  DatasetColumn,
  DatasetCreateInput,
  DatasetSource,
  DatasetFilter,
  DatasetOrderField,
  DatasetUpdateInput,
} from '../generated/graphql.js';
import type { DependentsStore } from '../dependents/dependents.store.js';
import type { FileUploadStore, StoredUpload } from '../file-upload/file-upload.store.js';
import { readHead } from '../stored-content/read-head.js';
import { declaredKind, fileKind, HEAD_BYTES } from '../stored-file/file-kind.js';
import type { StoredFileRow, StoredFileStore } from '../stored-file/stored-file.store.js';
import { PROFILING_QUEUE } from '../dataset-profile/profile.store.js';
import { createProblems, kindProblem, nameProblems, sourceProblems } from './dataset.rules.js';

/** The columns that only ProfileStore reads: the profile, which may be large, and the lease of the profiling job. */
const UNREAD = ['profile', 'leaseToken', 'leasedUntil', 'attempts', 'askedBy'] as const;
const omit = { profile: true, leaseToken: true, leasedUntil: true, attempts: true, askedBy: true } as const;

/** A row of the table, with the types of its JSON columns. */
export type DatasetRow = Omit<Dataset, 'columns' | 'preview' | (typeof UNREAD)[number]> & {
  columns: DatasetColumn[];
  preview: (string | null)[][];
};
export type DatasetPage = Connection<DatasetRow>;
export type DatasetArguments = ConnectionArguments<DatasetFilter, DatasetOrderField>;

const definition: ConnectionDefinition<DatasetRow, DatasetFilter, DatasetOrderField> = {
  table: tableOf('datasets', Prisma.DatasetScalarFieldEnum, UNREAD),
  orders: {
    CREATED_AT: { field: 'createdAt', type: 'timestamptz' },
    NAME: { field: 'name', type: 'text' },
    ROW_COUNT: { field: 'rowCount', type: 'int4', nullable: true },
  },
  defaultOrder: { field: 'CREATED_AT', direction: 'DESC' },
  conditions: (filter) => [
    contains('name', filter.nameContains),
    equals('source', filter.source, '"DatasetSource"'),
    oneOf('status', filter.statuses, '"DatasetStatus"'),
    filter.hasColumn == null ? null : sql`row.columns @> ${JSON.stringify([{ name: filter.hasColumn }])}::jsonb`,
    range('rowCount', filter.minRowCount, filter.maxRowCount),
    between('createdAt', filter.createdFrom, filter.createdBefore),
  ],
};

type Transaction = ScopedClient<PrismaClient>;

const unknownDataset = () => refusal('NOT_FOUND', ['input', 'id'], 'No dataset with this id exists in your organization.');
const unknownFile = () => refusal('NOT_FOUND', ['input', 'fileId'], 'No file with this id exists in your organization.');

export class DatasetStore {
  readonly #scope: Scope<PrismaClient>;
  readonly #files: StoredFileStore;
  readonly #uploads: FileUploadStore;
  readonly #dependents: DependentsStore;
  readonly #jobs: Jobs;
  readonly #byId: RowLoader<DatasetRow>;
  readonly #pages: Pages<DatasetRow, DatasetFilter, DatasetOrderField>;

  constructor(scope: Scope<PrismaClient>, files: StoredFileStore, uploads: FileUploadStore, dependents: DependentsStore, jobs: Jobs) {
    this.#scope = scope;
    this.#dependents = dependents;
    this.#files = files;
    this.#uploads = uploads;
    this.#jobs = jobs;
    this.#byId = new RowLoader(
      async (ids) => (await scope.db.dataset.findMany({ where: { id: { in: ids } }, omit })) as unknown as DatasetRow[],
      (row) => row.id,
    );
    this.#pages = new Pages(scope, definition);
  }

  byId(id: string): Promise<DatasetRow | null> {
    return this.#byId.load(id);
  }

  /** Returns the dataset with an id from a foreign key. Throws Error if it does not exist. */
  async byIdOrThrow(id: string): Promise<DatasetRow> {
    const dataset = await this.byId(id);
    if (!dataset) throw new Error(`The dataset ${id} is referenced and missing.`);
    return dataset;
  }

  /** Returns the row that the subscription `datasetUpdated` follows until the file was profiled. */
  followed(id: string): FollowedRow<DatasetRow> {
    return {
      table: definition.table.name,
      organizationId: this.#scope.organizationId,
      id,
      read: async () => (await this.#scope.db.dataset.findFirst({ where: { id }, omit })) as unknown as DatasetRow | null,
      isFinal: ({ status }) => status === 'READY' || status === 'FAILED',
    };
  }

  page(args: DatasetArguments): DatasetPage {
    return this.#pages.all(args);
  }

  /** Creates a dataset. Checks only the first bytes of the file; the profiling job reads the rest. */
  async create(input: DatasetCreateInput): Promise<DatasetRow | null> {
    refuseIf(createProblems(input));
    const { name, source } = input;
    const upload = input.uploadId == null ? null : await this.#uploads.stored(input.uploadId);
    const file = upload ?? (await this.#files.byId(input.fileId!));
    if (!file) throw unknownFile();
    await this.#refuseWrongKind(file);
    const fileOf = async (transaction: Transaction, fileId: string) => {
      if (!upload) return file.id;
      await this.#files.createOfUpload(transaction, upload, { id: fileId });
      return fileId;
    };
    return this.createOfFile('datasetCreate', input, { name, source }, fileOf);
  }

  /**
   * Creates a dataset and sends its profiling job. `fileOf` returns the id of the file; it may create the file in the transaction, with the
   * given id.
   */
  async createOfFile(
    mutation: string,
    input: { idempotencyKey?: string | null },
    values: { name: string; source: DatasetSource; sourceModelVersionId?: string },
    fileOf: (transaction: Transaction, fileId: string) => Promise<string>,
  ): Promise<DatasetRow | null> {
    const { organizationId: orgId, viewer } = this.#scope;
    const data = { ...values, orgId, askedBy: viewer as object };
    const id = await refuseOnViolation(
      FOREIGN_KEY,
      unknownFile,
      this.#scope.db.$transaction((transaction) =>
        idempotently(transaction, viewer, mutation, input, async (id) => {
          const fileId = await fileOf(transaction, uuidv7());
          await transaction.dataset.create({ data: { ...data, id, fileId } });
        }),
      ),
    );
    await this.#jobs.send(PROFILING_QUEUE, { organizationId: orgId, id });
    return this.byId(id);
  }

  /** Throws Refusal if the first bytes of a file or upload are not those of a table or not of the declared type. */
  async #refuseWrongKind(file: StoredFileRow | StoredUpload): Promise<void> {
    const isUpload = 'contentType' in file;
    const field = ['input', isUpload ? 'uploadId' : 'fileId'];
    const content = await this.#files.open(file);
    if (!content) throw refusal('NOT_FOUND', field, 'Another request deleted the file at the same time. Choose another file.');
    try {
      const { head } = await readHead(content, HEAD_BYTES);
      const problem = kindProblem(fileKind(head), declaredKind(isUpload ? file.contentType : file.mimeType));
      if (problem !== null) throw refusal('INVALID', field, problem);
    } finally {
      content.destroy();
    }
  }

  async update({ id, name, source }: DatasetUpdateInput): Promise<DatasetRow | null> {
    refuseIf([...idProblems(['input', 'id'], id), ...nameProblems(name), ...sourceProblems(source)]);
    const { count } = await this.#scope.db.dataset.updateMany({
      where: { id, source: source == null ? undefined : { not: 'PREDICTIONS' } },
      data: { name: name ?? undefined, source: source ?? undefined },
    });
    if (count === 0)
      throw (await this.byId(id))
        ? refusal('INVALID', ['input', 'source'], 'The source of a dataset that was created from predictions cannot be changed.')
        : unknownDataset();
    this.#byId.clear(id);
    return this.byId(id);
  }

  /**
   * Deletes a dataset and, by foreign keys, the objects that belong to it, and returns their numbers. The periodic sweep removes the copy
   * of its table. The request to serving precedes the transaction, so a deployment that becomes ACTIVE in between is not noticed.
   */
  async delete(id: string) {
    refuseIf(idProblems(['input', 'id'], id));
    if (!(await this.byId(id))) throw unknownDataset();
    await this.#dependents.refuseDatasetInUse(id);
    const where = { datasetId: id };
    const deleted = await this.#scope.db.$transaction(async (transaction) => {
      const [workspaceCount, trainingRunCount, feedbackCount] = [
        await transaction.workspace.count({ where }),
        await transaction.trainingRun.count({ where }),
        await transaction.predictionFeedback.count({ where }),
      ];
      const { count } = await transaction.dataset.deleteMany({ where: { id } });
      if (count === 0) throw unknownDataset();
      this.#byId.clear(id);
      return { id, workspaceCount, trainingRunCount, feedbackCount };
    });
    this.#jobs.abort(PROFILING_QUEUE, { organizationId: this.#scope.organizationId, id });
    return deleted;
  }
}
