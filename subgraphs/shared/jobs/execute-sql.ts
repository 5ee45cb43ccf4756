/**
 * Executes SQL on connections apart from those of the Prisma client: one statement with values, or a script without values.
 * Never await it inside a transaction: an embedded database has a single connection, and the two would deadlock.
 */
export type ExecuteSql = (text: string, values?: unknown[]) => Promise<{ rows: Record<string, unknown>[] }>;
