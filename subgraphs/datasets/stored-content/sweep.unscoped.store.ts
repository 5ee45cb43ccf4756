import { sqltag as sql } from '@prisma/client/runtime/client';
import type { PrismaClient } from '../generated/prisma/client.js';
import type { Files } from '../files.js';
import type { TableCopyReference } from '../table-copy/table-copies.js';
import type { BlobReference } from '../../shared/blobs/blobs.js';
import { removeUnreferencedFiles } from '../../shared/blobs/remove-unreferenced-files.js';
import type { PeriodicTask } from '../../shared/jobs/periodic-task.js';
import { removeStaleFolders } from '../../shared/jobs/child/remove-stale-folders.js';

/** The numbers of rows and files that a sweep has removed. */
export interface SweepResult {
  uploads: number;
  contents: number;
  blobs: number;
  tables: number;
}

const INTERVAL_MS = 5 * 60 * 1000;
/** The milliseconds after the expiry of its URL for which an upload can still be used. */
const UPLOAD_RETENTION_MS = 24 * 60 * 60 * 1000;
/** The age in milliseconds below which a file without a row is kept: it may be being written, or its row about to be committed. */
const GRACE_MS = 60 * 60 * 1000;
/** The largest number of rows of each kind that one sweep removes, so that no statement is long. The next sweep removes more. */
const BATCH = 1000;
/** The key of the advisory lock of the sweep. */
const LOCK = 7_235_901;

/**
 * Removes what nothing references, of all organizations: expired uploads, contents without a file or an upload, blobs without a
 * content, copies of tables without a dataset, and the scratch folders of processes that died. Returns null if another replica is
 * sweeping.
 */
export async function sweep(client: PrismaClient, { blobs, tables, scratchFolder }: Files, now = Date.now()): Promise<SweepResult | null> {
  const rows = await client.$transaction(async (transaction) => {
    const [lock] = await transaction.$queryRaw<{ isMine: boolean }[]>(sql`SELECT pg_try_advisory_xact_lock(${LOCK}) AS "isMine"`);
    if (!lock?.isMine) return null;
    const before = new Date(now - UPLOAD_RETENTION_MS);
    const { count: uploads } = await transaction.fileUpload.deleteMany({ where: { expiresAt: { lt: before } }, limit: BATCH });
    // The rows are locked first and checked again: a transaction that uses one has committed, or will not find it.
    const unused = { files: { none: {} }, uploads: { none: {} } };
    const locked = await transaction.$queryRaw<{ orgId: string; sha256: Uint8Array<ArrayBuffer> }[]>(sql`
      SELECT content.org_id AS "orgId", content.sha256 FROM stored_contents AS content
      WHERE NOT EXISTS (SELECT 1 FROM stored_files AS file WHERE file.org_id = content.org_id AND file.sha256 = content.sha256)
        AND NOT EXISTS (SELECT 1 FROM file_uploads AS upload WHERE upload.org_id = content.org_id AND upload.stored_sha256 = content.sha256)
      LIMIT ${BATCH}::int FOR UPDATE OF content`);
    const { count: contents } = await transaction.storedContent.deleteMany({ where: { ...unused, OR: locked } });
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
      (batch) => referencedBlobs(client, batch),
    ),
    tables: await removeUnreferencedFiles(
      tables,
      before,
      ({ tableId }) => tableId,
      (batch) => referencedTables(client, batch),
    ),
  };
}

/** Returns the task that removes uploads, contents and files that nothing references. */
export const sweepTask = (client: PrismaClient, files: Files): PeriodicTask => ({
  name: 'sweep stored content',
  intervalMs: INTERVAL_MS,
  run: () => sweep(client, files),
});

const referencedBlobs = async (client: PrismaClient, batch: readonly BlobReference[]) => {
  const where = { blobId: { in: batch.map(({ blobId }) => blobId) } };
  return (await client.storedContent.findMany({ where, select: { blobId: true } })).map(({ blobId }) => blobId);
};

const referencedTables = async (client: PrismaClient, batch: readonly TableCopyReference[]) => {
  const where = { OR: batch.map(({ orgId, tableId }) => ({ orgId, tableId })) };
  return (await client.dataset.findMany({ where, select: { tableId: true } })).map(({ tableId }) => tableId);
};
