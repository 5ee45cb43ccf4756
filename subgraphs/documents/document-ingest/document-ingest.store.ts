import { v7 as uuidv7 } from 'uuid';
import type { MutationPayload } from '../../shared/errors/mutation-payload.js';
import { FOREIGN_KEY, refuseOnViolation } from '../../shared/errors/constraint.js';
import { refusal, refuseIf } from '../../shared/errors/user-error.js';
import { groupBy } from '../../shared/loader/group-by.js';
import type { Scope, ScopedClient } from '../../shared/tenancy/scope.js';
import type { CollectionStore } from '../collection/collection.store.js';
import type { DocumentRow, DocumentStore } from '../document/document.store.js';
import type { DocumentChunkStore } from '../document-chunk/document-chunk.store.js';
import type { DocumentIngest, DocumentIngestInput } from '../generated/graphql.js';
import type { PrismaClient } from '../generated/prisma/client.js';
import {
  changesChunks,
  changesDescription,
  ingestProblems,
  labelsOf,
  planIngest,
  wantedChunk,
  type Change,
  type Plan,
  type Wanted,
} from './document-ingest.rules.js';

/** What an ingest did, and to which document; to none, where a dry run found none. */
export type DocumentIngestRow = DocumentIngest & { documentId: string | null };
export type DocumentIngestAnswer = MutationPayload<'ingest', DocumentIngestRow>;

type Database = ScopedClient<PrismaClient>;

const cited = (indexes: readonly number[]) =>
  refusal('IN_USE', ['input', 'chunks'], `Answers cite chunks that are no longer in the list, by index: ${indexes.join(', ')}.`);

export class DocumentIngestStore {
  readonly #scope: Scope<PrismaClient>;
  readonly #collections: CollectionStore;
  readonly #documents: DocumentStore;
  readonly #documentChunks: DocumentChunkStore;

  constructor(scope: Scope<PrismaClient>, collections: CollectionStore, documents: DocumentStore, documentChunks: DocumentChunkStore) {
    this.#scope = scope;
    this.#collections = collections;
    this.#documents = documents;
    this.#documentChunks = documentChunks;
  }

  async run(input: DocumentIngestInput): Promise<DocumentIngestRow> {
    refuseIf(ingestProblems(input));
    const collection = await this.#collections.byId(input.collectionId);
    if (!collection) throw unknownCollection();
    const wanted = input.chunks.map(wantedChunk);
    const identity = { collectionId: collection.id, sourceUrl: input.sourceUrl, version: input.version ?? null };
    return input.dryRun ? this.#foresee(identity, wanted) : this.#ingest(identity, input, wanted);
  }

  async #foresee(identity: Identity, wanted: Wanted[]): Promise<DocumentIngestRow> {
    const document = await this.#scope.db.document.findFirst({ where: identity, select: { id: true } });
    const plan = document ? await this.#plan(this.#scope.db, document.id, wanted) : planIngest([], wanted);
    return { documentId: document?.id ?? null, ...countsOf(plan) };
  }

  async #ingest(identity: Identity, input: DocumentIngestInput, wanted: Wanted[]): Promise<DocumentIngestRow> {
    const ingested = await this.#scope.db.$transaction(async (transaction) => {
      const { document, isNew } = await this.#lock(transaction, identity, input);
      const plan = await this.#plan(transaction, document.id, wanted);
      await this.#add(transaction, document, plan.added);
      await this.#update(transaction, plan.updated);
      await this.#remove(transaction, document, plan);
      const isDescribedAnew = changesDescription(document, input);
      if (!isNew && (isDescribedAnew || changesChunks(plan))) {
        const { title, metadata } = input;
        const revision = isDescribedAnew ? { increment: 1 } : undefined;
        await transaction.document.updateMany({
          where: { id: document.id },
          data: { title, metadata: metadata ?? undefined, revision, updatedAt: new Date() },
        });
      }
      return { documentId: document.id, ...countsOf(plan) };
    });
    this.#documents.changed(ingested.documentId, identity.collectionId);
    this.#documentChunks.changed(ingested.documentId, identity.collectionId);
    return ingested;
  }

  /** The document of this identity, made where there is none; of two ingests of it at once the second waits here for the first. */
  async #lock(transaction: Database, identity: Identity, { title, metadata }: DocumentIngestInput): Promise<Locked> {
    const { organizationId: orgId } = this.#scope;
    const data = [{ ...identity, orgId, title, metadata: metadata ?? {} }];
    const { count } = await refuseOnViolation(
      FOREIGN_KEY,
      unknownCollection,
      transaction.document.createMany({ data, skipDuplicates: true }),
    );
    // Writes what is there already, and says no time of change: until the plan is made nobody knows whether there is one.
    const untouched = { sourceUrl: identity.sourceUrl, updatedAt: undefined };
    const [document] = await transaction.document.updateManyAndReturn({ where: identity, data: untouched });
    if (!document) throw refusal('CONFLICT', ['input', 'sourceUrl'], 'Somebody deleted this document at this moment.');
    return { document, isNew: count === 1 };
  }

  /** What is to be done; refuses where it would delete a chunk that an answer cites. */
  async #plan(database: Database, documentId: string, wanted: readonly Wanted[]): Promise<Plan> {
    const present = await database.documentChunk.findMany({
      where: { documentId },
      orderBy: { chunkIndex: 'asc' },
      include: { content: { select: { contentHash: true } } },
    });
    const plan = planIngest(present, wanted);
    if (plan.surplus.length > 0) {
      const citations = await database.citation.groupBy({
        by: ['chunkId'],
        where: { chunk: { documentId, chunkIndex: { gte: wanted.length } } },
      });
      const ids = new Set(citations.map((citation) => citation.chunkId));
      if (ids.size > 0) throw cited(plan.surplus.filter((chunk) => ids.has(chunk.id)).map((chunk) => chunk.chunkIndex));
    }
    return plan;
  }

  async #add(transaction: Database, { orgId, id: documentId, collectionId }: DocumentRow, added: readonly Wanted[]): Promise<void> {
    if (added.length === 0) return;
    const chunks = added.map((wanted) => ({ id: uuidv7(), wanted }));
    const rows = chunks.map(({ id, wanted }) => ({
      orgId,
      id,
      collectionId,
      documentId,
      chunkIndex: wanted.chunkIndex,
      ...labelsOf(wanted),
    }));
    await transaction.documentChunk.createMany({ data: rows });
    await this.#write(transaction, chunks);
  }

  /** Texts are replaced all at once; labels, which chunks tend to share, once per set of labels. */
  async #update(transaction: Database, updated: readonly Change[]): Promise<void> {
    const updatedAt = new Date();
    const rewritten = updated.filter((change) => change.hasOtherContent);
    if (rewritten.length > 0) {
      const ids = rewritten.map((change) => change.id);
      await transaction.documentChunkContent.deleteMany({ where: { chunkId: { in: ids } } });
      await this.#write(transaction, rewritten);
      await transaction.documentChunk.updateMany({ where: { id: { in: ids } }, data: { updatedAt } });
    }
    const relabelled = groupBy(
      updated.filter((change) => change.hasOtherLabels),
      ({ wanted }) => JSON.stringify(labelsOf(wanted)),
    );
    for (const [first, ...others] of relabelled.values()) {
      const ids = [first!, ...others].map((change) => change.id);
      await transaction.documentChunk.updateMany({ where: { id: { in: ids } }, data: { ...labelsOf(first!.wanted), updatedAt } });
    }
  }

  async #write(transaction: Database, chunks: readonly { id: string; wanted: Wanted }[]): Promise<void> {
    const { organizationId: orgId } = this.#scope;
    const rows = chunks.map(({ id, wanted: { content, contentHash } }) => ({ orgId, chunkId: id, content, contentHash }));
    await transaction.documentChunkContent.createMany({ data: rows });
  }

  async #remove(transaction: Database, { id: documentId }: DocumentRow, { surplus }: Plan): Promise<void> {
    const indexes = surplus.map((chunk) => chunk.chunkIndex);
    if (indexes.length === 0) return;
    const removing = transaction.documentChunk.deleteMany({ where: { documentId, chunkIndex: { in: indexes } } });
    await refuseOnViolation(FOREIGN_KEY, () => cited(indexes), removing);
  }
}

/** What makes a document this one and no other. */
interface Identity {
  collectionId: string;
  sourceUrl: string;
  version: string | null;
}

/** A document that no other ingest writes to until this one has ended. */
interface Locked {
  document: DocumentRow;
  isNew: boolean;
}

const unknownCollection = () => refusal('NOT_FOUND', ['input', 'collectionId'], 'You have no collection with this id.');

const countsOf = ({ added, updated, skippedCount, surplus }: Plan): DocumentIngest => ({
  addedCount: added.length,
  updatedCount: updated.length,
  skippedCount,
  deletedCount: surplus.length,
});
