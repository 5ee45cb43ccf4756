import { FOREIGN_KEY, refuseOnViolation } from '../../shared/errors/constraint.js';
import { refusal, refuseIf } from '../../shared/errors/user-error.js';
import { idProblems, parseId } from '../../shared/input/id.js';
import { RowLoader } from '../../shared/loader/loaders.js';
import type { ConnectionArguments } from '../../shared/page/arguments.js';
import { contains, equals } from '../../shared/page/conditions.js';
import type { Connection } from '../../shared/page/connection.js';
import type { ConnectionDefinition } from '../../shared/page/definition.js';
import { Pages } from '../../shared/page/pages.js';
import type { Scope } from '../../shared/tenancy/scope.js';
import { tableOf } from '../../shared/tenancy/table.js';
import type { DocumentFilter, DocumentOrderField, DocumentUpdateInput } from '../generated/graphql.js';
import { Prisma, type Document, type PrismaClient } from '../generated/prisma/client.js';
import { metadataProblems, titleProblems } from './document.rules.js';

/** The lease of the index job is not read with a document. */
const UNREAD = ['leaseToken', 'leasedUntil', 'attempts', 'askedBy'] as const;
const omit = { leaseToken: true, leasedUntil: true, attempts: true, askedBy: true } as const;

export type DocumentRow = Omit<Document, (typeof UNREAD)[number]>;
export type DocumentPage = Connection<DocumentRow>;
export type DocumentArguments = ConnectionArguments<DocumentFilter, DocumentOrderField>;

const definition: ConnectionDefinition<DocumentRow, DocumentFilter, DocumentOrderField> = {
  table: tableOf('documents', Prisma.DocumentScalarFieldEnum, UNREAD),
  orders: {
    UPDATED_AT: { field: 'updatedAt', type: 'timestamptz' },
    CREATED_AT: { field: 'createdAt', type: 'timestamptz' },
    TITLE: { field: 'title', type: 'text' },
  },
  defaultOrder: { field: 'UPDATED_AT', direction: 'DESC' },
  conditions: (filter) => [
    equals('collectionId', filter.collectionId && parseId(filter.collectionId, 'collectionId'), 'uuid'),
    equals('sourceUrl', filter.sourceUrl, 'text'),
    equals('version', filter.version, 'text'),
    contains('title', filter.titleContains),
    equals('status', filter.status, '"DocumentStatus"'),
  ],
};

/** The number of documents of a collection. */
interface DocumentCount {
  collectionId: string;
  count: number;
}

const documentNotFound = () => refusal('NOT_FOUND', ['input', 'id'], 'No document with this id exists in your organization.');
const revisionConflict = (expected: number, current: number) =>
  refusal(
    'CONFLICT',
    ['input', 'expectedRevision'],
    `expectedRevision must be the current revision ${current}; got ${expected}. Read the document again and repeat the change.`,
  );

export class DocumentStore {
  readonly #scope: Scope<PrismaClient>;
  readonly #byId: RowLoader<DocumentRow>;
  readonly #counts: RowLoader<DocumentCount>;
  readonly #pages: Pages<DocumentRow, DocumentFilter, DocumentOrderField>;

  constructor(scope: Scope<PrismaClient>) {
    this.#scope = scope;
    this.#byId = new RowLoader(
      (ids) => scope.db.document.findMany({ where: { id: { in: ids } }, omit }),
      (row) => row.id,
    );
    this.#counts = new RowLoader(
      (ids) => this.#readCounts(ids),
      (row) => row.collectionId,
    );
    this.#pages = new Pages(scope, definition);
  }

  async #readCounts(collectionIds: string[]): Promise<DocumentCount[]> {
    const groups = await this.#scope.db.document.groupBy({
      by: ['collectionId'],
      where: { collectionId: { in: collectionIds } },
      _count: true,
    });
    return groups.map(({ collectionId, _count }) => ({ collectionId, count: _count }));
  }

  byId(id: string): Promise<DocumentRow | null> {
    return this.#byId.load(id);
  }

  /** Returns the document that a foreign key refers to. Throws if it is missing. */
  async byIdOrThrow(id: string): Promise<DocumentRow> {
    const document = await this.byId(id);
    if (!document) throw new Error(`The document ${id} is referenced but does not exist.`);
    return document;
  }

  page(args: DocumentArguments): DocumentPage {
    return this.#pages.all(args);
  }

  ofCollection(collectionId: string, args: DocumentArguments): DocumentPage {
    return this.#pages.of({ field: 'collectionId', id: collectionId }, args);
  }

  async countOfCollection(collectionId: string): Promise<number> {
    return (await this.#counts.load(collectionId))?.count ?? 0;
  }

  /** Updates the document only at the expected revision, in one statement: of two simultaneous updates the second is refused. */
  async update({ id, expectedRevision, title, metadata }: DocumentUpdateInput): Promise<DocumentRow | null> {
    refuseIf([...idProblems(['input', 'id'], id), ...titleProblems(title), ...metadataProblems(metadata)]);
    const { count } = await this.#scope.db.document.updateMany({
      where: { id, revision: expectedRevision },
      data: {
        title: title ?? undefined,
        metadata: metadata ?? undefined,
        revision: { increment: 1 },
        updatedAt: new Date(),
      },
    });
    this.#byId.clear(id);
    const document = await this.byId(id);
    if (!document) throw documentNotFound();
    if (count === 0) throw revisionConflict(expectedRevision, document.revision);
    return document;
  }

  /** Counts the chunks of the document and deletes it. Foreign keys delete them with it. */
  async delete(id: string) {
    refuseIf(idProblems(['input', 'id'], id));
    const inUse = () => refusal('IN_USE', ['input', 'id'], 'Answers cite chunks of this document. Delete those answers first.');
    const deletion = this.#scope.db.$transaction(async (transaction) => {
      const document = await transaction.document.findFirst({ where: { id }, select: { collectionId: true } });
      if (!document) throw documentNotFound();
      if (await transaction.citation.findFirst({ where: { chunk: { documentId: id } }, select: { position: true } })) throw inUse();
      const chunkCount = await transaction.documentChunk.count({ where: { documentId: id } });
      const { count } = await transaction.document.deleteMany({ where: { id } });
      if (count === 0) throw documentNotFound();
      return { id, chunkCount, collectionId: document.collectionId };
    });
    const { collectionId, ...deleted } = await refuseOnViolation(FOREIGN_KEY, inUse, deletion);
    this.clear(id, collectionId);
    return deleted;
  }

  /** Clears the cached row of a document that was created, changed or deleted, and the document count of its collection. */
  clear(id: string, collectionId: string): void {
    this.#byId.clear(id);
    this.#counts.clear(collectionId);
  }
}
