import { defineJob } from '../../shared/jobs/define-job.js';
import type { JobKind } from '../../shared/jobs/job.js';
import type { Viewer } from '../../shared/viewer/viewer.js';
import type { DocumentChunkStore } from '../document-chunk/document-chunk.store.js';
import { INDEX_QUEUE, type DocumentIndexStore } from './document-index.store.js';

/** The number of chunks whose vectors one statement saves. */
const CHUNKS_PER_STATEMENT = 64;

interface IndexStores {
  documentIndex: DocumentIndexStore;
  documentChunks: Pick<DocumentChunkStore, 'countOfDocument'>;
}

/**
 * Defines the job that embeds the chunks of a document which have no vector yet. A job that is interrupted goes on with the chunks
 * that are left.
 */
export const indexJob = (storesOf: (viewer: Viewer) => IndexStores): JobKind =>
  defineJob<IndexStores>({
    queue: INDEX_QUEUE,
    table: { name: 'documents', statusType: 'DocumentStatus', waitingStatus: 'PENDING', runningStatus: 'INDEXING' },
    concurrency: 2,
    storesOf,
    async perform({ job, stores: { documentIndex, documentChunks }, reportProgress }) {
      const total = await documentChunks.countOfDocument(job.id);
      let embedded = 0;
      for (;;) {
        const pending = await documentIndex.pendingChunks(job.id, CHUNKS_PER_STATEMENT);
        if (pending.length === 0) break;
        await documentIndex.embed(job, pending);
        job.signal.throwIfAborted();
        embedded += pending.length;
        reportProgress(Math.min(1, embedded / total));
      }
      await documentIndex.recountLexemes(job.id);
      await documentIndex.succeed(job);
    },
    saveProgress: ({ job, stores }, fraction) => stores.documentIndex.saveProgress(job, fraction),
    fail: ({ job, stores }, failure) => stores.documentIndex.fail(job, failure),
  });
