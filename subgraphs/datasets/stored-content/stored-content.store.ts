import { sha256 } from '../../shared/digest/sha256.js';
import type { ScopedClient } from '../../shared/tenancy/scope.js';
import type { PrismaClient } from '../generated/prisma/client.js';

type Transaction = ScopedClient<PrismaClient>;

/**
 * Keeps the bytes, where the organization has none like them, and answers their hash. The row is held until the
 * transaction ends: a file deleted meanwhile waits and then sees that the content is in use.
 */
export async function keepContent(
  transaction: Transaction,
  orgId: string,
  bytes: Uint8Array<ArrayBuffer>,
): Promise<Uint8Array<ArrayBuffer>> {
  const hash = sha256(bytes);
  // Again where a row of another request was in the way and went with its last file before it could be held.
  while (!(await holdContent(transaction, hash)))
    await transaction.storedContent.createMany({ data: [{ orgId, sha256: hash, bytes }], skipDuplicates: true });
  return hash;
}

/**
 * Keeps others from the content until the transaction ends, by writing to its row what it holds: of two files with the
 * same bytes that come or go at once, the second sees what the first did. True where there is such content.
 */
export async function holdContent(transaction: Transaction, sha256: Uint8Array<ArrayBuffer>): Promise<boolean> {
  const { count } = await transaction.storedContent.updateMany({ where: { sha256 }, data: { sha256 } });
  return count > 0;
}
