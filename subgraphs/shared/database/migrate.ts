import type { SqlDriverAdapter } from '@prisma/driver-adapter-utils';
import type { SubgraphName } from '../configuration/registry.js';
import type { DatabaseLocation } from '../server/config.js';
import { createPGlite, embedded, openDatabase, type Database } from './database.js';
import { readMigrations, readSchema } from './migrations.js';
import { schemaEngine, type SchemaEngine } from './schema-engine.js';

const everything = { externalTables: [], externalEnums: [] };

/** Opens a subgraph's database with all its migrations applied. */
export async function openMigrated(subgraph: SubgraphName, location: DatabaseLocation): Promise<Database> {
  const database = await openDatabase(location);
  await migrate(subgraph, database);
  return database;
}

/** Applies the migrations that the database has not seen yet and answers their names. Safe to run again. */
export async function migrate(subgraph: string, database: Database): Promise<string[]> {
  return withEngine(database, async (engine) => {
    const { appliedMigrationNames } = await engine.applyMigrations({ migrationsList: await readMigrations(subgraph), filters: everything });
    return appliedMigrationNames;
  });
}

/**
 * The SQL that leads from what the migrations build to what the `.prisma` files say; empty where they agree.
 * Always computed on an embedded database: over PostgreSQL's adapter Prisma cannot read `"char"` catalog columns.
 */
export async function drift(subgraph: string): Promise<string> {
  const scratch = embedded(await createPGlite());
  try {
    return await withEngine(scratch, async (engine) => {
      const { stdout } = await engine.diff({
        from: { tag: 'migrations', ...(await readMigrations(subgraph)) },
        to: { tag: 'schemaDatamodel', ...(await readSchema(subgraph)) },
        script: true,
        exitCode: null,
        filters: everything,
      });
      return stdout?.includes('This is an empty migration') ? '' : (stdout ?? '');
    });
  } finally {
    await scratch.close();
  }
}

/**
 * The engine on connections that end with it: it takes PostgreSQL's advisory lock for migrations and gives it back
 * only by disconnecting, so a connection left open would make the next process wait.
 */
async function withEngine<T>(database: Database, work: (engine: SchemaEngine) => Promise<T>): Promise<T> {
  const connections: SqlDriverAdapter[] = [];
  const kept = async (connecting: Promise<SqlDriverAdapter>) => {
    const connection = await connecting;
    connections.push(connection);
    return connection;
  };
  const engine = await schemaEngine({
    provider: database.adapter.provider,
    adapterName: database.adapter.adapterName,
    connect: () => kept(database.adapter.connect()),
    connectToShadowDb: () => database.adapter.connectToShadowDb(),
  });
  try {
    return await work(engine);
  } finally {
    engine.free();
    await Promise.all(connections.map((connection) => connection.dispose()));
  }
}
