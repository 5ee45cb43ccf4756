import { v7 as uuidv7 } from 'uuid';
import type { MutationPayload } from '../../shared/errors/mutation-payload.js';
import { FOREIGN_KEY, refuseOnViolation } from '../../shared/errors/constraint.js';
import { refusal, refuseIf } from '../../shared/errors/user-error.js';
import { groupBy } from '../../shared/loader/group-by.js';
import type { Scope, ScopedClient } from '../../shared/tenancy/scope.js';
import type { CollectionStore } from '../collection/collection.store.js';
import type { DocumentRow, DocumentStore } from '../document/document.store.js';
import type { DocumentChunkStore } from '../document-chunk/document-chunk.store.js';
import type { DocumentIndexStore } from '../document-index/document-index.store.js';
import type { DocumentChunkInput, DocumentIngest, DocumentIngestInput, DocumentTextFormat } from '../generated/graphql.js';
import type { PrismaClient } from '../generated/prisma/client.js';
import type { TextChunker } from './text-chunker.js';
import { normalizeText } from '../document-chunk/document-chunk.rules.js';
import {
  chunkCountProblems,
  hasChunkChanges,
  hasDescriptionChange,
  ingestProblems,
  labelsOf,
  MAX_TITLE_LENGTH,
  planIngest,
  shorten,
  desiredChunk,
  type ChunkUpdate,
  type IngestPlan,
  type DesiredChunk,
} from './document-ingest.rules.js';

/** The counts of an ingest, and the document's id: null if a dry run found no document. */
export type DocumentIngestRow = DocumentIngest & { documentId: string | null };
export type DocumentIngestResult = MutationPayload<'ingest', DocumentIngestRow>;

type Client = ScopedClient<PrismaClient>;

/** The parts that an ingest uses. */
interface IngestParts {
  collections: CollectionStore;
  documents: DocumentStore;
  documentChunks: DocumentChunkStore;
  documentIndex: DocumentIndexStore;
  textChunker: TextChunker;
}

const chunksInUse = (indexes: readonly number[]) =>
  refusal(
    'IN_USE',
    ['input', 'chunks'],
    `The list leaves out chunks that answers cite. Keep the chunks at these indexes: ${indexes.join(', ')}.`,
  );

export class DocumentIngestStore {
  readonly #scope: Scope<PrismaClient>;
  readonly #collections: CollectionStore;
  readonly #documents: DocumentStore;
  readonly #documentChunks: DocumentChunkStore;
  readonly #documentIndex: DocumentIndexStore;
  readonly #textChunker: TextChunker;

  constructor(scope: Scope<PrismaClient>, { collections, documents, documentChunks, documentIndex, textChunker }: IngestParts) {
    this.#scope = scope;
    this.#collections = collections;
    this.#documents = documents;
    this.#documentChunks = documentChunks;
    this.#documentIndex = documentIndex;
    this.#textChunker = textChunker;
  }

  async ingest(input: DocumentIngestInput): Promise<DocumentIngestRow> {
    refuseIf(ingestProblems(input));
    const collection = await this.#collections.byId(input.collectionId);
    if (!collection) throw collectionNotFound();
    const desired = (input.chunks ?? (await this.#chunksOf(input.text!, input.format!))).map(desiredChunk);
    const identity = { collectionId: collection.id, sourceUrl: input.sourceUrl, version: input.version ?? null };
    return input.dryRun ? this.#dryRun(identity, desired) : this.#apply(identity, input, desired);
  }

  /** Divides a text into chunks. The title of a chunk names the headings above it. */
  async #chunksOf(text: string, format: DocumentTextFormat): Promise<DocumentChunkInput[]> {
    const chunks = await this.#textChunker.chunksOf({ text: normalizeText(text), format });
    refuseIf(chunkCountProblems(['input', 'text'], chunks.length));
    return chunks.map(({ headingPath, content, isCode }) => ({
      content,
      title: headingPath.length > 0 ? shorten(headingPath.join(' > '), MAX_TITLE_LENGTH) : null,
      contentType: isCode ? 'CODE' : 'TEXT',
    }));
  }

  async #dryRun(identity: DocumentIdentity, desired: DesiredChunk[]): Promise<DocumentIngestRow> {
    const document = await this.#scope.db.document.findFirst({ where: identity, select: { id: true } });
    const plan = document ? await this.#plan(this.#scope.db, document.id, desired) : planIngest([], desired);
    return { documentId: document?.id ?? null, ...countsOf(plan) };
  }

  async #apply(identity: DocumentIdentity, input: DocumentIngestInput, desired: DesiredChunk[]): Promise<DocumentIngestRow> {
    const { isIndexed, ...ingested } = await this.#scope.db.$transaction(async (transaction) => {
      const { document, isNew } = await this.#lockDocument(transaction, identity, input);
      const plan = await this.#plan(transaction, document.id, desired);
      await this.#addChunks(transaction, document, plan.added);
      await this.#updateChunks(transaction, plan.updated);
      await this.#deleteChunks(transaction, document, plan);
      const isDescriptionChanged = hasDescriptionChange(document, input);
      if (!isNew && (isDescriptionChanged || hasChunkChanges(plan))) {
        const { title, metadata } = input;
        const revision = isDescriptionChanged ? { increment: 1 } : undefined;
        const index = hasChunkChanges(plan) ? this.#documentIndex.pending() : {};
        await transaction.document.updateMany({
          where: { id: document.id },
          data: { title, metadata: metadata ?? undefined, revision, updatedAt: new Date(), ...index },
        });
      }
      return { isIndexed: !hasChunkChanges(plan), documentId: document.id, ...countsOf(plan) };
    });
    if (!isIndexed) await this.#documentIndex.send(ingested.documentId);
    this.#documents.clear(ingested.documentId, identity.collectionId);
    this.#documentChunks.forgetCounts(ingested.documentId, identity.collectionId);
    return ingested;
  }

  /** Creates the document if it does not exist, and locks its row: a simultaneous ingest of the same document waits here. */
  async #lockDocument(transaction: Client, identity: DocumentIdentity, { title, metadata }: DocumentIngestInput): Promise<LockedDocument> {
    const { organizationId: orgId } = this.#scope;
    const data = [{ ...identity, orgId, title, metadata: metadata ?? {}, ...this.#documentIndex.pending() }];
    const { count } = await refuseOnViolation(
      FOREIGN_KEY,
      collectionNotFound,
      transaction.document.createMany({ data, skipDuplicates: true }),
    );
    // The update writes an unchanged value to lock the row. It keeps `updatedAt`, because the ingest may change nothing.
    const unchanged = { sourceUrl: identity.sourceUrl, updatedAt: undefined };
    const [document] = await transaction.document.updateManyAndReturn({ where: identity, data: unchanged });
    if (!document)
      throw refusal(
        'CONFLICT',
        ['input', 'sourceUrl'],
        'Another request deleted this document at the same time. Repeat the ingest to create it again.',
      );
    return { document, isNew: count === 1 };
  }

  /** Plans the changes. Refuses with IN_USE if they would delete a chunk that an answer cites. */
  async #plan(database: Client, documentId: string, desired: readonly DesiredChunk[]): Promise<IngestPlan> {
    const stored = await database.documentChunk.findMany({
      where: { documentId },
      orderBy: { chunkIndex: 'asc' },
      include: { content: { select: { contentHash: true } } },
    });
    const plan = planIngest(stored, desired);
    if (plan.surplus.length > 0) {
      const citations = await database.citation.groupBy({
        by: ['chunkId'],
        where: { chunk: { documentId, chunkIndex: { gte: desired.length } } },
      });
      const ids = new Set(citations.map((citation) => citation.chunkId));
      if (ids.size > 0) throw chunksInUse(plan.surplus.filter((chunk) => ids.has(chunk.id)).map((chunk) => chunk.chunkIndex));
    }
    return plan;
  }

  async #addChunks(
    transaction: Client,
    { orgId, id: documentId, collectionId }: DocumentRow,
    added: readonly DesiredChunk[],
  ): Promise<void> {
    if (added.length === 0) return;
    const chunks = added.map((desired) => ({ id: uuidv7(), desired }));
    const rows = chunks.map(({ id, desired }) => ({
      orgId,
      id,
      collectionId,
      documentId,
      chunkIndex: desired.chunkIndex,
      ...labelsOf(desired),
    }));
    await transaction.documentChunk.createMany({ data: rows });
    await this.#writeContents(transaction, chunks);
  }

  /** Replaces all changed contents with two statements, and labels with one statement per distinct set of labels. */
  async #updateChunks(transaction: Client, updated: readonly ChunkUpdate[]): Promise<void> {
    const updatedAt = new Date();
    const withNewContent = updated.filter((change) => change.isContentChanged);
    if (withNewContent.length > 0) {
      const ids = withNewContent.map((change) => change.id);
      await transaction.documentChunkContent.deleteMany({ where: { chunkId: { in: ids } } });
      await this.#writeContents(transaction, withNewContent);
      await transaction.documentChunk.updateMany({ where: { id: { in: ids } }, data: { updatedAt } });
    }
    const byLabels = groupBy(
      updated.filter((change) => change.areLabelsChanged),
      ({ desired }) => JSON.stringify(labelsOf(desired)),
    );
    for (const [first, ...others] of byLabels.values()) {
      const ids = [first!, ...others].map((change) => change.id);
      await transaction.documentChunk.updateMany({ where: { id: { in: ids } }, data: { ...labelsOf(first!.desired), updatedAt } });
    }
  }

  async #writeContents(transaction: Client, chunks: readonly { id: string; desired: DesiredChunk }[]): Promise<void> {
    const { organizationId: orgId } = this.#scope;
    const rows = chunks.map(({ id, desired: { content, contentHash, title } }) => ({
      ...{ orgId, chunkId: id, content, contentHash },
      heading: title ?? '',
    }));
    await transaction.documentChunkContent.createMany({ data: rows });
  }

  async #deleteChunks(transaction: Client, { id: documentId }: DocumentRow, { surplus }: IngestPlan): Promise<void> {
    const indexes = surplus.map((chunk) => chunk.chunkIndex);
    if (indexes.length === 0) return;
    const deletion = transaction.documentChunk.deleteMany({ where: { documentId, chunkIndex: { in: indexes } } });
    await refuseOnViolation(FOREIGN_KEY, () => chunksInUse(indexes), deletion);
  }
}

/** The unique key of a document within an organization. */
interface DocumentIdentity {
  collectionId: string;
  sourceUrl: string;
  version: string | null;
}

/** A document whose row is locked until the transaction ends. */
interface LockedDocument {
  document: DocumentRow;
  isNew: boolean;
}

const collectionNotFound = () => refusal('NOT_FOUND', ['input', 'collectionId'], 'No collection with this id exists in your organization.');

const countsOf = ({ added, updated, skippedCount, surplus }: IngestPlan): DocumentIngest => ({
  addedCount: added.length,
  updatedCount: updated.length,
  skippedCount,
  deletedCount: surplus.length,
});
