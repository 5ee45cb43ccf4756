import type { PGlite } from '@electric-sql/pglite';
import pg from 'pg';
import type { ExecuteSql } from '../jobs/execute-sql.js';

/** Queues need few connections: they wait for the database much longer than it works for them. */
const CONNECTIONS = 2;

/** A script with BEGIN that fails leaves its connection inside the transaction: it is ended here. */
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

/** Opens connections when they are first needed; one on which a statement failed is not used again. */
export function executeOnPostgres(connectionString: string): { executeSql: ExecuteSql; close(): Promise<void> } {
  let pool: pg.Pool | undefined;
  const open = () => {
    const opened = new pg.Pool({ connectionString, max: CONNECTIONS, options: '-c TimeZone=UTC' });
    return opened.on('error', () => undefined); // An idle connection was lost; the next statement opens another.
  };
  return {
    async executeSql(text, values) {
      const client = await (pool ??= open()).connect();
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
