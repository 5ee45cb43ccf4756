import type { PGlite } from '@electric-sql/pglite';
import pg from 'pg';
import type { ExecuteSql } from '../jobs/execute-sql.js';

/** The job queues need few connections, because they mostly wait between statements. */
const MAX_CONNECTIONS = 2;

/** Executes SQL on an embedded database. Rolls back a failed script, which may have begun a transaction. */
export const executeEmbedded =
  (pglite: PGlite): ExecuteSql =>
  async (text, values) => {
    if (values) return pglite.query(text, values);
    try {
      return { rows: ((await pglite.exec(text)).at(-1)?.rows ?? []) as Record<string, unknown>[] };
    } catch (error) {
      await pglite.exec('ROLLBACK');
      throw error;
    }
  };

/** Executes SQL on a pool of its own, which is opened at the first use. Closes a connection whose statement failed. */
export function executeOnPostgres(connectionString: string): { executeSql: ExecuteSql; close(): Promise<void> } {
  let pool: pg.Pool | undefined;
  const openPool = () => {
    const newPool = new pg.Pool({ connectionString, max: MAX_CONNECTIONS, options: '-c TimeZone=UTC' });
    return newPool.on('error', () => undefined); // The pool replaces an idle connection that was lost.
  };
  return {
    async executeSql(text, values) {
      const client = await (pool ??= openPool()).connect();
      try {
        const result = await client.query(text, values);
        client.release();
        return result;
      } catch (error) {
        client.release(true);
        throw error;
      }
    },
    close: async () => pool?.end(),
  };
}
