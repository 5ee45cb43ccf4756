import { sqltag as sql } from '@prisma/client/runtime/client';
import type { BlobReference } from '../../shared/blobs/blobs.js';
import { removeUnreferencedFiles } from '../../shared/blobs/remove-unreferenced-files.js';
import { removeStaleFolders } from '../../shared/jobs/child/remove-stale-folders.js';
import type { PrismaClient } from '../generated/prisma/client.js';
import type { ModelFiles } from './model-files.js';

/** A file that no row names may be one that is being written, or whose row is about to be: not before this. */
const GRACE_MS = 60 * 60 * 1000;
/** Names this work among the advisory locks of the database. */
const LOCK = 7_235_902;

/**
 * Removes the artifacts that no version of any organization has any more, blobs that no artifact names, and what checks that died
 * left behind. Null where another replica does so at this moment.
 */
export async function sweepArtifacts(
  client: PrismaClient,
  { blobs, scratchFolder }: Pick<ModelFiles, 'blobs' | 'scratchFolder'>,
  now = Date.now(),
): Promise<{ artifacts: number; blobs: number } | null> {
  const artifacts = await client.$transaction(async (transaction) => {
    const [lock] = await transaction.$queryRaw<{ isMine: boolean }[]>(sql`SELECT pg_try_advisory_xact_lock(${LOCK}) AS "isMine"`);
    if (!lock?.isMine) return null;
    // Held first and asked again then: whoever was about to use one has either done so, or will not find it.
    await transaction.$executeRaw(sql`
      SELECT 1 FROM model_artifacts AS artifact
      WHERE NOT EXISTS (SELECT 1 FROM model_versions AS version WHERE version.org_id = artifact.org_id AND version.artifact_sha256 = artifact.sha256)
      FOR UPDATE OF artifact`);
    return (await transaction.modelArtifact.deleteMany({ where: { versions: { none: {} } } })).count;
  });
  if (artifacts === null) return null;
  const before = new Date(now - GRACE_MS);
  await removeStaleFolders(scratchFolder, before);
  const removed = await removeUnreferencedFiles(
    blobs,
    before,
    ({ blobId }) => blobId,
    (batch) => namedBlobs(client, batch),
  );
  return { artifacts, blobs: removed };
}

const namedBlobs = async (client: PrismaClient, batch: readonly BlobReference[]) => {
  const where = { blobId: { in: batch.map(({ blobId }) => blobId) } };
  return (await client.modelArtifact.findMany({ where, select: { blobId: true } })).map(({ blobId }) => blobId);
};
