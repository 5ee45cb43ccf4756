import { sqltag as sql } from '@prisma/client/runtime/client';
import type { PrismaClient } from '../generated/prisma/client.js';
import type { BlobReference, Blobs } from '../../shared/blobs/blobs.js';

/** What a sweep removed. */
export interface Swept {
  uploads: number;
  contents: number;
  blobs: number;
}

/** For how long after the end of its URL an upload waits for something to be made of it. */
const UPLOAD_KEPT_MS = 24 * 60 * 60 * 1000;
/** A file that no row names may be one that is being written, or whose row is about to be: not before this. */
const GRACE_MS = 60 * 60 * 1000;
/** Names this work among the advisory locks of the database. */
const LOCK = 7_235_901;
const BATCH = 500;

/**
 * Removes what nothing needs any more, of every organization: uploads of which nothing was made, contents that no file
 * and no upload has, and blobs that no content names. Null where another replica sweeps at this moment.
 */
export async function sweep(client: PrismaClient, blobs: Blobs, now = Date.now()): Promise<Swept | null> {
  const rows = await client.$transaction(async (transaction) => {
    const [lock] = await transaction.$queryRaw<{ isMine: boolean }[]>(sql`SELECT pg_try_advisory_xact_lock(${LOCK}) AS "isMine"`);
    if (!lock?.isMine) return null;
    const before = new Date(now - UPLOAD_KEPT_MS);
    const { count: uploads } = await transaction.fileUpload.deleteMany({ where: { expiresAt: { lt: before } } });
    // Held first and asked again then: whoever was about to use one has either done so, or will not find it.
    const unused = { files: { none: {} }, uploads: { none: {} } };
    await transaction.$executeRaw(sql`
      SELECT 1 FROM stored_contents AS content
      WHERE NOT EXISTS (SELECT 1 FROM stored_files AS file WHERE file.org_id = content.org_id AND file.sha256 = content.sha256)
        AND NOT EXISTS (SELECT 1 FROM file_uploads AS upload WHERE upload.org_id = content.org_id AND upload.stored_sha256 = content.sha256)
      FOR UPDATE OF content`);
    const { count: contents } = await transaction.storedContent.deleteMany({ where: unused });
    return { uploads, contents };
  });
  return rows && { ...rows, blobs: await sweepBlobs(client, blobs, new Date(now - GRACE_MS)) };
}

async function sweepBlobs(client: PrismaClient, blobs: Blobs, before: Date): Promise<number> {
  let removed = 0;
  let batch: BlobReference[] = [];
  const flush = async () => {
    const named = await client.storedContent.findMany({
      where: { blobId: { in: batch.map(({ blobId }) => blobId) } },
      select: { blobId: true },
    });
    const kept = new Set(named.map(({ blobId }) => blobId));
    const left = batch.filter(({ blobId }) => !kept.has(blobId));
    for (const blob of left) await blobs.remove(blob);
    removed += left.length;
    batch = [];
  };
  for await (const blob of blobs.writtenBefore(before)) if (batch.push(blob) === BATCH) await flush();
  if (batch.length > 0) await flush();
  return removed;
}
