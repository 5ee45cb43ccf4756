import pg from 'pg';
import { testPostgresUrl } from './config.js';
import type { RunningSubgraph } from './subgraph.js';

/** A connection beside the subgraph's to its PostgreSQL database. */
export interface SecondConnection {
  /** Returns the name of the database. */
  database(): Promise<string>;
  query(text: string): Promise<pg.QueryResult>;
  /** Returns the numbers of statements that wait for a lock, and of transactions that are open, on the connections of the subgraph. */
  activity(): Promise<{ waiting: number; open: number }>;
  close(): Promise<void>;
}

export async function secondConnection(subgraph: Pick<RunningSubgraph, 'client'>): Promise<SecondConnection> {
  const [{ name }] = (await subgraph.client.$queryRawUnsafe('SELECT current_database()::text AS name')) as [{ name: string }];
  const connectionString = Object.assign(new URL(testPostgresUrl()!), { pathname: `/${name}` }).toString();
  const locking = new pg.Client({ connectionString, application_name: 'locking' });
  const watching = new pg.Client({ connectionString });
  await Promise.all([locking.connect(), watching.connect()]);
  return {
    database: async () => name,
    query: (text) => locking.query(text),
    async activity() {
      const { rows } = await watching.query<{ waiting: number; open: number }>(
        `SELECT (count(*) FILTER (WHERE state = 'active' AND wait_event_type = 'Lock'))::int AS waiting,
                (count(*) FILTER (WHERE state <> 'idle'))::int AS open
         FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid() AND application_name <> 'locking'`,
      );
      return rows[0]!;
    },
    close: async () => void (await Promise.all([locking.end(), watching.end()])),
  };
}
