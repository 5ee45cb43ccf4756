/**
 * Runs SQL on connections apart from those of Prisma's client: one statement with values, or a script without any. Never
 * wait for it inside a transaction: an embedded database has one connection, and each would wait for the other.
 */
export type ExecuteSql = (text: string, values?: unknown[]) => Promise<{ rows: Record<string, unknown>[] }>;
