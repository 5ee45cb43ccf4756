import type { Refusal } from './user-error.js';

/** Prisma's names for what a constraint of the database said no to. */
export const UNIQUE = 'P2002';
export const FOREIGN_KEY = 'P2003';

/**
 * Turns the violation of a constraint into a refusal. A check before a write tells the user in most cases; only the
 * constraint also holds when two requests come at once.
 */
export async function refusedWhen<Result>(
  violated: typeof UNIQUE | typeof FOREIGN_KEY,
  refusal: Refusal,
  work: Promise<Result>,
): Promise<Result> {
  try {
    return await work;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === violated) throw refusal;
    throw error;
  }
}
