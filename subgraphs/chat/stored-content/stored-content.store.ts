import { sha256 } from '../../shared/digest/sha256.js';
import type { ScopedClient } from '../../shared/tenancy/scope.js';
import type { Prisma, PrismaClient } from '../generated/prisma/client.js';

type Transaction = ScopedClient<PrismaClient>;

/**
 * Stores the bytes once per organization and returns their SHA-256 hash. Locks the row until the transaction ends, so
 * that a simultaneous deletion of another file waits and then finds the content in use.
 */
export async function storeContent(
  transaction: Transaction,
  orgId: string,
  bytes: Uint8Array<ArrayBuffer>,
): Promise<Uint8Array<ArrayBuffer>> {
  const hash = sha256(bytes);
  for (;;) {
    await transaction.storedContent.createMany({ data: [{ orgId, sha256: hash, bytes }], skipDuplicates: true });
    const { count } = await transaction.storedContent.updateMany({ where: { sha256: hash }, data: { heldAt: new Date() } });
    // The count is 0 if another transaction deleted the row with its last file between the two statements.
    if (count > 0) return hash;
  }
}

/** Deletes the files, and the contents that no other file shares. Returns the number of deleted files. */
export async function deleteFiles(transaction: Transaction, where: Prisma.ChatFileWhereInput): Promise<number> {
  const files = await transaction.chatFile.findMany({ where, select: { sha256: true } });
  const { count } = await transaction.chatFile.deleteMany({ where });
  const contents = { sha256: { in: files.map((file) => file.sha256) } };
  await transaction.storedContent.updateMany({ where: contents, data: { heldAt: new Date() } });
  await transaction.storedContent.deleteMany({ where: { ...contents, files: { none: {} } } });
  return count;
}
