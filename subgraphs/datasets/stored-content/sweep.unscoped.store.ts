import { sqltag as sql } from '@prisma/client/runtime/client';
import type { PrismaClient } from '../generated/prisma/client.js';
import type { Files } from '../files.js';
import type { TableCopyReference } from '../table-copy/table-copies.js';
import type { BlobReference } from '../../shared/blobs/blobs.js';
import { removeUnreferencedFiles } from '../../shared/blobs/remove-unreferenced-files.js';
import type { PeriodicTask } from '../../shared/jobs/periodic-task.js';
import { removeStaleFolders } from '../../shared/jobs/child/remove-stale-folders.js';

/** What a sweep removed. */
export interface Swept {
  uploads: number;
  contents: number;
  blobs: number;
  tables: number;
}

const INTERVAL_MS = 5 * 60 * 1000;
/** For how long after the end of its URL an upload waits for something to be made of it. */
const UPLOAD_KEPT_MS = 24 * 60 * 60 * 1000;
/** A file that no row names may be one that is being written, or whose row is about to be: not before this. */
const GRACE_MS = 60 * 60 * 1000;
/** Names this work among the advisory locks of the database. */
const LOCK = 7_235_901;

/**
 * Removes what nothing needs any more, of every organization: uploads of which nothing was made, contents that no file
 * and no upload has, blobs that no content names, copies of tables that no dataset names, and what work that died left
 * behind. Null where another replica sweeps at this moment.
 */
export async function sweep(client: PrismaClient, { blobs, tables, scratchFolder }: Files, now = Date.now()): Promise<Swept | null> {
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
  if (!rows) return null;
  const before = new Date(now - GRACE_MS);
  await removeStaleFolders(scratchFolder, before);
  return {
    ...rows,
    blobs: await removeUnreferencedFiles(
      blobs,
      before,
      ({ blobId }) => blobId,
      (batch) => namedBlobs(client, batch),
    ),
    tables: await removeUnreferencedFiles(
      tables,
      before,
      ({ tableId }) => tableId,
      (batch) => namedTables(client, batch),
    ),
  };
}

/** Returns the task that removes uploads, contents and files that nothing references. */
export const sweepTask = (client: PrismaClient, files: Files): PeriodicTask => ({
  name: 'sweep stored content',
  intervalMs: INTERVAL_MS,
  run: () => sweep(client, files),
});

const namedBlobs = async (client: PrismaClient, batch: readonly BlobReference[]) => {
  const where = { blobId: { in: batch.map(({ blobId }) => blobId) } };
  return (await client.storedContent.findMany({ where, select: { blobId: true } })).map(({ blobId }) => blobId);
};

const namedTables = async (client: PrismaClient, batch: readonly TableCopyReference[]) => {
  const where = { OR: batch.map(({ orgId, tableId }) => ({ orgId, tableId })) };
  return (await client.dataset.findMany({ where, select: { tableId: true } })).map(({ tableId }) => tableId);
};
