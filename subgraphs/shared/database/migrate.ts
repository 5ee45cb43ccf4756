import type { SqlDriverAdapter } from '@prisma/driver-adapter-utils';
import type { SubgraphName } from '../configuration/registry.js';
import type { DatabaseLocation } from '../server/config.js';
import { createPGlite, embeddedDatabase, openDatabase, type Database } from './database.js';
import { readMigrations, readSchema } from './migrations.js';
import { schemaEngine, type SchemaEngine } from './schema-engine.js';

const NO_FILTERS = { externalTables: [], externalEnums: [] };

/** Opens the database of a subgraph and applies its migrations. */
export async function openMigrated(subgraph: SubgraphName, location: DatabaseLocation): Promise<Database> {
  const database = await openDatabase(location);
  await migrate(subgraph, database);
  return database;
}

/** Applies the migrations that are not applied yet, and returns their names. */
export async function migrate(subgraph: string, database: Database): Promise<string[]> {
  return withEngine(database, async (engine) => {
    const { appliedMigrationNames } = await engine.applyMigrations({ migrationsList: await readMigrations(subgraph), filters: NO_FILTERS });
    return appliedMigrationNames;
  });
}

/**
 * Returns the SQL that changes the schema of the migrations to that of the `.prisma` files, or an empty string if both
 * agree. Uses an embedded database, because Prisma's adapter for PostgreSQL cannot read catalog columns of type `"char"`.
 */
export async function schemaDrift(subgraph: string): Promise<string> {
  const temporary = embeddedDatabase(await createPGlite());
  try {
    return await withEngine(temporary, async (engine) => {
      const { stdout } = await engine.diff({
        from: { tag: 'migrations', ...(await readMigrations(subgraph)) },
        to: { tag: 'schemaDatamodel', ...(await readSchema(subgraph)) },
        script: true,
        exitCode: null,
        filters: NO_FILTERS,
      });
      return stdout?.includes('This is an empty migration') ? '' : (stdout ?? '');
    });
  } finally {
    await temporary.close();
  }
}

/**
 * Runs a schema engine and closes its connections afterwards: the engine releases PostgreSQL's advisory lock for migrations
 * only by disconnecting, so that an open connection would block other processes.
 */
async function withEngine<T>(database: Database, work: (engine: SchemaEngine) => Promise<T>): Promise<T> {
  const connections: SqlDriverAdapter[] = [];
  const connect = async () => {
    const connection = await database.adapter.connect();
    connections.push(connection);
    return connection;
  };
  const engine = await schemaEngine({
    provider: database.adapter.provider,
    adapterName: database.adapter.adapterName,
    connect,
    connectToShadowDb: () => database.adapter.connectToShadowDb(),
  });
  try {
    return await work(engine);
  } finally {
    engine.free();
    await Promise.all(connections.map((connection) => connection.dispose()));
  }
}
