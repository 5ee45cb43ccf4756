import { sqltag as sql } from '@prisma/client/runtime/client';
import type { BlobReference } from '../../shared/blobs/blobs.js';
import { removeUnreferencedFiles } from '../../shared/blobs/remove-unreferenced-files.js';
import { removeStaleFolders } from '../../shared/jobs/child/remove-stale-folders.js';
import type { PeriodicTask } from '../../shared/jobs/periodic-task.js';
import type { PrismaClient } from '../generated/prisma/client.js';
import type { ModelFiles } from './model-files.js';

const INTERVAL_MS = 5 * 60 * 1000;
/** The age in ms from which a blob without a row is removed. A younger one may still be written, or its row inserted. */
const GRACE_MS = 60 * 60 * 1000;
/** The largest number of artifacts that one sweep removes, so that no statement is long. The next sweep removes more. */
const BATCH = 1000;
/** The key of the advisory lock that only this task uses. */
const ADVISORY_LOCK_KEY = 7_235_902;

/**
 * Removes artifacts that no version of any organization uses, blobs without an artifact, and files that crashed checks left. Returns
 * the numbers of removed artifacts and blobs, or null if another replica is doing so now.
 */
export async function sweepArtifacts(
  client: PrismaClient,
  { blobs, scratchFolder }: Pick<ModelFiles, 'blobs' | 'scratchFolder'>,
  now = Date.now(),
): Promise<{ artifacts: number; blobs: number } | null> {
  const artifacts = await client.$transaction(async (transaction) => {
    const [lock] = await transaction.$queryRaw<{ isMine: boolean }[]>(
      sql`SELECT pg_try_advisory_xact_lock(${ADVISORY_LOCK_KEY}) AS "isMine"`,
    );
    if (!lock?.isMine) return null;
    // Locks the rows before the delete checks them again: a concurrent request has either used an artifact by then, or will not find it.
    const locked = await transaction.$queryRaw<{ orgId: string; sha256: Uint8Array<ArrayBuffer> }[]>(sql`
      SELECT artifact.org_id AS "orgId", artifact.sha256 FROM model_artifacts AS artifact
      WHERE NOT EXISTS (SELECT 1 FROM model_versions AS version WHERE version.org_id = artifact.org_id AND version.artifact_sha256 = artifact.sha256)
      LIMIT ${BATCH}::int FOR UPDATE OF artifact`);
    return (await transaction.modelArtifact.deleteMany({ where: { versions: { none: {} }, OR: locked } })).count;
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

/** Returns the task that removes artifacts and blobs that nothing references. */
export const artifactSweepTask = (client: PrismaClient, files: ModelFiles): PeriodicTask => ({
  name: 'sweep artifacts',
  intervalMs: INTERVAL_MS,
  run: () => sweepArtifacts(client, files),
});

const namedBlobs = async (client: PrismaClient, batch: readonly BlobReference[]) => {
  const where = { blobId: { in: batch.map(({ blobId }) => blobId) } };
  return (await client.modelArtifact.findMany({ where, select: { blobId: true } })).map(({ blobId }) => blobId);
};
