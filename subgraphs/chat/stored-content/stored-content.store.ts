import { sha256 } from '../../shared/digest/sha256.js';
import type { ScopedClient } from '../../shared/tenancy/scope.js';
import type { Prisma, PrismaClient } from '../generated/prisma/client.js';

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
  for (;;) {
    await transaction.storedContent.createMany({ data: [{ orgId, sha256: hash, bytes }], skipDuplicates: true });
    const { count } = await transaction.storedContent.updateMany({ where: { sha256: hash }, data: { heldAt: new Date() } });
    // Zero where the row that was there went with its last file between the two statements.
    if (count > 0) return hash;
  }
}

/** Deletes the files, and each content with the last file that has it; answers how many files there were. */
export async function deleteFiles(transaction: Transaction, where: Prisma.ChatFileWhereInput): Promise<number> {
  const files = await transaction.chatFile.findMany({ where, select: { sha256: true } });
  const { count } = await transaction.chatFile.deleteMany({ where });
  const contents = { sha256: { in: files.map((file) => file.sha256) } };
  await transaction.storedContent.updateMany({ where: contents, data: { heldAt: new Date() } });
  await transaction.storedContent.deleteMany({ where: { ...contents, files: { none: {} } } });
  return count;
}
