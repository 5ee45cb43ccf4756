import { sqltag as sql } from '@prisma/client/runtime/client';
import type { Blobs } from '../../shared/blobs/blobs.js';
import { sweepBlobs } from '../../shared/blobs/sweep-blobs.js';
import type { PrismaClient } from '../generated/prisma/client.js';

/** A file that no row names may be one that is being written, or whose row is about to be: not before this. */
const GRACE_MS = 60 * 60 * 1000;
/** Names this work among the advisory locks of the database. */
const LOCK = 7_235_902;

/**
 * Removes the artifacts that no version of any organization has any more, and blobs that no artifact names. Null where another
 * replica does so at this moment.
 */
export async function sweepArtifacts(
  client: PrismaClient,
  blobs: Blobs,
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
  const named = async (blobIds: string[]) =>
    (await client.modelArtifact.findMany({ where: { blobId: { in: blobIds } }, select: { blobId: true } })).map(({ blobId }) => blobId);
  return { artifacts, blobs: await sweepBlobs(blobs, new Date(now - GRACE_MS), named) };
}
