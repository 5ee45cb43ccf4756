import type { BlobReference, Blobs } from './blobs.js';

const BATCH = 500;

/**
 * Removes blobs that were last written to before this time and that nothing names; answers how many. `named` says which of
 * some ids are in use.
 */
export async function sweepBlobs(blobs: Blobs, before: Date, named: (blobIds: string[]) => Promise<Iterable<string>>): Promise<number> {
  let removed = 0;
  let batch: BlobReference[] = [];
  const flush = async () => {
    const kept = new Set(await named(batch.map(({ blobId }) => blobId)));
    const left = batch.filter(({ blobId }) => !kept.has(blobId));
    for (const blob of left) await blobs.remove(blob);
    removed += left.length;
    batch = [];
  };
  for await (const blob of blobs.writtenBefore(before)) if (batch.push(blob) === BATCH) await flush();
  if (batch.length > 0) await flush();
  return removed;
}
