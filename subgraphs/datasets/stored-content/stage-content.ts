import { createHash } from 'node:crypto';
import { v7 as uuidv7 } from 'uuid';
import type { Blobs } from '../../shared/blobs/blobs.js';
import { readHead } from './read-head.js';
import type { Content } from './stored-content.store.js';

/** The size in bytes up to which a content is stored in its row; a larger one is stored in a blob. */
export const MAX_INLINE_BYTES = 1024 * 1024;

/** A content whose bytes are stored and which no row references yet. */
export interface StagedContent {
  content: Content;
  byteSize: number;
}

/**
 * Stores the bytes of a source, with at most MAX_INLINE_BYTES of them in memory and outside of any transaction. A blob that no row
 * comes to reference is removed by the next sweep.
 */
export async function stageContent(blobs: Blobs, orgId: string, source: AsyncIterable<Uint8Array>): Promise<StagedContent> {
  const hash = createHash('sha256');
  let byteSize = 0;
  async function* hashed() {
    for await (const chunk of source) {
      hash.update(chunk);
      byteSize += chunk.length;
      yield chunk;
    }
  }
  const digest = () => new Uint8Array(hash.digest());
  const { head, whole } = await readHead(hashed(), MAX_INLINE_BYTES + 1);
  if (head.length <= MAX_INLINE_BYTES) return { content: { sha256: digest(), bytes: new Uint8Array(head) }, byteSize };
  const blobId = uuidv7();
  await blobs.write({ orgId, blobId }, whole);
  return { content: { sha256: digest(), blobId }, byteSize };
}
