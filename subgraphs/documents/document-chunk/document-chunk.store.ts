import { sqltag as sql } from '@prisma/client/runtime/client';
import { parseId } from '../../shared/input/id.js';
import { OneLoader } from '../../shared/loader/loaders.js';
import type { ConnectionArguments } from '../../shared/page/arguments.js';
import { equals, type Condition } from '../../shared/page/conditions.js';
import type { Connection } from '../../shared/page/connection.js';
import type { ConnectionDefinition } from '../../shared/page/definition.js';
import { Pages } from '../../shared/page/pages.js';
import type { Scope } from '../../shared/tenancy/scope.js';
import { tableOf } from '../../shared/tenancy/table.js';
import type { DocumentChunkFilter, DocumentChunkOrderField } from '../generated/graphql.js';
import { Prisma, type DocumentChunk, type DocumentChunkContent, type PrismaClient } from '../generated/prisma/client.js';
import { normalText } from './document-chunk.rules.js';

export type DocumentChunkRow = DocumentChunk;
export type DocumentChunkPage = Connection<DocumentChunkRow>;
export type DocumentChunkArguments = ConnectionArguments<DocumentChunkFilter, DocumentChunkOrderField>;

const definition: ConnectionDefinition<DocumentChunkRow, DocumentChunkFilter, DocumentChunkOrderField> = {
  table: tableOf('document_chunks', Prisma.DocumentChunkScalarFieldEnum),
  orders: {
    CREATED_AT: { field: 'createdAt', type: 'timestamptz' },
    CHUNK_INDEX: { field: 'chunkIndex', type: 'int4' },
  },
  defaultOrder: { field: 'CREATED_AT', direction: 'DESC' },
  conditions: (filter) => [
    equals('documentId', filter.documentId && parseId(filter.documentId, 'documentId'), 'uuid'),
    equals('collectionId', filter.collectionId && parseId(filter.collectionId, 'collectionId'), 'uuid'),
    equals('contentType', filter.contentType, '"ChunkContentType"'),
    equals('useCaseId', filter.useCaseId && parseId(filter.useCaseId, 'useCaseId'), 'uuid'),
    contentContains(filter.contentContains),
  ],
};

/** The text lies in a table of its own, which is read only for this. */
const contentContains = (text: string | null | undefined): Condition =>
  text == null || text === ''
    ? null
    : sql`EXISTS (SELECT FROM document_chunk_contents AS text WHERE text.org_id = row.org_id AND text.chunk_id = row.id
        AND strpos(lower(text.content), lower(${normalText(text)}::text)) > 0)`;

const inTextOrder = { field: 'CHUNK_INDEX', direction: 'ASC' } as const;

/** How many chunks a document or a collection has. */
interface Count {
  id: string;
  count: number;
}

export class DocumentChunkStore {
  readonly #byId: OneLoader<DocumentChunkRow>;
  readonly #contents: OneLoader<Pick<DocumentChunkContent, 'chunkId' | 'content'>>;
  readonly #countsOfDocuments: OneLoader<Count>;
  readonly #countsOfCollections: OneLoader<Count>;
  readonly #pages: Pages<DocumentChunkRow, DocumentChunkFilter, DocumentChunkOrderField>;

  constructor(scope: Scope<PrismaClient>) {
    this.#byId = new OneLoader(
      (ids) => scope.db.documentChunk.findMany({ where: { id: { in: ids } } }),
      (row) => row.id,
    );
    this.#contents = new OneLoader(
      (ids) => scope.db.documentChunkContent.findMany({ where: { chunkId: { in: ids } }, select: { chunkId: true, content: true } }),
      (row) => row.chunkId,
    );
    this.#countsOfDocuments = new OneLoader(
      async (ids) => {
        const groups = await scope.db.documentChunk.groupBy({ by: ['documentId'], where: { documentId: { in: ids } }, _count: true });
        return groups.map(({ documentId, _count }) => ({ id: documentId, count: _count }));
      },
      (row) => row.id,
    );
    this.#countsOfCollections = new OneLoader(
      async (ids) => {
        const groups = await scope.db.documentChunk.groupBy({ by: ['collectionId'], where: { collectionId: { in: ids } }, _count: true });
        return groups.map(({ collectionId, _count }) => ({ id: collectionId, count: _count }));
      },
      (row) => row.id,
    );
    this.#pages = new Pages(scope, definition);
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

  ofDocument(documentId: string, args: DocumentChunkArguments): DocumentChunkPage {
    return this.#pages.of({ field: 'documentId', id: documentId }, { ...args, orderBy: args.orderBy ?? inTextOrder });
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
    const text = await this.textOf(id);
    if (text === null) throw new Error(`The chunk ${id} has no content.`);
    return text;
  }

  /** The text of a chunk; null for an unknown one. */
  async textOf(id: string): Promise<string | null> {
    return (await this.#contents.load(id))?.content ?? null;
  }

  async countOfDocument(documentId: string): Promise<number> {
    return (await this.#countsOfDocuments.load(documentId))?.count ?? 0;
  }

  async countOfCollection(collectionId: string): Promise<number> {
    return (await this.#countsOfCollections.load(collectionId))?.count ?? 0;
  }

  /** Forgets what this request counted in a document whose chunks were changed. */
  changed(documentId: string, collectionId: string): void {
    this.#countsOfDocuments.forget(documentId);
    this.#countsOfCollections.forget(collectionId);
  }
}
