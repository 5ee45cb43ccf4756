import { sqltag as sql } from '@prisma/client/runtime/client';
import type { PrismaClient } from '../generated/prisma/client.js';
import type { BlobReference } from '../../shared/blobs/blobs.js';
import type { Files } from '../file-url/files.js';
import type { TableReference } from '../table-copy/tables.js';
import { sweepScratch } from './sweep-scratch.js';

/** What a sweep removed. */
export interface Swept {
  uploads: number;
  contents: number;
  blobs: number;
  tables: number;
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
 * and no upload has, blobs that no content names, copies of tables that no dataset names, and what work that died left behind. Null where another replica sweeps at this moment.
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
  await sweepScratch(scratchFolder, before);
  return {
    ...rows,
    blobs: await sweepUnnamed(
      blobs,
      before,
      ({ blobId }) => blobId,
      (batch) => namedBlobs(client, batch),
    ),
    tables: await sweepUnnamed(
      tables,
      before,
      ({ tableId }) => tableId,
      (batch) => namedTables(client, batch),
    ),
  };
}

const namedBlobs = async (client: PrismaClient, batch: readonly BlobReference[]) => {
  const where = { blobId: { in: batch.map(({ blobId }) => blobId) } };
  return (await client.storedContent.findMany({ where, select: { blobId: true } })).map(({ blobId }) => blobId);
};

const namedTables = async (client: PrismaClient, batch: readonly TableReference[]) => {
  const where = { OR: batch.map(({ orgId, tableId }) => ({ orgId, tableId })) };
  return (await client.dataset.findMany({ where, select: { tableId: true } })).map(({ tableId }) => tableId);
};

/** Files of a folder, each written once under a name of its own. */
interface Kept<Reference> {
  writtenBefore(time: Date): AsyncIterable<Reference>;
  remove(reference: Reference): Promise<void>;
}

async function sweepUnnamed<Reference>(
  kept: Kept<Reference>,
  before: Date,
  idOf: (reference: Reference) => string,
  namedOf: (batch: readonly Reference[]) => Promise<(string | null)[]>,
): Promise<number> {
  let removed = 0;
  let batch: Reference[] = [];
  const flush = async () => {
    const named = new Set(await namedOf(batch));
    const left = batch.filter((reference) => !named.has(idOf(reference)));
    for (const reference of left) await kept.remove(reference);
    removed += left.length;
    batch = [];
  };
  for await (const reference of kept.writtenBefore(before)) if (batch.push(reference) === BATCH) await flush();
  if (batch.length > 0) await flush();
  return removed;
}
