import { mkdir } from 'node:fs/promises';
import type { PGlite } from '@electric-sql/pglite';
import { vector } from '@electric-sql/pglite/vector';
import type pg from 'pg';
import { PrismaPg } from '@prisma/adapter-pg';
import type { SqlMigrationAwareDriverAdapterFactory } from '@prisma/driver-adapter-utils';
import { PrismaPGlite } from 'pglite-prisma-adapter';
import { openCancellablePool } from './cancellable-pool.js';
import { executeEmbedded, executeOnPostgres } from './execute-sql.js';
import { lockFolder } from './folder-lock.js';
import { listenEmbedded, listenOnPostgres } from './listen.js';
import { PreparedPGlite } from './prepared-pglite.js';
import { StatementNames } from './statement-names.js';
import type { ExecuteSql } from '../jobs/execute-sql.js';
import type { DatabaseLocation } from '../server/config.js';
import type { Listen } from '../subscriptions/listen.js';

/** An open database, with the interfaces for Prisma's client and schema engine, for notifications, and for the job queues. */
export interface Database {
  adapter: SqlMigrationAwareDriverAdapterFactory;
  listen: Listen;
  executeSql: ExecuteSql;
  close(): Promise<void>;
}

/** The maximum number of connections of Prisma's client per process. Further statements wait for a free connection. */
const POOL_SIZE = 10;

/**
 * Opens the database of a subgraph without applying migrations; for those see migrate.ts. Creates the folder of an embedded
 * database if it does not exist, and locks it until the database is closed.
 */
export async function openDatabase(location: DatabaseLocation): Promise<Database> {
  if ('url' in location) return openPostgres(location.url);
  const unlock = lockFolder(location.folder);
  await mkdir(location.folder, { recursive: true });
  const pglite = await createPGlite(location.folder);
  return {
    ...embeddedDatabase(pglite),
    close: async () => {
      await pglite.close();
      unlock();
    },
  };
}

/**
 * The options of a session. It uses UTC: Prisma's adapters write timestamps without an offset and drop the offset of timestamps that
 * they read, so that any other time zone would shift them. PostgreSQL ends the statements of a process that was killed within 100 ms,
 * and the transactions of one that was stopped within 30 s, which is longer than any transaction may take (tenancy/connect.ts).
 */
const SESSION_OPTIONS = '-c TimeZone=UTC -c client_connection_check_interval=100 -c idle_in_transaction_session_timeout=30000';

/** Opens a connection pool for each connection of Prisma's client or schema engine. */
function openPostgres(url: string): Database {
  const names = new StatementNames();
  const config = { connectionString: url, max: POOL_SIZE, options: SESSION_OPTIONS };
  const { executeSql, close } = executeOnPostgres(url);
  return { adapter: postgresAdapter(config, ({ sql }) => names.nameOf(sql)), listen: listenOnPostgres(url), executeSql, close };
}

/** Fixes `executeScript` of the adapter, which splits scripts at all semicolons, including those in function bodies. */
function postgresAdapter(
  config: pg.PoolConfig,
  statementNameGenerator: NonNullable<ConstructorParameters<typeof PrismaPg>[1]>['statementNameGenerator'],
): SqlMigrationAwareDriverAdapterFactory {
  const factory = new PrismaPg(config);
  const connect = async () => {
    const pool = openCancellablePool(config);
    const connection = await new PrismaPg(pool, { statementNameGenerator, disposeExternalPool: true }).connect();
    const executeScript = async (script: string) => void (await connection.underlyingDriver().query(script));
    return Object.assign(connection, { executeScript });
  };
  return {
    provider: factory.provider,
    adapterName: factory.adapterName,
    connect,
    connectToShadowDb: () => factory.connectToShadowDb(),
  };
}

/** Opens PGlite in a folder, or in memory if none is given. A new database is empty or a copy of the archive `loadDataDir`. */
export async function createPGlite(dataDir?: string, loadDataDir?: Blob): Promise<PGlite> {
  const pglite = await PreparedPGlite.open({ dataDir, loadDataDir, extensions: { vector } });
  await pglite.exec("SET TIME ZONE 'UTC'");
  return pglite;
}

export function embeddedDatabase(pglite: PGlite): Database {
  return {
    adapter: embeddedAdapter(pglite),
    listen: listenEmbedded(pglite),
    executeSql: executeEmbedded(pglite),
    close: () => pglite.close(),
  };
}

/**
 * Fixes two functions of the adapter: `executeScript` waits for its script, so that a failing migration is no unhandled
 * rejection, and a shadow database has the same extensions as the database itself.
 */
function embeddedAdapter(pglite: PGlite): SqlMigrationAwareDriverAdapterFactory {
  const factory = new PrismaPGlite(pglite);
  const connect = async (database: PGlite, dispose: () => Promise<void>) => {
    const connection = await new PrismaPGlite(database).connect();
    const executeScript = async (script: string) => void (await database.exec(script));
    return Object.assign(connection, { executeScript, dispose });
  };
  return {
    provider: factory.provider,
    adapterName: factory.adapterName,
    connect: () => connect(pglite, async () => undefined),
    connectToShadowDb: async () => {
      const shadow = await createPGlite();
      return connect(shadow, () => shadow.close());
    },
  } as SqlMigrationAwareDriverAdapterFactory;
}
