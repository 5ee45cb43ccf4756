import type { ScopedClient } from '../../shared/tenancy/scope.js';
import type { PrismaClient } from '../generated/prisma/client.js';

type Transaction = ScopedClient<PrismaClient>;

/** A content, identified by its SHA-256: its bytes, or the id of the blob that contains them. */
export type Content = { sha256: Uint8Array<ArrayBuffer> } & ({ bytes: Uint8Array<ArrayBuffer> } | { blobId: string });

/**
 * Saves a content unless the organization has it already. The row stays locked until the transaction ends, so that a concurrent
 * deletion waits and then finds the content in use. Returns false if it existed, and the given content is not needed.
 */
export async function saveContent(transaction: Transaction, orgId: string, content: Content): Promise<boolean> {
  // Repeated if the row of another request prevented the insert and was deleted before it could be locked.
  for (let isNew = false; ;) {
    if (await lockContent(transaction, content.sha256)) return isNew;
    const { count } = await transaction.storedContent.createMany({ data: [{ orgId, ...content }], skipDuplicates: true });
    isNew = count > 0;
  }
}

/**
 * Locks a content until the transaction ends, by an update that changes nothing. Of two transactions that add or delete files with
 * the same bytes, the second one sees the result of the first. Returns true if the content exists.
 */
export async function lockContent(transaction: Transaction, sha256: Uint8Array<ArrayBuffer>): Promise<boolean> {
  const { count } = await transaction.storedContent.updateMany({ where: { sha256 }, data: { sha256 } });
  return count > 0;
}
