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
import { normalizeText } from './document-chunk.rules.js';

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

/** Adds the order by chunk index, which is meaningful within one document only. */
const ofDocumentDefinition: ConnectionDefinition<DocumentChunkRow, DocumentChunkFilter, ChunkOfDocumentOrderField> = {
  ...definition,
  orders: { ...definition.orders, CHUNK_INDEX: { field: 'chunkIndex', type: 'int4' } },
  defaultOrder: { field: 'CHUNK_INDEX', direction: 'ASC' },
};

/** Builds the condition on the content, which is in a table of its own that is read for this filter only. */
const contentContains = (text: string | null | undefined): Condition =>
  text == null || text === ''
    ? null
    : sql`EXISTS (SELECT FROM document_chunk_contents AS text WHERE text.org_id = row.org_id AND text.chunk_id = row.id
        AND strpos(lower(text.content), lower(${normalizeText(text)}::text)) > 0)`;

/** The number of chunks of a document or a collection. */
interface ChunkCount {
  id: string;
  count: number;
}

export class DocumentChunkStore {
  readonly #byId: RowLoader<DocumentChunkRow>;
  readonly #contents: RowLoader<Pick<DocumentChunkContent, 'chunkId' | 'content'>>;
  readonly #countsOfDocuments: RowLoader<ChunkCount>;
  readonly #countsOfCollections: RowLoader<ChunkCount>;
  readonly #pages: Pages<DocumentChunkRow, DocumentChunkFilter, DocumentChunkOrderField>;
  readonly #ofDocumentPages: Pages<DocumentChunkRow, DocumentChunkFilter, ChunkOfDocumentOrderField>;

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
    this.#ofDocumentPages = new Pages(scope, ofDocumentDefinition);
  }

  byId(id: string): Promise<DocumentChunkRow | null> {
    return this.#byId.load(id);
  }

  /** Returns the chunk that a foreign key refers to. Throws if it is missing. */
  async byIdOrThrow(id: string): Promise<DocumentChunkRow> {
    const chunk = await this.byId(id);
    if (!chunk) throw new Error(`The chunk ${id} is referenced but does not exist.`);
    return chunk;
  }

  page(args: DocumentChunkArguments): DocumentChunkPage {
    return this.#pages.all(args);
  }

  ofDocument(documentId: string, args: ChunkOfDocumentArguments): DocumentChunkPage {
    return this.#ofDocumentPages.of({ field: 'documentId', id: documentId }, args);
  }

  ofUseCase(useCaseId: string, args: DocumentChunkArguments): DocumentChunkPage {
    return this.#pages.of({ field: 'useCaseId', id: useCaseId }, args);
  }

  ofDiscoveryTool(discoveryToolId: string, args: DocumentChunkArguments): DocumentChunkPage {
    return this.#pages.of({ field: 'discoveryToolId', id: discoveryToolId }, args);
  }

  /** Returns the content of an existing chunk. Throws if it is missing. */
  async contentOf(id: string): Promise<string> {
    const text = await this.#contents.load(id);
    if (!text) throw new Error(`The chunk ${id} has no content.`);
    return text.content;
  }

  /** Reads the contents of chunks within the transaction. Returns a map from chunk ids; unknown ids are left out. */
  async contentsOf(transaction: ScopedClient<PrismaClient>, ids: readonly string[]): Promise<Map<string, string>> {
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

  /** Clears the cached chunk counts of a document whose chunks were changed, and of its collection. */
  forgetCounts(documentId: string, collectionId: string): void {
    this.#countsOfDocuments.clear(documentId);
    this.#countsOfCollections.clear(collectionId);
  }
}
