import type { Jobs } from '../shared/jobs/jobs.js';
import { Scope } from '../shared/tenancy/scope.js';
import type { Viewer } from '../shared/viewer/viewer.js';
import { AnswerStore } from './answer/answer.store.js';
import { AnswerFeedbackStore } from './answer-feedback/answer-feedback.store.js';
import { CitationStore } from './citation/citation.store.js';
import { CollectionStore } from './collection/collection.store.js';
import { DocumentStore } from './document/document.store.js';
import { DocumentChunkStore } from './document-chunk/document-chunk.store.js';
import { DocumentIndexStore } from './document-index/document-index.store.js';
import { DocumentIngestStore } from './document-ingest/document-ingest.store.js';
import type { TextChunker } from './document-ingest/text-chunker.js';
import { DocumentStatisticsStore } from './document-statistics/document-statistics.store.js';
import { SearchStore } from './search/search.store.js';
import type { Embedder } from './embedding/embedder.js';
import { Prisma, type PrismaClient } from './generated/prisma/client.js';

/** The parts of the process that all requests share. */
export interface DocumentsParts {
  embedder: Embedder;
  textChunker: TextChunker;
}

/** The stores of one request. Their loaders cache the rows that this request has read. */
export interface DocumentsContext {
  collections: CollectionStore;
  documents: DocumentStore;
  documentChunks: DocumentChunkStore;
  documentIngest: DocumentIngestStore;
  documentIndex: DocumentIndexStore;
  searches: SearchStore;
  citations: CitationStore;
  answers: AnswerStore;
  answerFeedback: AnswerFeedbackStore;
  documentStatistics: DocumentStatisticsStore;
}

export function createContext(
  client: PrismaClient,
  viewer: Viewer | null,
  { embedder, textChunker }: DocumentsParts,
  jobs: Jobs,
): DocumentsContext {
  const scope = new Scope(client, Prisma, viewer);
  const collections = new CollectionStore(scope);
  const documents = new DocumentStore(scope);
  const documentChunks = new DocumentChunkStore(scope);
  const documentIndex = new DocumentIndexStore(scope, embedder, jobs);
  const documentIngest = new DocumentIngestStore(scope, { collections, documents, documentChunks, documentIndex, textChunker });
  const searches = new SearchStore(scope, embedder, documentChunks);
  const citations = new CitationStore(scope, documentChunks);
  const answers = new AnswerStore(scope, citations);
  const answerFeedback = new AnswerFeedbackStore(scope);
  const documentStatistics = new DocumentStatisticsStore(scope);
  return {
    collections,
    documents,
    documentChunks,
    documentIndex,
    documentIngest,
    searches,
    citations,
    answers,
    answerFeedback,
    documentStatistics,
  };
}
