import type { Refusal } from './user-error.js';

/** The error codes of Prisma for the violation of a database constraint (https://www.prisma.io/docs/orm/reference/error-reference). */
export const UNIQUE = 'P2002';
export const FOREIGN_KEY = 'P2003';
/** The names that the driver adapters give to the same violations, in the `cause` of an error that bypassed the Prisma client. */
const KINDS = { [UNIQUE]: 'UniqueConstraintViolation', [FOREIGN_KEY]: 'ForeignKeyConstraintViolation' } as const;

/**
 * Turns the violation of a constraint into a Refusal. A check before the write finds most of these errors; only the constraint
 * finds those of two concurrent requests.
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
