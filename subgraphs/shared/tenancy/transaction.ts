/**
 * How long a transaction may wait for a connection and then last, in milliseconds. Prisma's own 2 s of waiting is
 * less than fifty writes at once need on a pool of ten, or on the one connection of an embedded database.
 */
export const transactionOptions = { maxWait: 10_000, timeout: 20_000 };
