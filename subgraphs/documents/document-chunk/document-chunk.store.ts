import { sqltag as sql } from '@prisma/client/runtime/client';
import { parseId } from '../../shared/input/id.js';
import { RowLoader } from '../../shared/loader/loaders.js';
import type { ConnectionArguments } from '../../shared/page/arguments.js';
import { equals, type Condition } from '../../shared/page/conditions.js';
import type { Connection } from '../../shared/page/connection.js';
import type { ConnectionDefinition } from '../../shared/page/definition.js';
import { Pages } from '../../shared/page/pages.js';
import type { Scope, ScopedClient } from '../../shared/tenancy/scope.js';
import { tableOf } from '../../shared/tenancy/table.js';
import type { ChunkOfDocumentOrderField, DocumentChunkFilter, DocumentChunkOrderField } from '../generated/graphql.js';
import { Prisma, type DocumentChunk, type DocumentChunkContent, type PrismaClient } from '../generated/prisma/client.js';
import { normalText } from './document-chunk.rules.js';

export type DocumentChunkRow = DocumentChunk;
export type DocumentChunkPage = Connection<DocumentChunkRow>;
export type DocumentChunkArguments = ConnectionArguments<DocumentChunkFilter, DocumentChunkOrderField>;
export type ChunkOfDocumentArguments = ConnectionArguments<DocumentChunkFilter, ChunkOfDocumentOrderField>;

const definition: ConnectionDefinition<DocumentChunkRow, DocumentChunkFilter, DocumentChunkOrderField> = {
  table: tableOf('document_chunks', Prisma.DocumentChunkScalarFieldEnum),
  orders: {
    CREATED_AT: { field: 'createdAt', type: 'timestamptz' },
  },
  defaultOrder: { field: 'CREATED_AT', direction: 'DESC' },
  conditions: (filter) => [
    equals('documentId', filter.documentId && parseId(filter.documentId, 'documentId'), 'uuid'),
    equals('collectionId', filter.collectionId && parseId(filter.collectionId, 'collectionId'), 'uuid'),
    equals('contentType', filter.contentType, '"ChunkContentType"'),
    equals('useCaseId', filter.useCaseId && parseId(filter.useCaseId, 'useCaseId'), 'uuid'),
    equals('discoveryToolId', filter.discoveryToolId && parseId(filter.discoveryToolId, 'discoveryToolId'), 'uuid'),
    contentContains(filter.contentContains),
  ],
};

/** An index says something only beside the other chunks of its document. */
const ofDocument: ConnectionDefinition<DocumentChunkRow, DocumentChunkFilter, ChunkOfDocumentOrderField> = {
  ...definition,
  orders: { ...definition.orders, CHUNK_INDEX: { field: 'chunkIndex', type: 'int4' } },
  defaultOrder: { field: 'CHUNK_INDEX', direction: 'ASC' },
};

/** The text lies in a table of its own, which is read only for this. */
const contentContains = (text: string | null | undefined): Condition =>
  text == null || text === ''
    ? null
    : sql`EXISTS (SELECT FROM document_chunk_contents AS text WHERE text.org_id = row.org_id AND text.chunk_id = row.id
        AND strpos(lower(text.content), lower(${normalText(text)}::text)) > 0)`;

/** How many chunks a document or a collection has. */
interface Count {
  id: string;
  count: number;
}

export class DocumentChunkStore {
  readonly #byId: RowLoader<DocumentChunkRow>;
  readonly #contents: RowLoader<Pick<DocumentChunkContent, 'chunkId' | 'content'>>;
  readonly #countsOfDocuments: RowLoader<Count>;
  readonly #countsOfCollections: RowLoader<Count>;
  readonly #pages: Pages<DocumentChunkRow, DocumentChunkFilter, DocumentChunkOrderField>;
  readonly #ofDocument: Pages<DocumentChunkRow, DocumentChunkFilter, ChunkOfDocumentOrderField>;

  constructor(scope: Scope<PrismaClient>) {
    this.#byId = new RowLoader(
      (ids) => scope.db.documentChunk.findMany({ where: { id: { in: ids } } }),
      (row) => row.id,
    );
    this.#contents = new RowLoader(
      (ids) => scope.db.documentChunkContent.findMany({ where: { chunkId: { in: ids } }, select: { chunkId: true, content: true } }),
      (row) => row.chunkId,
    );
    this.#countsOfDocuments = new RowLoader(
      async (ids) => {
        const groups = await scope.db.documentChunk.groupBy({ by: ['documentId'], where: { documentId: { in: ids } }, _count: true });
        return groups.map(({ documentId, _count }) => ({ id: documentId, count: _count }));
      },
      (row) => row.id,
    );
    this.#countsOfCollections = new RowLoader(
      async (ids) => {
        const groups = await scope.db.documentChunk.groupBy({ by: ['collectionId'], where: { collectionId: { in: ids } }, _count: true });
        return groups.map(({ collectionId, _count }) => ({ id: collectionId, count: _count }));
      },
      (row) => row.id,
    );
    this.#pages = new Pages(scope, definition);
    this.#ofDocument = new Pages(scope, ofDocument);
  }

  byId(id: string): Promise<DocumentChunkRow | null> {
    return this.#byId.load(id);
  }

  /** The chunk that a foreign key says is there. */
  async existing(id: string): Promise<DocumentChunkRow> {
    const chunk = await this.byId(id);
    if (!chunk) throw new Error(`The chunk ${id} is referenced and missing.`);
    return chunk;
  }

  page(args: DocumentChunkArguments): DocumentChunkPage {
    return this.#pages.all(args);
  }

  ofDocument(documentId: string, args: ChunkOfDocumentArguments): DocumentChunkPage {
    return this.#ofDocument.of({ field: 'documentId', id: documentId }, args);
  }

  /** The organization's chunks about a use case of the catalogue. */
  ofUseCase(useCaseId: string, args: DocumentChunkArguments): DocumentChunkPage {
    return this.#pages.of({ field: 'useCaseId', id: useCaseId }, args);
  }

  /** The organization's chunks about a discovery tool of the catalogue. */
  ofDiscoveryTool(discoveryToolId: string, args: DocumentChunkArguments): DocumentChunkPage {
    return this.#pages.of({ field: 'discoveryToolId', id: discoveryToolId }, args);
  }

  /** The text of a chunk that is there. */
  async contentOf(id: string): Promise<string> {
    const text = await this.#contents.load(id);
    if (!text) throw new Error(`The chunk ${id} has no content.`);
    return text.content;
  }

  /** The texts of chunks as a transaction sees them, by the chunks' ids, without the unknown ones. */
  async textsOf(transaction: ScopedClient<PrismaClient>, ids: readonly string[]): Promise<Map<string, string>> {
    const texts = await transaction.documentChunkContent.findMany({
      where: { chunkId: { in: [...new Set(ids)] } },
      select: { chunkId: true, content: true },
    });
    return new Map(texts.map(({ chunkId, content }) => [chunkId, content]));
  }

  async countOfDocument(documentId: string): Promise<number> {
    return (await this.#countsOfDocuments.load(documentId))?.count ?? 0;
  }

  async countOfCollection(collectionId: string): Promise<number> {
    return (await this.#countsOfCollections.load(collectionId))?.count ?? 0;
  }

  /** Forgets what this request counted in a document whose chunks were changed. */
  changed(documentId: string, collectionId: string): void {
    this.#countsOfDocuments.clear(documentId);
    this.#countsOfCollections.clear(collectionId);
  }
}
