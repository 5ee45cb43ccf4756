import type { Refusal } from './user-error.js';

/** Prisma's names for what a constraint of the database said no to. */
export const UNIQUE = 'P2002';
export const FOREIGN_KEY = 'P2003';
/** And its adapters' names, in the cause of the error of a statement that left out its client. */
const KINDS = { [UNIQUE]: 'UniqueConstraintViolation', [FOREIGN_KEY]: 'ForeignKeyConstraintViolation' } as const;

/**
 * Turns the violation of a constraint into a refusal. A check before a write tells the user in most cases; only the
 * constraint also holds when two requests come at once.
 */
export async function refuseOnViolation<Result>(
  violated: typeof UNIQUE | typeof FOREIGN_KEY,
  refusal: () => Refusal,
  work: Promise<Result>,
): Promise<Result> {
  try {
    return await work;
  } catch (error) {
    if (isViolation(error, violated)) throw refusal();
    throw error;
  }
}

function isViolation(error: unknown, violated: keyof typeof KINDS): boolean {
  const { code, cause } = error as { code?: unknown; cause?: { kind?: unknown } };
  return code === violated || cause?.kind === KINDS[violated];
}
