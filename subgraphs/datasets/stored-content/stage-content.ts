import { createHash } from 'node:crypto';
import { v7 as uuidv7 } from 'uuid';
import type { Blobs } from '../../shared/blobs/blobs.js';
import { readHead } from './read-head.js';
import type { Content } from './stored-content.store.js';

/** Up to this size a content is in its row. */
export const DIRECT_BYTES = 1024 * 1024;

/** Bytes that are where a content's are, and no row names them yet. */
export interface StagedContent {
  content: Content;
  byteSize: number;
}

/**
 * Puts the bytes of a source where they will be kept, whatever their number, with no more than DIRECT_BYTES in memory
 * and no transaction open. A blob of which nothing is made is swept.
 */
export async function stageContent(blobs: Blobs, orgId: string, source: AsyncIterable<Uint8Array>): Promise<StagedContent> {
  const hash = createHash('sha256');
  let byteSize = 0;
  async function* counted() {
    for await (const chunk of source) {
      hash.update(chunk);
      byteSize += chunk.length;
      yield chunk;
    }
  }
  const digest = () => new Uint8Array(hash.digest());
  const { head, whole } = await readHead(counted(), DIRECT_BYTES + 1);
  if (head.length <= DIRECT_BYTES) return { content: { sha256: digest(), bytes: new Uint8Array(head) }, byteSize };
  const blobId = uuidv7();
  await blobs.write({ orgId, blobId }, whole);
  return { content: { sha256: digest(), blobId }, byteSize };
}
