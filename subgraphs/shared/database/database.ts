import { mkdir } from 'node:fs/promises';
import type { PGlite } from '@electric-sql/pglite';
import { vector } from '@electric-sql/pglite/vector';
import { PrismaPg } from '@prisma/adapter-pg';
import type { SqlMigrationAwareDriverAdapterFactory } from '@prisma/driver-adapter-utils';
import { PrismaPGlite } from 'pglite-prisma-adapter';
import { executeEmbedded, executeOnPostgres } from './execute-sql.js';
import { lockFolder } from './folder-lock.js';
import { listenEmbedded, listenOnPostgres } from './listen.js';
import { PreparedPGlite } from './prepared-pglite.js';
import { StatementNames } from './statement-names.js';
import type { ExecuteSql } from '../jobs/execute-sql.js';
import type { DatabaseLocation } from '../server/config.js';
import type { Listen } from '../subscriptions/listen.js';

/** An open database: what Prisma's client, the schema engine and the queues of jobs talk through, and what it tells. */
export interface Database {
  adapter: SqlMigrationAwareDriverAdapterFactory;
  listen: Listen;
  executeSql: ExecuteSql;
  close(): Promise<void>;
}

/** Connections of one process to PostgreSQL; requests beyond them wait in line. */
const POOL_SIZE = 10;

/** Opens the database of a subgraph; a folder that does not exist is made, and is this process's alone until it is closed. Nothing is migrated yet: see migrate.ts. */
export async function openDatabase(location: DatabaseLocation): Promise<Database> {
  if ('url' in location) return openPostgres(location.url);
  const unlock = lockFolder(location.folder);
  await mkdir(location.folder, { recursive: true });
  const pglite = await createPGlite(location.folder);
  return {
    ...embedded(pglite),
    close: async () => {
      await pglite.close();
      unlock();
    },
  };
}

/**
 * Sessions run in UTC: Prisma's adapters write timestamps without an offset and cut the offset off what they read,
 * so any other time zone would shift every DateTime.
 */
function openPostgres(url: string): Database {
  const names = new StatementNames();
  const pool = { connectionString: url, max: POOL_SIZE, options: '-c TimeZone=UTC' };
  const factory = new PrismaPg(pool, { statementNameGenerator: ({ sql }) => names.of(sql) });
  const { executeSql, close } = executeOnPostgres(url);
  return { adapter: postgresAdapter(factory), listen: listenOnPostgres(url), executeSql, close };
}

/** The published adapter with one repair: it cuts scripts at every semicolon, also at those inside a function's body. */
function postgresAdapter(factory: PrismaPg): SqlMigrationAwareDriverAdapterFactory {
  const connect = async () => {
    const connection = await factory.connect();
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

/** An embedded database in a folder, or in memory where none is named, empty or as `loadDataDir` has it. */
export async function createPGlite(dataDir?: string, loadDataDir?: Blob): Promise<PGlite> {
  const pglite = await PreparedPGlite.open({ dataDir, loadDataDir, extensions: { vector } });
  await pglite.exec("SET TIME ZONE 'UTC'");
  return pglite;
}

/** An embedded database as Prisma talks to it. */
export function embedded(pglite: PGlite): Database {
  return {
    adapter: embeddedAdapter(pglite),
    listen: listenEmbedded(pglite),
    executeSql: executeEmbedded(pglite),
    close: () => pglite.close(),
  };
}

/**
 * The published adapter with two repairs: `executeScript` waits for its script (a migration that fails is an error
 * of the migration and not an unhandled rejection), and a shadow database has the extensions that the real one has.
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
