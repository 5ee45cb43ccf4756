import { sqltag as sql } from '@prisma/client/runtime/client';
import type { Job, JobFailure } from '../../shared/jobs/job.js';
import type { Jobs } from '../../shared/jobs/jobs.js';
import { NO_LEASE, whereLeased } from '../../shared/jobs/lease.js';
import type { Scope } from '../../shared/tenancy/scope.js';
import { tableOf } from '../../shared/tenancy/table.js';
import type { Embedder } from '../embedding/embedder.js';
import { Prisma, type PrismaClient } from '../generated/prisma/client.js';

/** The queue of documents whose chunks wait to be embedded. */
export const INDEX_QUEUE = 'document-index';

/** The tables that an index and its searches read. */
export const INDEX_TABLES = {
  documents: tableOf('documents', Prisma.DocumentScalarFieldEnum),
  chunks: tableOf('document_chunks', Prisma.DocumentChunkScalarFieldEnum),
  contents: tableOf('document_chunk_contents', Prisma.DocumentChunkContentScalarFieldEnum),
  embeddings: tableOf('chunk_embeddings', Prisma.ChunkEmbeddingScalarFieldEnum),
  collections: tableOf('collections', Prisma.CollectionScalarFieldEnum),
  lexemeCounts: tableOf('lexeme_counts', Prisma.LexemeCountScalarFieldEnum),
};

const { documents, chunks, contents, embeddings, lexemeCounts } = INDEX_TABLES;

/** The share by which the number of chunks of a collection changes before its words are counted anew. */
const RECOUNT_SHARE = 0.2;

/** A chunk whose content has no vector of the embedder's model. */
export interface PendingChunk {
  id: string;
  heading: string;
  content: string;
  /** The hash of the content in hexadecimal digits: a vector is saved only if the content is still the same. */
  contentHash: string;
}

/** The index of documents: the vectors of their chunks and the counts of their words. */
export class DocumentIndexStore {
  readonly #scope: Scope<PrismaClient>;
  readonly #embedder: Embedder;
  readonly #jobs: Jobs;

  constructor(scope: Scope<PrismaClient>, embedder: Embedder, jobs: Jobs) {
    this.#scope = scope;
    this.#embedder = embedder;
    this.#jobs = jobs;
  }

  /** Returns the data of a document whose chunks have changed: it waits for the job, and a job that runs loses its lease. */
  pending() {
    const askedBy = { ...this.#scope.viewer } as object;
    const job = { ...NO_LEASE, attempts: 0, askedBy };
    return { status: 'PENDING' as const, progress: 0, failureCode: null, failureMessage: null, ...job };
  }

  /** Sends the job of a document. Call it after the transaction that set `pending`. */
  async send(documentId: string): Promise<void> {
    const row = { organizationId: this.#scope.organizationId, id: documentId };
    this.#jobs.abort(INDEX_QUEUE, row);
    await this.#jobs.send(INDEX_QUEUE, row);
  }

  /** Returns the first chunks of a document whose contents have no vector. */
  pendingChunks(documentId: string, limit: number): Promise<PendingChunk[]> {
    return this.#scope.queryTables(
      (rowsOf) => sql`
      SELECT content.chunk_id AS id, content.heading, content.content, encode(content.content_hash, 'hex') AS "contentHash"
      FROM ${rowsOf(chunks)} AS chunk
      JOIN ${rowsOf(contents)} AS content ON content.chunk_id = chunk.id
      WHERE chunk.document_id = ${documentId}::uuid AND NOT EXISTS (
        SELECT FROM ${rowsOf(embeddings)} AS embedding WHERE embedding.chunk_id = chunk.id AND embedding.model = ${this.#embedder.model}::text)
      ORDER BY chunk.chunk_index LIMIT ${limit}::int`,
    );
  }

  /** Embeds chunks with their headings and saves the vectors of those whose contents are unchanged, if the job still has its lease. */
  async embed(job: Job, pending: readonly PendingChunk[]): Promise<void> {
    const texts = pending.map(({ heading, content }) => (heading ? `${heading}\n${content}` : content));
    const vectors = await this.#embedder.embed(texts, 'document');
    const [ids, hashes, texted] = [pending.map(({ id }) => id), pending.map((chunk) => chunk.contentHash), vectors.map(vectorText)];
    const values = {
      chunkId: sql`content.chunk_id`,
      model: sql`${this.#embedder.model}::text`,
      dimensions: sql`${this.#embedder.dimensions}::int`,
      embedding: sql`embedded.vector::halfvec`,
    };
    await this.#scope.insertFrom(
      embeddings,
      values,
      (rowsOf) => sql`
      unnest(${ids}::uuid[], ${hashes}::text[], ${texted}::text[]) AS embedded (id, hash, vector)
      JOIN ${rowsOf(contents)} AS content ON content.chunk_id = embedded.id AND encode(content.content_hash, 'hex') = embedded.hash
      JOIN ${rowsOf(documents)} AS document ON document.id = ${job.id}::uuid AND document.lease_token = ${job.leaseToken}::uuid`,
    );
  }

  async saveProgress(job: Job, progress: number): Promise<void> {
    await this.#scope.db.document.updateMany({ where: whereLeased(job), data: { progress } });
  }

  async succeed(job: Job): Promise<void> {
    await this.#scope.db.document.updateMany({ where: whereLeased(job), data: { status: 'READY', progress: 1, ...NO_LEASE } });
  }

  async fail(job: Job, { code, message }: JobFailure): Promise<void> {
    const failure = { failureCode: code, failureMessage: message.slice(0, 1000) };
    await this.#scope.db.document.updateMany({ where: whereLeased(job), data: { status: 'FAILED', ...failure, ...NO_LEASE } });
  }

  /** Counts the words of a document's collection anew if the number of its chunks has changed by a fifth since they were counted. */
  async recountLexemes(documentId: string): Promise<void> {
    const { db } = this.#scope;
    const document = await db.document.findFirst({ where: { id: documentId }, select: { collection: true } });
    if (!document) return;
    const { id: collectionId, countedChunks } = document.collection;
    const chunkCount = await db.documentChunk.count({ where: { collectionId } });
    if (Math.abs(chunkCount - countedChunks) <= countedChunks * RECOUNT_SHARE) return;
    await db.lexemeCount.deleteMany({ where: { collectionId } });
    const values = { collectionId: sql`${collectionId}::uuid`, lexeme: sql`counted.lexeme`, chunkCount: sql`counted.chunk_count` };
    await this.#scope.insertFrom(
      lexemeCounts,
      values,
      (rowsOf) => sql`(
      SELECT word.lexeme, count(*)::int AS chunk_count
      FROM ${rowsOf(chunks)} AS chunk
      JOIN ${rowsOf(contents)} AS content ON content.chunk_id = chunk.id
      CROSS JOIN LATERAL unnest(tsvector_to_array(content.lexemes)) AS word (lexeme)
      WHERE chunk.collection_id = ${collectionId}::uuid GROUP BY word.lexeme) AS counted`,
    );
    await db.collection.updateMany({ where: { id: collectionId }, data: { countedChunks: chunkCount } });
  }
}

/** Returns a vector in the notation of pgvector. Seven digits are more than half-precision floats have. */
export const vectorText = (vector: Float32Array): string => `[${Array.from(vector, (component) => component.toPrecision(7)).join()}]`;
