import type { ScopedClient } from '../../shared/tenancy/scope.js';
import type { PrismaClient } from '../generated/prisma/client.js';

type Transaction = ScopedClient<PrismaClient>;

/** Up to this size a content is in its row. */
export const DIRECT_BYTES = 1024 * 1024;

/** Bytes by their SHA-256: themselves, or the name of the file that holds them. */
export type Content = { sha256: Uint8Array<ArrayBuffer> } & ({ bytes: Uint8Array<ArrayBuffer> } | { blobId: string });

/**
 * Keeps the content, where the organization has none like it. The row is held until the transaction ends: a file deleted
 * meanwhile waits and then sees that the content is in use. False where there was such content, and this one is not needed.
 */
export async function keepContent(transaction: Transaction, orgId: string, content: Content): Promise<boolean> {
  // Again where a row of another request was in the way and went with its last file before it could be held.
  for (let isNew = false; ;) {
    if (await holdContent(transaction, content.sha256)) return isNew;
    const { count } = await transaction.storedContent.createMany({ data: [{ orgId, ...content }], skipDuplicates: true });
    isNew = count > 0;
  }
}

/**
 * Keeps others from the content until the transaction ends, by writing to its row what it holds: of two files with the
 * same bytes that come or go at once, the second sees what the first did. True where there is such content.
 */
export async function holdContent(transaction: Transaction, sha256: Uint8Array<ArrayBuffer>): Promise<boolean> {
  const { count } = await transaction.storedContent.updateMany({ where: { sha256 }, data: { sha256 } });
  return count > 0;
}
