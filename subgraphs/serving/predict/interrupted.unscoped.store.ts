import type { PrismaClient } from '../generated/prisma/client.js';

/**
 * Ends predictions, of every organization, whose server ended before they did: none stays PENDING for longer than it may be
 * worked on. Answers how many.
 */
export async function endInterrupted(client: PrismaClient, now = new Date()): Promise<number> {
  const { count } = await client.prediction.updateMany({
    where: { pendingUntil: { lt: now } },
    data: {
      status: 'FAILED',
      pendingUntil: null,
      errorCode: 'INTERRUPTED',
      errorMessage: 'The server that worked on it ended before it did.',
    },
  });
  return count;
}
